"""Streets to draw beneath a small map, where the road engine knows any."""

from collections.abc import Sequence
from math import cos, radians

import numpy as np
from numpy.typing import NDArray

from common.geo import Point
from common.minimap import HEIGHT, WIDTH
from providers.routing.gateway import gateway, road_graph
from providers.routing.roads import KINDS

MOST_PIECES = 1_200  # a card stays some kilobytes
EDGE = 0.15  # drawn this far beyond the points, as a part of their span


def streets_near(points: Sequence[Point]) -> list[list[Point]]:
    """The streets around some points, wide ones first; none where the engine has no road network."""
    graph = road_graph(gateway())
    if graph is None or not points:
        return []
    south, north, west, east = _frame(points)
    lat, lng = graph.lat, graph.lng
    inside = (lat >= south) & (lat <= north) & (lng >= west) & (lng <= east)
    rows = np.flatnonzero(inside[graph.tail] & inside[graph.head] & (graph.tail < graph.head))
    rows = rows[graph.kind[rows] <= _narrowest(graph.kind[rows])]
    return [
        [Point(float(lat[a]), float(lng[a])), Point(float(lat[b]), float(lng[b]))]
        for a, b in zip(graph.tail[rows], graph.head[rows], strict=True)
    ]


def _narrowest(kinds: NDArray[np.int8]) -> int:
    """The narrowest kind of street that can be drawn whole, with all wider ones; a kind drawn in part would mislead."""
    drawn = np.cumsum(np.bincount(kinds, minlength=len(KINDS)))
    return int(np.searchsorted(drawn, MOST_PIECES, side="right")) - 1


def _frame(points: Sequence[Point]) -> tuple[float, float, float, float]:
    """South, north, west and east of the picture: the points, an edge, and what its shape adds at the sides."""
    south, north = _padded([p.lat for p in points], 0.0)
    squeeze = cos(radians((south + north) / 2))
    west, east = _padded([p.lng for p in points], (north - south) * WIDTH / HEIGHT / squeeze)
    south, north = _padded([south, north], (east - west) * squeeze * HEIGHT / WIDTH)
    return south, north, west, east


def _padded(values: Sequence[float], least: float) -> tuple[float, float]:
    low, high = min(values), max(values)
    wanted = max((high - low) * (1 + 2 * EDGE), least, 0.008)
    middle = (low + high) / 2
    return middle - wanted / 2, middle + wanted / 2
