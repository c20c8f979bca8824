"""Markets, stores, their shelves and windows."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from common.geo import Point
from dispatch.models import Ladder
from payouts.models import PayScheme
from stores.models import (
    Aisle,
    Department,
    Item,
    Market,
    ServiceZip,
    Store,
    StoreHours,
    StoreItem,
    Window,
    WindowRule,
)
from tests.makers.basics import DOWNTOWN, EAST_NASHVILLE, NOON, next_number


def market(code: str = "", *, timezone: str = "America/Chicago", rule_pack: str = "default") -> Market:
    """A metro with rates and a ladder."""
    number = next_number()
    made = Market.objects.create(
        code=code or f"nashville-{number}",
        name="Nashville",
        state="TN",
        timezone=timezone,
        lat=DOWNTOWN.lat,
        lng=DOWNTOWN.lng,
        rule_pack=rule_pack,
    )
    Ladder.objects.create(market=made)
    PayScheme.objects.create(market=made)
    return made


def store(
    in_market: Market | None = None, *, at: Point = EAST_NASHVILLE, zips: Sequence[str] = ("37206",), **extra: Any
) -> Store:
    """A store open from 8 to 22 every day, serving some ZIP codes."""
    number = next_number()
    made = Store.objects.create(
        market=in_market or market(),
        name=f"Homeward Market {number}",
        slug=f"store-{number}",
        line1="1012 Gallatin Ave",
        city="Nashville",
        zip_code="37206",
        lat=at.lat,
        lng=at.lng,
        **{"grocery_tax_bp": 625, "general_tax_bp": 925, **extra},
    )
    StoreHours.objects.bulk_create(
        StoreHours(store=made, weekday=day, opens=time(8), closes=time(22)) for day in range(7)
    )
    ServiceZip.objects.bulk_create(ServiceZip(store=made, zip_code=code) for code in zips)
    return made


def department(name: str = "Produce") -> Department:
    """A department, made once by name."""
    return Department.objects.get_or_create(code=name.lower(), defaults={"name": name, "tile": "red-apple"})[0]


def item(name: str = "Gala apples", **extra: Any) -> Item:
    """An article sold by the piece."""
    number = next_number()
    return Item.objects.create(
        **{
            "sku": f"T{number:05}",
            "upc": f"2{number:011}",
            "name": name,
            "department": extra.pop("department", None) or department(),
            "tile": "red-apple",
            "kind": "apple",
            "allergens": [],
            **extra,
        }
    )


def weighed_item(name: str = "Bananas", **extra: Any) -> Item:
    """An article sold by weight: half a pound a piece."""
    return item(name, is_weighed=True, unit="lb", piece_pounds=Decimal("0.5"), **extra)


def shelf(at: Store, of: Item | None = None, *, price_cents: int = 400, stock: int = 100, **extra: Any) -> StoreItem:
    """An item on a store's shelf."""
    aisle = Aisle.objects.get_or_create(store=at, name="Aisle 1", defaults={"walk_order": 1})[0]
    return StoreItem.objects.create(
        **{"store": at, "item": of or item(), "aisle": aisle, "price_cents": price_cents, "stock": stock, **extra}
    )


def window_rule(
    of: Store, weekday: int = 4, starts: time = time(16), ends: time = time(18), **extra: Any
) -> WindowRule:
    """A window a store offers every week."""
    return WindowRule.objects.create(
        **{"store": of, "weekday": weekday, "starts": starts, "ends": ends, "seats": 10, **extra}
    )


def window(
    of: Store, *, starts_at: datetime = NOON + timedelta(hours=4), hours: int = 2, seats: int = 10, **extra: Any
) -> Window:
    """A delivery window, by default from four to six hours after noon."""
    return Window.objects.create(
        **{
            "store": of,
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=hours),
            "cutoff_at": starts_at - timedelta(minutes=90),
            "seats": seats,
            "fee_cents": 995,
            **extra,
        }
    )
