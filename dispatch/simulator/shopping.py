"""Ordering as a shopper does: basket, window, card, and the bank's question where there is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db.models import F, QuerySet

from dispatch.simulator.goods import Article, basket
from orders.actions.carts import add_to_cart, change_cart, clear_cart, open_cart
from orders.actions.checkout import place_order, resume_checkout
from orders.actions.holding import ActionNeeded, CardDeclined
from orders.actions.windows import hold_window
from orders.models import Address, Order
from orders.queries.checkout import checkout_of
from providers.payments.base import Card
from providers.payments.builtin import BuiltinPayments
from providers.payments.gateway import gateway
from stores.models import Store, Window

GOOD_CARDS = ("4242424242424242", "5555555555554444", "6011111111111117")
DECLINED_CARD, ASKING_CARD = "4000000000000002", "4000002760003184"
TIPS = (0, 200, 300, 400, 500, 600, 800, 1_000)
NOTES = ("", "", "", "Please leave it by the side door.", "Ring twice, the bell is shy.", "The dog is friendly.")


class NothingToOrder(Exception):
    """The store has no window with a seat, or too little on its shelves."""


@dataclass(frozen=True, slots=True)
class Trolley:
    """What one order is made from: who, where to, from which store, and how the card behaves."""

    shopper_id: int
    address: Address
    store: Store
    articles: list[Article]
    card: str = GOOD_CARDS[0]
    window_id: int | None = None


def order_groceries(trolley: Trolley, dice: Random, *, now: datetime) -> Order:
    """Fill a basket and order it; a card that is declined is followed by a good one.

    Raises:
        NothingToOrder: there is no window, or nothing to buy.
        DomainError: whatever the checkout refuses.
    """
    window_id = trolley.window_id or soonest_window(trolley.store, now)
    pieces = basket(trolley.articles, trolley.store.min_basket_cents, dice)
    if window_id is None or not pieces:
        raise NothingToOrder
    cart_id = _fill(trolley, pieces, dice)
    hold_window(cart_id=cart_id, window_id=window_id, now=now)
    try:
        return _pay(trolley, cart_id, trolley.card, now)
    except CardDeclined:
        return _pay(trolley, cart_id, GOOD_CARDS[0], now)


def soonest_window(store: Store, now: datetime) -> int | None:
    """The first window that takes orders and has a seat."""
    return _open_windows(now).filter(store=store).order_by("starts_at").values_list("pk", flat=True).first()


def windows_in_time(stores: Sequence[Store], now: datetime, *, opens_in: timedelta, left: timedelta) -> dict[int, int]:
    """By store the window that a shopper in a hurry takes: open now or soon, with time left to bring it."""
    found = _open_windows(now).filter(store__in=stores, starts_at__lte=now + opens_in, ends_at__gte=now + left)
    return dict(found.order_by("-starts_at").values_list("store", "pk"))


def _open_windows(now: datetime) -> QuerySet[Window]:
    return Window.objects.filter(cutoff_at__gt=now, is_closed=False, taken__lt=F("seats"))


def _fill(trolley: Trolley, pieces: dict[int, int], dice: Random) -> int:
    address = trolley.address
    cart = open_cart(
        store_id=trolley.store.pk,
        shopper_id=trolley.shopper_id,
        zip_code=address.zip_code,
        address_id=address.pk,
    )
    clear_cart(cart_id=cart.pk)
    for store_item_id, quantity in pieces.items():
        add_to_cart(cart_id=cart.pk, store_item_id=store_item_id, quantity=quantity)
    change_cart(
        cart_id=cart.pk,
        tip_cents=dice.choice(TIPS),
        instructions=dice.choice(NOTES),
        wants_passcode=dice.random() < 0.15,
    )
    return cart.pk


def _pay(trolley: Trolley, cart_id: int, number: str, now: datetime) -> Order:
    card = tokenise(number)
    shown = checkout_of(cart_id=cart_id, now=now).bill.total_cents
    try:
        return place_order(
            cart_id=cart_id,
            shopper_id=trolley.shopper_id,
            card_token=card.token,
            card_brand=card.brand,
            card_last4=card.last4,
            shown_total_cents=shown,
            now=now,
        )
    except ActionNeeded as asked:
        bank = gateway()
        if isinstance(bank, BuiltinPayments):
            bank.answer(challenge_id=asked.payment.challenge_ref, passed=True)
        return resume_checkout(payment_id=asked.payment.pk, shopper_id=trolley.shopper_id, now=now)


def tokenise(number: str) -> Card:
    """A test card as the checkout page hands it over."""
    return gateway().tokenise(number=number, exp_month=12, exp_year=2039, cvc="123")
