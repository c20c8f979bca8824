"""A road engine that may go away, with the estimator behind it: an answer always comes, and says how it was found."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

import structlog

from common.geo import Point
from providers.routing.around import Around
from providers.routing.base import Bools, Leg, Route, Routing, RoutingUnavailable, Table

REST_SECONDS = 15.0
T = TypeVar("T")
log = structlog.get_logger(__name__)


class SteadyRouting(Around):
    """Asks an engine; after a failure it rests for some seconds in which only the estimator is asked.

    A service that hangs then costs one budget per process and rest, not one per question.
    """

    def __init__(
        self, engine: Routing, *, rest_seconds: float = REST_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Take the engine, whose own estimator stands in for it."""
        super().__init__(engine)
        self._rest_seconds = rest_seconds
        self._clock = clock
        self._rests_until = float("-inf")
        self._lock = threading.Lock()

    @property
    def is_resting(self) -> bool:
        """Whether the engine failed and nobody has heard it since."""
        return self._rests_until != float("-inf")

    def leg(self, a: Point, b: Point, at: datetime) -> Leg:
        """Drive from one point to another."""
        return self._ask(
            lambda: self.engine.leg(a, b, at), lambda: replace(self.estimator.leg(a, b, at), is_estimated=True)
        )

    def route(self, points: Sequence[Point], at: datetime) -> Route:
        """Drive through the points; all legs by the engine or all by the estimator."""
        return self._ask(lambda: self.engine.route(points, at), lambda: estimated(self.estimator.route(points, at)))

    def table(
        self, sources: Sequence[Point], targets: Sequence[Point], at: datetime, wanted: Bools | None = None
    ) -> Table:
        """Drive from every source to every target; all by the engine or all by the estimator."""
        return self._ask(
            lambda: self.engine.table(sources, targets, at, wanted),
            lambda: replace(self.estimator.table(sources, targets, at), is_estimated=True),
        )

    def _ask(self, ask: Callable[[], T], estimate: Callable[[], T]) -> T:
        if not self._may_ask():
            return estimate()
        try:
            answer = ask()
        except RoutingUnavailable as trouble:
            self._rests_until = self._clock() + self._rest_seconds
            log.warning("road_engine_away", engine=self.name, trouble=str(trouble), rests_seconds=self._rest_seconds)
            return estimate()
        if self.is_resting:
            self._rests_until = float("-inf")
            log.info("road_engine_back", engine=self.name)
        return answer

    def _may_ask(self) -> bool:
        """Whether to try the engine; after a rest one caller tries while the others go on estimating."""
        if not self.is_resting:
            return True
        with self._lock:
            now = self._clock()
            if now < self._rests_until:
                return False
            self._rests_until = now + self._rest_seconds
            return True


def estimated(route: Route) -> Route:
    """A route marked as estimated, each leg of it."""
    return replace(route, legs=tuple(replace(leg, is_estimated=True) for leg in route.legs))
