"""Chattanooga as a replay needs it: stores among its homes, drivers and shoppers from the rows of a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import cos, radians
from random import Random

import numpy as np
from django.contrib.auth.hashers import make_password
from django.db import transaction
from scipy.cluster.vq import kmeans2

from accounts.models import User
from common.geo import Point
from dispatch.models import Ladder
from dispatch.simulator.replay.commutes import BadCommutes, Commute
from dispatch.simulator.seed.drivers import ROUTING, activate
from dispatch.simulator.seed.shelves import seed_shelves
from drivers.models import Driver, Firm, Limits, Vehicle
from orders.models import Address
from payouts.actions.accounts import set_payout_account
from payouts.models import PayScheme
from providers.geocoding.zips import Zip, zips_of_town
from stores.models import Market, ServiceZip, Store, StoreHours, StoreStaff, WindowRule

CENTRE = Point(35.05, -85.2)
ZONE = "America/New_York"
# Tennessee 4.00 % food and 7.00 % general (Tenn. Code 67-6-228, 67-6-202); Hamilton County local 2.25 %.
GROCERY_TAX_BP, GENERAL_TAX_BP = 625, 925
TOWNS = (
    "Chattanooga", "Hixson", "Ooltewah", "Soddy Daisy", "Harrison", "Signal Mountain", "Lookout Mountain", "Apison",
    "Birchwood", "Georgetown", "Cleveland", "Sale Creek", "Collegedale", "Mcdonald",
)  # fmt: skip
STORES, HOMES_A_STORE, HOMES_LOOKED_AT = 12, 40, 5_000
NEAREST = (0.65, 0.25, 0.10)  # how often a shopper chooses the nearest store, the next, the third
WINDOWS = ((time(16), time(18)), (time(18), time(20)))
CUTOFF_MINUTES = 75
RADIUS_METRES = 60_000
BAG = 24
APPLIED = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Commuter:
    """A driver with the way home that orders may ride along."""

    driver: Driver
    commute: Commute
    extra_seconds: int
    bags: int
    most_orders: int


@dataclass(frozen=True, slots=True)
class World:
    """Everything a replayed evening begins with."""

    market: Market
    firm: Firm
    stores: Sequence[Store]
    homes: Sequence[tuple[Address, Store]]
    commuters: Sequence[Commuter]
    pickers: dict[int, User]


def build_world(commutes: Sequence[Commute], *, orders: int, trips: int, dice: Random, now: datetime) -> World:
    """Make the market and draw who orders and who drives; nobody does both.

    Raises:
        BadCommutes: the file has too few rows for so many orders and trips.
    """
    if len(commutes) < orders + trips:
        raise BadCommutes(
            f"{orders} orders and {trips} trips need {orders + trips} commutes, one each; the file has {len(commutes)}."
        )
    drawn = dice.sample(range(len(commutes)), orders + trips)
    market, firm = _market(), _firm()
    stores = _stores(market, centres_of([one.home for one in commutes]))
    pickers = _pickers(stores)
    homes = _homes([commutes[row] for row in drawn[:orders]], stores, dice)
    commuters = _commuters([commutes[row] for row in drawn[orders:]], market, firm, dice, now)
    return World(market, firm, stores, homes, commuters, pickers)


def centres_of(homes: Sequence[Point]) -> list[Point]:
    """Where stores stand: the middles of groups of homes, by k-means with a fixed seed."""
    shrink = cos(radians(CENTRE.lat))
    pick = np.random.default_rng(0).choice(len(homes), min(len(homes), HOMES_LOOKED_AT), replace=False)
    flat = np.array([(homes[i].lat, homes[i].lng * shrink) for i in pick])
    count = max(1, min(STORES, len(flat) // HOMES_A_STORE))
    middles, _ = kmeans2(flat, count, seed=3, minit="++")
    return [Point(float(lat), float(lng) / shrink) for lat, lng in middles]


@transaction.atomic
def _market() -> Market:
    market = Market.objects.create(
        code="chattanooga", name="Chattanooga", state="TN", timezone=ZONE, lat=CENTRE.lat, lng=CENTRE.lng,
        rule_pack="tennessee",
    )  # fmt: skip
    Ladder.objects.create(market=market)
    PayScheme.objects.create(market=market)
    return market


def _firm() -> Firm:
    return Firm.objects.create(
        name="Lookout Contractor Services", company_id="1620000001", bank_name="RIDGE EXAMPLE BANK",
        bank_routing=ROUTING, timezone=ZONE,
    )  # fmt: skip


@transaction.atomic
def _stores(market: Market, middles: Sequence[Point]) -> list[Store]:
    zips = _zips()
    stores = [
        Store.objects.create(
            market=market,
            name=f"Homeward Market {number}",
            slug=f"chattanooga-{number}",
            line1=f"{number} Market Square",
            city=nearest_zip(middle, zips).city,
            zip_code=nearest_zip(middle, zips).code,
            lat=middle.lat,
            lng=middle.lng,
            radius_metres=RADIUS_METRES,
            grocery_tax_bp=GROCERY_TAX_BP,
            general_tax_bp=GENERAL_TAX_BP,
            bays=8,
        )
        for number, middle in enumerate(middles, start=1)
    ]
    rules = [(store, day, starts, ends) for store in stores for day in range(7) for starts, ends in WINDOWS]
    StoreHours.objects.bulk_create(
        StoreHours(store=store, weekday=day, opens=time(7), closes=time(22)) for store in stores for day in range(7)
    )
    ServiceZip.objects.bulk_create(ServiceZip(store=store, zip_code=one.code) for store in stores for one in zips)
    WindowRule.objects.bulk_create(
        WindowRule(store=store, weekday=day, starts=starts, ends=ends, seats=500, cutoff_minutes=CUTOFF_MINUTES)
        for store, day, starts, ends in rules
    )
    seed_shelves({store.slug: store for store in stores})
    return stores


def _zips() -> list[Zip]:
    return [one for town in TOWNS for one in zips_of_town(town, "TN")]


def nearest_zip(point: Point, zips: Sequence[Zip]) -> Zip:
    """The ZIP whose middle is nearest."""
    return min(zips, key=lambda one: (one.centre.metres_to(point), one.code))


def _user(kind: str, number: int, **extra: bool) -> User:
    return User(
        email=f"{kind}-{number}@replay.example",
        name=f"{kind.title()} {number}",
        password=make_password(None),
        **extra,
    )


def _pickers(stores: Sequence[Store]) -> dict[int, User]:
    users = User.objects.bulk_create(_user("picker", number, is_staff=True) for number in range(1, len(stores) + 1))
    StoreStaff.objects.bulk_create(
        StoreStaff(user=user, store=store) for user, store in zip(users, stores, strict=True)
    )
    return {store.pk: user for user, store in zip(users, stores, strict=True)}


def _homes(rows: Sequence[Commute], stores: Sequence[Store], dice: Random) -> list[tuple[Address, Store]]:
    """A shopper for each row, at that row's home, with the store they choose."""
    zips = _zips()
    users = User.objects.bulk_create(_user("shopper", number) for number in range(1, len(rows) + 1))
    addresses = Address.objects.bulk_create(
        _address(user, number, row, nearest_zip(row.home, zips))
        for number, (user, row) in enumerate(zip(users, rows, strict=True), start=1)
    )
    chosen = [_choose(row.home, stores, dice) for row in rows]
    return list(zip(addresses, chosen, strict=True))


