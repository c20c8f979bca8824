"""What Homeward asks of a road engine: how long, how far, along which streets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from common.geo import Point

Int32s = NDArray[np.int32]
Bools = NDArray[np.bool_]


class RoutingUnavailable(Exception):
    """The road engine did not answer; whoever asked falls back to the estimator and says so."""


@dataclass(frozen=True, slots=True)
class Leg:
    """Driving from one point to the next; estimated where the engine itself had no answer."""

    seconds: int
    metres: int
    is_estimated: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """Driving through several points in order; the path follows streets where the engine knows them."""

    seconds: int
    metres: int
    legs: tuple[Leg, ...]
    path: tuple[Point, ...]

    @property
    def is_estimated(self) -> bool:
        """Whether any of its legs is."""
        return any(leg.is_estimated for leg in self.legs)


@dataclass(frozen=True, slots=True)
class Table:
    """Driving from every source to every target: whole seconds and metres, int32 (n_sources, n_targets).

    Estimated as a whole when the engine did not answer.
    """

    seconds: Int32s
    metres: Int32s
    is_estimated: bool = False


class Routing(Protocol):
    """A road engine. Same question, same answer: nothing in it is random and nothing asks the clock.

    Every answer is finite and not negative, a point is 0 seconds and 0 metres from itself, and `route` is the sum of
    its legs. `at` is an aware moment; engines work out the local hour from it and from where the points lie.
    """

    @property
    def name(self) -> str:
        """Short name kept on an offer, such as `builtin`."""

    @property
    def version(self) -> str:
        """What an answer depends on beside the question: rules and map data. Kept on an offer."""

    @property
    def estimator(self) -> "Routing":
        """The formula that answers where the engine cannot: fitted to the same roads, and never away."""

    def leg(self, a: Point, b: Point, at: datetime) -> Leg:
        """Drive from one point to another, leaving at a moment."""

    def route(self, points: Sequence[Point], at: datetime) -> Route:
        """Drive through two or more points in order; fewer give an empty route."""

    def table(
        self, sources: Sequence[Point], targets: Sequence[Point], at: datetime, wanted: Bools | None = None
    ) -> Table:
        """Drive from every source to every target; worked through in chunks, so memory is that of the answer.

        Where only some pairs matter, `wanted` (n_sources, n_targets) says which; the others may be estimated.
        """
