"""What road engines behind HTTP have in common: tables in pieces, ways to the road, the hour, what is out of reach."""

import itertools
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from common.geo import Point
from providers.routing.base import Bools, Leg, Route, Table
from providers.routing.builtin import BuiltinRouting, Floats, degrees
from providers.routing.graph import ACCESS_CIRCUITY, ACCESS_METRES_PER_SECOND
from providers.routing.line import Line
from providers.routing.traffic import slowness

FARTHEST_FROM_A_ROAD = 2_000.0  # metres; a point farther off lies outside the map
FARTHEST_APART = (
    150_000.0  # straight metres; services refuse whole tables over one far pair, and so far nobody delivers
)


@dataclass(frozen=True, slots=True)
class Free:
    """A service's answer, free flow: seconds and metres (n, m), NaN where it knows no way; metres to the road."""

    seconds: Floats
    metres: Floats
    source_access: Floats
    target_access: Floats


class RemoteRouting(ABC):
    """A road engine behind HTTP. Raises RoutingUnavailable when it does not answer within its budget.

    Free-flow times come from the service, the hour of the day from our own profile, so that all engines agree about
    the rush; where the service knows no way, the estimator answers. Legs are always asked as a table, since a
    service may count a route a little otherwise; a route asks for the way along the streets beside it.
    """

    name = ""

    def __init__(
        self,
        *,
        base_url: str,
        budget_seconds: float = 2.0,
        table_side: int = 50,
        estimator: BuiltinRouting | None = None,
    ) -> None:
        """Take the service's address, the budget of one call, and how many points a side of a table may have."""
        self._line = Line(base_url)
        self._budget = budget_seconds
        self._side = table_side
        self._estimator = estimator or BuiltinRouting()

    @property
    @abstractmethod
    def version(self) -> str:
        """Rules and map data, as far as the service tells; it tells with its first answer."""

    @property
    def estimator(self) -> BuiltinRouting:
        """The formula for points that the service cannot place."""
        return self._estimator

    def leg(self, a: Point, b: Point, at: datetime) -> Leg:
        """Drive from one point to another: a table of one."""
        return self._legs([a, b], at, self._until())[0]

    def route(self, points: Sequence[Point], at: datetime) -> Route:
        """Drive through the points; where the service cannot draw the way it is drawn straight."""
        until = self._until()
        legs = self._legs(points, at, until)
        drawn: Sequence[Point] = []
        if any(leg.seconds and not leg.is_estimated for leg in legs):
            drawn = self._ask_way(points, until)
        path = (*points[:1], *drawn, *points[-1:]) if drawn else tuple(points)
        return Route(sum(leg.seconds for leg in legs), sum(leg.metres for leg in legs), legs, path)

    def table(
        self, sources: Sequence[Point], targets: Sequence[Point], at: datetime, wanted: Bools | None = None
    ) -> Table:
        """Drive from every source to every target, asked in pieces within one budget."""
        table, _ = self._table(sources, targets, at, self._until())
        return table

    @abstractmethod
    def _ask_table(self, sources: Sequence[Point], targets: Sequence[Point], until: float) -> Free:
        """Ask for one piece."""

    @abstractmethod
    def _ask_way(self, points: Sequence[Point], until: float) -> list[Point]:
        """Ask for the way along the streets; empty where the service has none."""

    def _legs(self, points: Sequence[Point], at: datetime, until: float) -> tuple[Leg, ...]:
        if len(points) < 2:
            return ()
        found: list[Leg] = []
        for a, b in itertools.pairwise(points) if len(points) > self._side else ():
            found.extend(self._legs([a, b], at, until))
        if found:
            return tuple(found)
        table, is_known = self._table(points[:-1], points[1:], at, until)
        return tuple(
            Leg(int(table.seconds[i, i]), int(table.metres[i, i]), not is_known[i, i]) for i in range(len(points) - 1)
        )

    def _table(
        self, sources: Sequence[Point], targets: Sequence[Point], at: datetime, until: float
    ) -> tuple[Table, NDArray[np.bool_]]:
        """The table, and which of its pairs the service knew."""
        estimate = self._estimator.table(sources, targets, at)
        seconds, metres = estimate.seconds, estimate.metres
        known = (degrees(sources)[:, None, :] == degrees(targets)[None, :, :]).all(axis=2)
        if seconds.size == 0:
            return estimate, known
        factor = slowness(at, sources[0].lng)
        for rows, columns in itertools.product(_pieces(sources, self._side), _pieces(targets, self._side)):
            piece = np.ix_(rows, columns)
            if (metres[piece] > FARTHEST_APART).all():
                continue
            some, others = [sources[i] for i in rows], [targets[i] for i in columns]
            took, drove = _with_access(self._ask_table(some, others, until))
            found = np.isfinite(took) & ~known[piece]
            seconds[piece] = np.where(found, np.ceil(np.nan_to_num(took * factor)), seconds[piece])
            metres[piece] = np.where(found, np.ceil(np.nan_to_num(drove)), metres[piece])
            known[piece] |= found
        return Table(seconds, metres), known

    def _until(self) -> float:
        return time.monotonic() + self._budget


def _with_access(free: Free) -> tuple[Floats, Floats]:
    """Add the ways between doors and roads; a point too far from any road is one the service does not know."""
    extra = (free.source_access[:, None] + free.target_access[None, :]) * ACCESS_CIRCUITY
    off_the_map = (free.source_access > FARTHEST_FROM_A_ROAD)[:, None] | (free.target_access > FARTHEST_FROM_A_ROAD)
    seconds = np.where(off_the_map, np.nan, free.seconds + extra / ACCESS_METRES_PER_SECOND)
    return seconds, free.metres + extra


def _pieces(points: Sequence[Point], side: int) -> list[list[int]]:
    """Indices of the points that lie on earth, so many at a time: a service refuses a whole table over any other."""
    asked = [i for i, point in enumerate(points) if -90 <= point.lat <= 90 and -180 <= point.lng <= 180]
    return [asked[start : start + side] for start in range(0, len(asked), side)]
