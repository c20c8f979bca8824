"""The town of the fault tests: shoppers with full baskets, a picker, and drivers who are online for hours."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from drivers.models import Trip
from tests import make

STOCK, QUANTITY = 1_000, 9
SECONDS_BETWEEN_ORDERS = 0.5


@dataclass(frozen=True, slots=True)
class Town:
    """What the people of a town work with, by primary key."""

    market_id: int
    window_id: int
    shelf_id: int
    picker_id: int
    carts: Mapping[str, int]  # cart -> shopper; JSON knows texts only as keys
    driver_ids: Sequence[int]

    def save(self, path: Path) -> Path:
        """Write it where a process of its own can read it."""
        path.write_text(json.dumps(asdict(self)))
        return path


def read_town(path: Path) -> Town:
    """The town that `save` wrote."""
    return Town(**json.loads(path.read_text()))


def build_town(*, orders: int, drivers: int = 5) -> Town:
    """Everything needed for some orders to be placed and delivered within minutes of the real clock."""
    now = datetime.now(UTC)
    market = make.market()
    store = make.store(market)
    window = make.window(
        store, starts_at=now + timedelta(minutes=30), cutoff_at=now + timedelta(minutes=25), seats=orders
    )
    shelf = make.shelf(store, stock=STOCK)
    shoppers = [make.user(f"Sam {number}") for number in range(orders)]
    carts = [
        make.cart(one, store, lines=[(shelf, QUANTITY)], tip_cents=300 + number, contact_name=one.name)
        for number, one in enumerate(shoppers)
    ]
    online = [make.driver(f"Ann {number}", in_market=market) for number in range(drivers)]
    for one in online:
        make.trip(
            one,
            end=None,
            kind=Trip.Kind.ONLINE,
            departs_at=now,
            departs_until=now + timedelta(hours=5),
            arrive_by=now + timedelta(hours=6),
            max_extra_seconds=4 * 3600,
            max_extra_metres=200_000,
        )
    return Town(
        market_id=market.pk,
        window_id=window.pk,
        shelf_id=shelf.pk,
        picker_id=make.staff(store).pk,
        carts={str(cart.pk): one.pk for cart, one in zip(carts, shoppers, strict=True)},
        driver_ids=[one.pk for one in online],
    )
