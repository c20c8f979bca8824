"""The estimator that needs no map: great-circle distance, circuity, and speed by length and time of day."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from common.geo import EARTH_RADIUS_METRES, Point
from providers.routing.base import Int32s, Leg, Route, Table
from providers.routing.traffic import slowness

Floats = NDArray[np.float64]
ROWS_A_CHUNK = 512
FAR = 100_000_000  # seconds or metres


@dataclass(frozen=True, slots=True)
class Profile:
    """How roads stretch a straight line, and how speed rises with the length of a drive.

    Both curves are concave and start at 0, so a drive is never longer than the same drive through a third point.
    """

    circuity: float = 1.27  # road metres per straight metre of a long drive
    wriggle_metres: float = 220.0  # road metres a short drive has beyond that, at most
    cruise_metres_per_second: float = 17.5  # speed that very long drives come to
    slow_start_seconds: float = 150.0  # time lost on side streets at both ends, at most
    slow_start_metres: float = 2_500.0  # straight metres over which most of it is lost


class BuiltinRouting:
    """Estimates by formula; the default, and what every other engine falls back to."""

    name = "builtin"

    def __init__(self, profile: Profile | None = None) -> None:
        """Take a calibrated profile; the default suits a middle-sized US metro."""
        self.profile = profile or Profile()

    @property
    def version(self) -> str:
        """The profile's five figures."""
        p = self.profile
        figures = (p.circuity, p.wriggle_metres, p.cruise_metres_per_second, p.slow_start_seconds, p.slow_start_metres)
        return "1:" + "/".join(f"{figure:g}" for figure in figures)

    @property
    def estimator(self) -> "BuiltinRouting":
        """Itself."""
        return self

    def leg(self, a: Point, b: Point, at: datetime) -> Leg:
        """Estimate one drive."""
        table = self.table([a], [b], at)
        return Leg(seconds=int(table.seconds[0, 0]), metres=int(table.metres[0, 0]))

    def route(self, points: Sequence[Point], at: datetime) -> Route:
        """Sum the legs; the path is the points themselves."""
        legs = tuple(self.leg(a, b, at) for a, b in itertools.pairwise(points))
        return Route(
            seconds=sum(leg.seconds for leg in legs),
            metres=sum(leg.metres for leg in legs),
            legs=legs,
            path=tuple(points),
        )

    def table(self, sources: Sequence[Point], targets: Sequence[Point], at: datetime) -> Table:
        """Estimate all drives; the hour is taken at the first source."""
        seconds = np.zeros((len(sources), len(targets)), np.int32)
        metres = np.zeros_like(seconds)
        if seconds.size == 0:
            return Table(seconds, metres)
        factor = slowness(at, sources[0].lng)
        ends = degrees(targets)
        for start in range(0, len(sources), ROWS_A_CHUNK):
            rows = slice(start, start + ROWS_A_CHUNK)
            straight = great_circle(degrees(sources[rows]), ends)
            seconds[rows], metres[rows] = self.estimate(straight, factor)
        return Table(seconds, metres)

    def estimate(self, straight: Floats, factor: float) -> tuple[Int32s, Int32s]:
        """Turn straight metres into whole seconds and metres of driving, rounded up."""
        p = self.profile
        road = straight * p.circuity + p.wriggle_metres * (1 - np.exp(-straight / 600.0))
        slow = p.slow_start_seconds * (1 - np.exp(-straight / p.slow_start_metres))
        seconds = (road / p.cruise_metres_per_second + slow) * factor
        return _whole(seconds), _whole(road)


def _whole(values: Floats) -> Int32s:
    """Rounded up; from a place that is nowhere everything is far."""
    return np.ceil(np.nan_to_num(values, nan=FAR, posinf=FAR)).astype(np.int32)


def degrees(points: Sequence[Point]) -> Floats:
    """Latitudes and longitudes, (n, 2)."""
    return np.array([(point.lat, point.lng) for point in points], np.float64).reshape(-1, 2)


def great_circle(a: Floats, b: Floats) -> Floats:
    """Straight metres between every row of a (n, 2) and every row of b (m, 2), degrees in; (n, m)."""
    start, end = np.radians(a)[:, None, :], np.radians(b)[None, :, :]
    half = np.sin((end - start) / 2) ** 2
    h = half[..., 0] + np.cos(start[..., 0]) * np.cos(end[..., 0]) * half[..., 1]
    return np.asarray(2 * EARTH_RADIUS_METRES * np.arcsin(np.minimum(1.0, np.sqrt(h))), np.float64)
