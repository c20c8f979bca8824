"""Lines for the map on an offer: the part that is added, and lines thin enough to keep with it. Pure."""

from collections.abc import Sequence
from itertools import pairwise
from math import cos, hypot, radians

from common.geo import Point

METRES_PER_DEGREE = 111_195.0
TOLERANCE_METRES = 15.0

Line = list[list[float]]


def added_parts(driven: Sequence[Point], without: Sequence[Point]) -> list[list[Point]]:
    """Stretches of one way that the other does not use, in either direction."""
    known = {frozenset(pair) for pair in pairwise(without)}
    parts: list[list[Point]] = []
    open_part: list[Point] = []
    for a, b in pairwise(driven):
        if a == b or frozenset((a, b)) in known:
            open_part = []
            continue
        if not open_part:
            open_part = [a]
            parts.append(open_part)
        open_part.append(b)
    return parts


def drawn(path: Sequence[Point]) -> Line:
    """A line as it is kept: thinned to 15 m, degrees to a metre."""
    return [[round(point.lat, 5), round(point.lng, 5)] for point in thinned(path)]


def thinned(path: Sequence[Point], tolerance: float = TOLERANCE_METRES) -> list[Point]:
    """Leave out points that lie near the line between their neighbours (Douglas and Peucker 1973)."""
    if len(path) < 3:
        return list(path)
    kept = {0, len(path) - 1}
    spans = [(0, len(path) - 1)]
    while spans:
        first, last = spans.pop()
        off, at = max(
            ((_off_line(path[i], path[first], path[last]), i) for i in range(first + 1, last)), default=(0.0, first)
        )
        if off > tolerance:
            kept.add(at)
            spans += [(first, at), (at, last)]
    return [path[i] for i in sorted(kept)]


def _off_line(point: Point, a: Point, b: Point) -> float:
    """Metres from a point to the stretch between two others, on a plane good enough for a city."""
    east = METRES_PER_DEGREE * cos(radians(a.lat))
    px, py = (point.lng - a.lng) * east, (point.lat - a.lat) * METRES_PER_DEGREE
    bx, by = (b.lng - a.lng) * east, (b.lat - a.lat) * METRES_PER_DEGREE
    length = bx * bx + by * by
    share = min(1.0, max(0.0, (px * bx + py * by) / length)) if length else 0.0
    return hypot(px - share * bx, py - share * by)
