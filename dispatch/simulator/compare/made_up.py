"""A made-up day: orders by the hour of the day, commuters and errands, around a market's stores. The seed decides all.

Shapes are those of `bench/_metros.py`: doors a few kilometres from their store, most trips between suburbs and the
middle. Each kind of thing draws from dice of its own, so that more trips leave the orders as they were.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import cos, inf, radians
from zoneinfo import ZoneInfo

import numpy as np

from common.geo import Point
from dispatch.engine.problem import Need
from dispatch.engine.travel import METRES_PER_DEGREE
from dispatch.models import Ladder
from dispatch.queries.rows import RIDE_SECONDS
from dispatch.simulator.compare.scenario import HOUR, Placed, Ride, Scenario
from dispatch.terms.fairness import area_of
from payouts.quote import PayPlan
from providers.routing.base import Routing
from rules.pack import RulePack
from stores.models.catalogue import ColdClass

# Share of a day's orders wished for by hour: a small rise in the morning, the large one when people are back home.
DEMAND = {8: 3, 9: 5, 10: 6, 11: 7, 12: 6, 13: 5, 14: 5, 15: 7, 16: 12, 17: 16, 18: 14, 19: 9, 20: 5}
WINDOW_S = 2 * HOUR
CANCELLED = 0.012
COMMUTERS, ONLINE = 0.7, 0.06  # of all drivers; the rest run errands
ALSO_MORNINGS = 0.4  # commuters who declare their way to work too
LEAVES_HOME, LEAVES_WORK = (7.9, 0.8), (17.2, 0.9)  # mean and spread, hours
METRES_A_SECOND = 14  # what an extra second allows in extra metres
BAG = 24


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a day takes place and under which rules."""

    name: str
    stores: Sequence[Point]
    zone: ZoneInfo
    ladder: Ladder
    pay: PayPlan
    pack: RulePack
    routing: Routing

    @property
    def middle(self) -> Point:
        """Middle of the stores."""
        return Point(*(float(np.mean([getattr(one, axis) for one in self.stores])) for axis in ("lat", "lng")))


def ring_of_stores(middle: Point, seed: int, count: int = 24, radius: float = 22_000) -> list[Point]:
    """Stores on a ragged ring around a middle."""
    r = np.random.default_rng([seed, 0])
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False) + r.normal(0, 0.25, count)
    away = radius * np.sqrt(r.uniform(0.05, 1, count))
    return [moved(middle, *both) for both in zip(away * np.cos(angle), away * np.sin(angle), strict=True)]


def made_up_day(ground: Ground, *, on: date, orders: int, trips: int, seed: int) -> Scenario:
    """A day with so many orders and trips."""
    return Scenario(
        name=ground.name,
        on=on,
        zone=ground.zone,
        orders=_orders(ground, orders, seed),
        rides=_rides(ground, trips, seed),
        ladder=ground.ladder,
        pay=ground.pay,
        pack=ground.pack,
        routing=ground.routing,
        seed=seed,
    )


def moved(point: Point, east: float, north: float) -> Point:
    """A point so many metres away."""
    lat = point.lat + north / METRES_PER_DEGREE
    return Point(lat, point.lng + east / (METRES_PER_DEGREE * cos(radians(point.lat))))


def _orders(ground: Ground, count: int, seed: int) -> list[Placed]:
    r = np.random.default_rng([seed, 1])
    popular = r.dirichlet(np.full(len(ground.stores), 4.0))
    return [one_order(r, ground.stores, popular) for _ in range(count)]


def one_order(r: np.random.Generator, stores: Sequence[Point], popular: np.ndarray[tuple[int], np.dtype[np.float64]],
              drop: Point | None = None) -> Placed:  # fmt: skip
    """One order of a made-up shopper; `drop` says where they live, when that is known."""
    store = int(r.choice(len(stores), p=popular))
    away, turn = min(float(r.gamma(2.0, 2_300.0)), 14_000.0), float(r.uniform(0, 2 * np.pi))
    hour = int(r.choice(list(DEMAND), p=np.array(list(DEMAND.values())) / sum(DEMAND.values())))
    wished = hour * HOUR + int(r.integers(0, HOUR))
    due_from = wished - wished % WINDOW_S
    placed = max(0, due_from - int(r.integers(75 * 60, 8 * HOUR)))
    cancels, when = r.random() < CANCELLED, float(r.random())
    units = int(r.integers(4, 40))
    cold = (ColdClass.AMBIENT, ColdClass.CHILLED, ColdClass.FROZEN)[int(r.choice(3, p=[0.2, 0.55, 0.25]))]
    return Placed(
        store=store,
        pickup=stores[store],
        drop=drop or moved(stores[store], away * np.cos(turn), away * np.sin(turn)),
        placed_s=placed,
        wished_s=wished,
        due_from_s=due_from,
        due_by_s=due_from + WINDOW_S,
        # Mostly staged in time; one in twenty comes off the shelf late.
        staged_before_s=int(r.integers(20 * 60, 110 * 60)) if r.random() > 0.05 else -int(r.integers(0, 40 * 60)),
        cancelled_s=placed + int(when * (due_from - placed)) if cancels else None,
        room=BAG * int(r.integers(1, 5)),
        units=units,
        grams=units * int(r.integers(300, 900)),
        heaviest_grams=int(r.integers(500, 9_000)),
        needs=Need.ALCOHOL | Need.AGE_CHECK if r.random() < 0.06 else Need(0),
        ride_s=RIDE_SECONDS.get(cold, inf),
        tip_cents=int(r.choice([0, 200, 300, 500, 800], p=[0.35, 0.15, 0.2, 0.2, 0.1])),
    )


