"""A day to be lived through under several policies: who orders what for when, who drives where, by which law and rates.

Times are whole seconds after the day's midnight in its market, lengths whole metres. Nothing here is decided by a
policy, so every policy meets the same day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from math import inf
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from common.clock import moment
from common.geo import Point
from dispatch.engine.build import NOTHING, Places
from dispatch.engine.problem import Need
from dispatch.engine.travel import Travel, travel_between
from dispatch.models import Ladder
from payouts.quote import PayPlan
from providers.routing.base import Routing
from rules.pack import RulePack

Ints = NDArray[np.int64]
HOUR = 3_600
LEAST_PICKING_S = 12 * 60  # from an order's placing to its bags on the shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One order. `wished_s` is when its shopper would like it; the window follows from that and from the rules."""

    store: int
    pickup: Point
    drop: Point
    placed_s: int
    wished_s: int
    due_from_s: int
    due_by_s: int
    staged_before_s: int = 0  # before its window opens, as planned; negative when picking ran late
    ready_s: int | None = None  # known of a day that has been; else it follows from the window
    cancelled_s: int | None = None  # its shopper cancels then, unless a driver has claimed it
    room: int = 24
    units: int = 1
    grams: int = 0
    heaviest_grams: int = 0
    needs: Need = NOTHING
    ride_s: float = inf
    tip_cents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ride:
    """One trip that a driver declares, or with no destination a span of being online."""

    driver: int
    area: str
    origin: Point
    destination: Point | None
    declared_s: int
    depart_s: int
    leave_by_s: int
    latest_s: int
    extra_s: float
    extra_m: float
    room: float = 192
    grams: float = inf
    item_grams: float = inf
    max_orders: int = 2
    refuses: Need = NOTHING

    @property
    def open_hours(self) -> float:
        """How long it can be offered something."""
        return max(0, self.leave_by_s - self.declared_s) / HOUR


@dataclass(frozen=True)
class Scenario:
    """One day of one market."""

    name: str
    on: date
    zone: ZoneInfo
    orders: Sequence[Placed]
    rides: Sequence[Ride]
    ladder: Ladder
    pay: PayPlan
    pack: RulePack
    routing: Routing
    seed: int

    def at(self, second: float) -> datetime:
        """The moment so many seconds into the day."""
        return moment(self.on, datetime.min.time(), self.zone) + timedelta(seconds=second)

    @cached_property
    def places(self) -> "Sites":
        """Where everything lies, numbered."""
        return Sites.of(self)


@dataclass(frozen=True)
class Sites:
    """Locations of a day: of each order's store and door, of each ride's ends (-1 for none), and roads between."""

    points: Sequence[Point]
    pickup: Ints
    drop: Ints
    origin: Ints
    destination: Ints
    scenario: Scenario
    by_hour: dict[int, Travel]

    @classmethod
    def of(cls, day: Scenario) -> "Sites":
        """Number every place of a day; equal ones share a number."""
        places = Places()
        columns = [
            [places.of(one.pickup) for one in day.orders],
            [places.of(one.drop) for one in day.orders],
            [places.of(one.origin) for one in day.rides],
            [-1 if one.destination is None else places.of(one.destination) for one in day.rides],
        ]
        pickup, drop, origin, destination = (np.array(column, np.int64) for column in columns)
        return cls(list(places.number), pickup, drop, origin, destination, day, {})

    def roads(self, second: float) -> Travel:
        """Roads as they are in the hour of a second of the day."""
        hour = int(second // HOUR)
        if hour not in self.by_hour:
            at = self.scenario.at(hour * HOUR + HOUR // 2)
            self.by_hour[hour] = travel_between(self.points, self.scenario.routing, at)
        return self.by_hour[hour]
