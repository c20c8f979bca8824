"""Shoppers of the simulated day: somewhere, every few seconds, somebody orders."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import cycle
from random import Random

from dispatch.models import Delivery
from dispatch.simulator.day.cast import Cast
from dispatch.simulator.day.pace import Pace
from dispatch.simulator.goods import Article, articles_of
from dispatch.simulator.shopping import (
    ASKING_CARD,
    DECLINED_CARD,
    GOOD_CARDS,
    NothingToOrder,
    Trolley,
    order_groceries,
    windows_in_time,
)
from dispatch.states import DeliveryStatus
from orders.models import Order
from orders.states import OrderStatus
from stores.models import Store, StoreItem

ORDER_EVERY = 8.0
RESTOCK_EVERY = 60.0
MOST_OPEN, MOST_WAITING = 60, 24
OPENS_IN, TIME_LEFT = timedelta(minutes=5), timedelta(minutes=50)
OPEN = (OrderStatus.PLACED, OrderStatus.PICKING, OrderStatus.READY, OrderStatus.HANDED_OVER)
LOW, FULL = 4, 30
READ_ANEW = timedelta(minutes=2)


class Shoppers:
    """Everyone who orders, and the night shift that fills the shelves again."""

    def __init__(self, cast: Cast, pace: Pace, dice: Random) -> None:
        """Take turns over the markets."""
        self._cast, self._pace, self._dice = cast, pace, dice
        self._markets = cycle(sorted(cast.homes))
        self._shelves: dict[int, tuple[datetime, list[Article]]] = {}

    def tick(self, now: datetime) -> None:
        """Order once if it is time, and not too much is under way already."""
        if self._pace.is_over("restock", 0, now):
            self._pace.again("restock", RESTOCK_EVERY, now)
            fill_shelves()
        if not self._cast.homes or not self._pace.is_over("order", 0, now):
            return
        self._pace.again("order", ORDER_EVERY * self._dice.uniform(0.6, 1.4), now)
        if not is_crowded(now):
            self._order(now)

    def _order(self, now: datetime) -> None:
        home = self._dice.choice(self._cast.homes[next(self._markets)])
        windows = windows_in_time(home.stores, now, opens_in=OPENS_IN, left=TIME_LEFT)
        stores = [store for store in home.stores if store.pk in windows]
        if not stores:
            return  # what is ordered now comes much later: nothing for those who watch
        store = self._choose(stores)
        articles = self._articles(store, now)
        trolley = Trolley(
            home.address.shopper_id, home.address, store, articles, card=self._card(), window_id=windows[store.pk]
        )
        try:
            order_groceries(trolley, self._dice, now=now)
        except NothingToOrder:
            self._shelves.pop(store.pk, None)

    def _choose(self, stores: Sequence[Store]) -> Store:
        """Mostly the nearest store, sometimes the next."""
        return stores[1] if len(stores) > 1 and self._dice.random() < 0.3 else stores[0]

    def _card(self) -> str:
        luck = self._dice.random()
        if luck < 0.06:
            return DECLINED_CARD
        return ASKING_CARD if luck < 0.14 else self._dice.choice(GOOD_CARDS)

    def _articles(self, store: Store, now: datetime) -> list[Article]:
        read_at, found = self._shelves.get(store.pk, (None, []))
        if read_at is None or now - read_at > READ_ANEW:
            found = articles_of(store)
            self._shelves[store.pk] = (now, found)
        return found


def is_crowded(now: datetime) -> bool:
    """Whether enough orders are under way, or enough of them wait for a driver."""
    if Order.objects.filter(status__in=OPEN).count() >= MOST_OPEN:
        return True
    return Delivery.objects.filter(status=DeliveryStatus.READY, due_from__lte=now).count() >= MOST_WAITING


def fill_shelves() -> int:
    """Put new goods where only a few pieces are left; what is sold out today stays so."""
    return StoreItem.objects.filter(stock__range=(1, LOW - 1)).update(stock=FULL)