def _rides(ground: Ground, count: int, seed: int) -> list[Ride]:
    """Trips of one driver after another, until there are so many."""
    r = np.random.default_rng([seed, 2])
    rides: list[Ride] = []
    driver = 0
    while len(rides) < count:
        rides += _day_of_driver(r, driver, ground)
        driver += 1
    return rides[:count]


def _day_of_driver(r: np.random.Generator, driver: int, ground: Ground) -> list[Ride]:
    home = _near(r, ground.stores[int(r.integers(len(ground.stores)))], 4_500)
    work = _near(r, ground.middle, 5_000)
    like = habits_of(r, driver, area_of(home, ground.middle))
    kind = r.random()
    if kind < COMMUTERS:
        hours = [float(r.normal(*LEAVES_HOME)), float(r.normal(*LEAVES_WORK))]
        ways = [(home, work, hours[0]), (work, home, hours[1])]
        return [way_of(like, r, *way) for way in (ways if r.random() < ALSO_MORNINGS else ways[1:])]
    starts = float(r.uniform(9, 18))
    if kind < COMMUTERS + ONLINE:
        return [_online(like, home, starts, float(r.uniform(2, 4)))]
    errand = _near(r, home, 3_500)
    return [way_of(like, r, home, errand, starts), way_of(like, r, errand, home, starts + 1.5)]


def habits_of(r: np.random.Generator, driver: int, area: str) -> Ride:
    """What all trips of one driver share, on a trip yet without ends."""
    extra = int(r.integers(10 * 60, 35 * 60 + 1))
    nowhere = Point(0, 0)
    return Ride(
        driver=driver, area=area, origin=nowhere, destination=None, declared_s=0, depart_s=0, leave_by_s=0, latest_s=0,
        extra_s=extra, extra_m=extra * METRES_A_SECOND, room=BAG * int(r.choice([4, 8, 12], p=[0.3, 0.5, 0.2])),
        grams=150_000, max_orders=int(r.choice([1, 2, 3], p=[0.2, 0.3, 0.5])),
        refuses=(Need.ALCOHOL if r.random() < 0.1 else Need(0)) | (Need.COLD_BOX if r.random() < 0.4 else Need(0)),
    )  # fmt: skip


def way_of(like: Ride, r: np.random.Generator, origin: Point, end: Point, hour: float) -> Ride:
    """One declared trip: a quarter of an hour or so of leeway, and time to arrive beyond the extra minutes."""
    departs = int(min(max(hour, 6.0), 21.5) * HOUR)
    leeway = int(r.integers(10 * 60, 25 * 60))
    direct = round(origin.metres_to(end) * 1.3 / 11)  # a driver's own guess; roads decide
    return replace(
        like, origin=origin, destination=end, declared_s=departs - int(r.integers(20 * 60, 150 * 60)),
        depart_s=departs, leave_by_s=departs + leeway,
        latest_s=departs + leeway + round(direct * 1.3) + int(like.extra_s) + 25 * 60,
    )  # fmt: skip


def _online(like: Ride, home: Point, hour: float, hours: float) -> Ride:
    starts, ends = int(hour * HOUR), int((hour + hours) * HOUR)
    return replace(
        like, origin=home, declared_s=starts, depart_s=starts, leave_by_s=ends, latest_s=ends, extra_s=hours * HOUR,
        extra_m=hours * HOUR * METRES_A_SECOND,
    )  # fmt: skip


def _near(r: np.random.Generator, point: Point, spread: float) -> Point:
    return moved(point, float(r.normal(0, spread)), float(r.normal(0, spread)))
