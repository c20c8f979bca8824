"""The estimator that needs no map: great-circle distance, circuity, speed by length and hour, and fitted landmarks."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from common.geo import EARTH_RADIUS_METRES, Point
from providers.routing.base import Bools, Int32s, Leg, Route, Table
from providers.routing.landmarks import NOWHERE
from providers.routing.profile import Fitted, Profile
from providers.routing.traffic import slowness

Floats = NDArray[np.float64]
ROWS_A_CHUNK = 512
FAR = 100_000_000  # seconds or metres


class BuiltinRouting:
    """Estimates by formula; the default, and what every other engine falls back to."""

    name = "builtin"

    def __init__(self, profile: Profile | None = None, fitted: Fitted | None = None) -> None:
        """Take the formula's figures, which suit a middle-sized US metro, and what was fitted to known regions."""
        self.profile = profile or Profile()
        self._fitted = fitted or Fitted()
        figures = "/".join(f"{figure:g}" for figure in self.profile.figures)
        self._version = "2:" + (self._fitted.digest or figures)

    @property
    def version(self) -> str:
        """What was fitted, else the formula's figures."""
        return self._version

    @property
    def estimator(self) -> "BuiltinRouting":
        """Itself."""
        return self

    def leg(self, a: Point, b: Point, at: datetime) -> Leg:
        """Estimate one drive."""
        table = self.table([a], [b], at)
        return Leg(seconds=int(table.seconds[0, 0]), metres=int(table.metres[0, 0]))

    def route(self, points: Sequence[Point], at: datetime) -> Route:
        """Sum the legs, each as `leg` would answer; the path is the points themselves.

        One table of some points costs a numpy call, as many as a leg alone: its diagonal is the way.
        """
        free, driven = self._free(points[:-1], points[1:])
        slow = np.array([slowness(at, point.lng) for point in points[:-1]], np.float64)
        seconds, metres = _whole(np.diagonal(free) * slow), _whole(np.diagonal(driven))
        legs = tuple(Leg(seconds=s, metres=m) for s, m in zip(seconds.tolist(), metres.tolist(), strict=True))
        return Route(
            seconds=sum(leg.seconds for leg in legs),
            metres=sum(leg.metres for leg in legs),
            legs=legs,
            path=tuple(points),
        )

    def table(
        self, sources: Sequence[Point], targets: Sequence[Point], at: datetime, wanted: Bools | None = None
    ) -> Table:
        """Estimate all drives; the hour is taken at the first source."""
        seconds = np.zeros((len(sources), len(targets)), np.int32)
        metres = np.zeros_like(seconds)
        if seconds.size == 0:
            return Table(seconds, metres)
        factor = slowness(at, sources[0].lng)
        for start in range(0, len(sources), ROWS_A_CHUNK):
            rows = slice(start, start + ROWS_A_CHUNK)
            free, driven = self._free(sources[rows], targets)
            seconds[rows], metres[rows] = _whole(free * factor), _whole(driven)
        return Table(seconds, metres)

    def _free(self, sources: Sequence[Point], targets: Sequence[Point]) -> tuple[Floats, Floats]:
        """Seconds of free flow and metres: by formula, and within a fitted region by what is known of it."""
        straight = great_circle(degrees(sources), degrees(targets))
        seconds, metres = free_flow(straight, self.profile)
        for region in self._fitted.regions:
            starts, ends = region.landmarks.rows(sources), region.landmarks.rows(targets)
            here = np.ix_(starts != NOWHERE, ends != NOWHERE)
            seconds[here], metres[here] = free_flow(straight[here], region.profile)
            region.landmarks.improve(straight, seconds, metres, starts, ends)
        return seconds, metres


def free_flow(straight: Floats, p: Profile) -> tuple[Floats, Floats]:
    """Seconds and metres of driving on empty roads for some straight metres, by formula."""
    road = straight * p.circuity + p.wriggle_metres * (1 - np.exp(-straight / 600.0))
    slow = p.slow_start_seconds * (1 - np.exp(-straight / p.slow_start_metres))
    return road / p.cruise_metres_per_second + slow, road


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
