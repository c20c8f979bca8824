"""The demo's markets and stores. What is there already stays as it is."""

from dataclasses import asdict
from datetime import time

from django.db import transaction

from dispatch.models import Ladder
from payouts.models import PayScheme
from stores import catalogue_data
from stores.actions.naming import name_places
from stores.models import Aisle, Market, ServiceZip, Store, StoreHours, WindowRule
from stores.named_data import named_places
from stores.world_data import MarketPlace, StorePlace, markets

OPENS, CLOSES = time(0), time(23, 59)
WINDOW_HOURS = 2
# The demo delivers at any hour of any day and takes orders until half an hour before a window ends. Every other store
# begins its windows an hour later, so somewhere near a window has just opened and the groceries move at once.
CUTOFF_MINUTES = -(WINDOW_HOURS * 60 - 30)
RULES_A_STORE = 7 * 24 // WINDOW_HOURS
SEATS = 60
FEES = {True: 995, False: 695}  # the busy hours, and all others
BUSY_HOURS = range(16, 20)
# Shorter than a real market's, so that a visitor sees the whole ladder in minutes; the law's least answer time holds.
LADDER = {"reserve_seconds": 90, "board_seconds": 75, "raise_seconds": 60, "max_raises": 3}


@transaction.atomic
def seed_places() -> dict[str, Store]:
    """Make both markets with their rates, ladders, stores, hours, areas, aisles and windows; return stores by slug."""
    rules = WindowRule.objects.filter(store__slug__in=[store.slug for place in markets() for store in place.stores])
    if rules.count() < sum(len(place.stores) for place in markets()) * RULES_A_STORE:
        for place in markets():
            _seed_market(place)
    return Store.objects.select_related("market").in_bulk(field_name="slug")


def _seed_market(place: MarketPlace) -> None:
    market, is_new = Market.objects.get_or_create(
        code=place.code,
        defaults={
            "name": place.name,
            "state": place.state,
            "timezone": place.timezone,
            "lat": place.lat,
            "lng": place.lng,
            "rule_pack": place.rule_pack,
        },
    )
    if is_new:
        Ladder.objects.create(market=market, **LADDER)
        PayScheme.objects.create(market=market)
    rows = [_store(market, place, store) for store in place.stores]
    Store.objects.bulk_create(rows, ignore_conflicts=True)
    stores = Store.objects.filter(market=market).in_bulk(field_name="slug")
    for number, store in enumerate(place.stores):
        _seed_surroundings(stores[store.slug], store, first_hour=number % WINDOW_HOURS)
    name_places(market, named_places(place.code))


def _store(market: Market, place: MarketPlace, store: StorePlace) -> Store:
    tax = place.tax_at(store)
    return Store(
        market=market,
        name=store.name,
        slug=store.slug,
        line1=store.line1,
        city=store.city,
        zip_code=store.zip_code,
        lat=store.lat,
        lng=store.lng,
        phone=store.phone,
        bays=store.bays,
        radius_metres=store.radius_metres,
        grocery_tax_bp=tax.grocery_bp,
        general_tax_bp=tax.general_bp,
        usual_wait_minutes=store.usual_wait_minutes,
        staging_places=asdict(store.staging_places),
    )


def _seed_surroundings(row: Store, store: StorePlace, *, first_hour: int) -> None:
    StoreHours.objects.bulk_create(
        (StoreHours(store=row, weekday=day, opens=OPENS, closes=CLOSES) for day in range(7)), ignore_conflicts=True
    )
    ServiceZip.objects.bulk_create(
        (ServiceZip(store=row, zip_code=code) for code in store.service_zips), ignore_conflicts=True
    )
    Aisle.objects.bulk_create(
        (
            Aisle(store=row, name=aisle_name(sign.number, sign.name), walk_order=sign.walk_order)
            for sign in catalogue_data.aisles(store.slug)
        ),
        ignore_conflicts=True,
    )
    WindowRule.objects.bulk_create(
        (_rule(row, day, hour, first_hour) for day in range(7) for hour in _hours(first_hour)), ignore_conflicts=True
    )


def _hours(first: int) -> list[int]:
    """When a day's windows start; an hour before the first one is a short window of its own."""
    return [*range(first), *range(first, 24, WINDOW_HOURS)]


def aisle_name(number: int, name: str) -> str:
    """What hangs over an aisle: "7 Pasta and rice"."""
    return f"{number} {name}"[:40]


def _rule(store: Store, weekday: int, hour: int, first_hour: int) -> WindowRule:
    lasts = WINDOW_HOURS if hour or first_hour == 0 else first_hour
    ends = time(hour + lasts) if hour + lasts < 24 else CLOSES
    return WindowRule(
        store=store,
        weekday=weekday,
        starts=time(hour),
        ends=ends,
        seats=SEATS,
        fee_cents=FEES[hour in BUSY_HOURS],
        cutoff_minutes=CUTOFF_MINUTES,
    )