def _address(user: User, number: int, row: Commute, here: Zip) -> Address:
    return Address(
        shopper=user, line1=f"Home {number}", city=here.city, state=here.state, zip_code=here.code, lat=row.home.lat,
        lng=row.home.lng,
    )  # fmt: skip


def _choose(home: Point, stores: Sequence[Store], dice: Random) -> Store:
    near = sorted(stores, key=lambda store: store.point.metres_to(home))[: len(NEAREST)]
    return dice.choices(near, weights=NEAREST[: len(near)])[0]


def _commuters(rows: Sequence[Commute], market: Market, firm: Firm, dice: Random, now: datetime) -> list[Commuter]:
    """A driver for each row, with papers in force, a car, and a bank account on file for long enough to be paid."""
    users = User.objects.bulk_create(_user("driver", number) for number in range(1, len(rows) + 1))
    expires_on = (now + timedelta(days=365)).date()
    drivers = [
        Driver(user=user, firm=firm, market=market, first_name=f"D{number}", licence_expires_on=expires_on,
               insurance_expires_on=expires_on, is_age_verified=True)
        for number, user in enumerate(users, start=1)
    ]  # fmt: skip
    activate(drivers, now=now - APPLIED)
    found = [
        Commuter(driver, row, dice.randint(10 * 60, 35 * 60), dice.choice((6, 8, 12)), dice.choice((1, 2, 2, 3, 3)))
        for driver, row in zip(drivers, rows, strict=True)
    ]
    Vehicle.objects.bulk_create(
        Vehicle(driver=one.driver, description="car", room=one.bags * BAG, has_cold_box=dice.random() < 0.6)
        for one in found
    )
    Limits.objects.bulk_create(Limits(driver=one.driver, no_alcohol=dice.random() < 0.1) for one in found)
    for number, driver in enumerate(drivers):
        set_payout_account(
            driver_id=driver.pk, routing=ROUTING, number=f"{8_000_100 + number}", holder=driver.user.name,
            is_savings=False, now=now - APPLIED / 2,
        )  # fmt: skip
    return found
