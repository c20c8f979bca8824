"""A drive as a line on the map, and where on it somebody is."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, pairwise
from math import atan2, cos, degrees, radians

from common.geo import Point
from providers.routing.gateway import gateway


@dataclass(frozen=True, slots=True)
class Way:
    """A line of points with the metres driven up to each, and the seconds it takes a real car."""

    points: Sequence[Point]
    metres: Sequence[float]
    seconds: int

    def at(self, share: float) -> tuple[Point, int]:
        """Place and compass heading after a share of the way, from 0 to 1."""
        driven = self.metres[-1] * max(0.0, min(1.0, share))
        before = min(bisect_right(self.metres, driven), len(self.points) - 1)
        a, b = self.points[before - 1], self.points[before]
        length = self.metres[before] - self.metres[before - 1]
        part = (driven - self.metres[before - 1]) / length if length else 0.0
        here = Point(a.lat + (b.lat - a.lat) * part, a.lng + (b.lng - a.lng) * part)
        return here, heading(a, b)


def way_between(start: Point, end: Point, at: datetime) -> Way:
    """The drive from one point to another along the streets the road engine knows."""
    route = gateway().route([start, end], at)
    points = list(route.path) if len(route.path) > 1 else [start, end]
    metres = list(accumulate((a.metres_to(b) for a, b in pairwise(points)), initial=0.0))
    return Way(points, metres, route.seconds)


def heading(a: Point, b: Point) -> int:
    """Compass degrees from one point to another, 0 is north."""
    east = (b.lng - a.lng) * cos(radians(a.lat))
    return round(degrees(atan2(east, b.lat - a.lat))) % 360
