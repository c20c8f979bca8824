"""Streets to draw beneath a small map, where the road engine knows any."""

from collections.abc import Sequence

import numpy as np

from common.geo import Point
from providers.routing.gateway import gateway
from providers.routing.graph import GraphRouting
from providers.routing.roads import KINDS

MOST_PIECES = 700  # a card stays some kilobytes
EDGE = 0.15  # drawn this far beyond the points, as a part of their span
LOCAL = KINDS.index("local")


def streets_near(points: Sequence[Point]) -> list[list[Point]]:
    """The streets around some points, wide ones first; none where the engine has no road network."""
    engine = gateway()
    if not isinstance(engine, GraphRouting) or not points:
        return []
    graph = engine.graph
    south, north = _padded([p.lat for p in points])
    west, east = _padded([p.lng for p in points])
    lat, lng = graph.lat, graph.lng
    inside = (lat >= south) & (lat <= north) & (lng >= west) & (lng <= east)
    rows = np.flatnonzero(inside[graph.tail] & inside[graph.head] & (graph.tail < graph.head) & (graph.kind < LOCAL))
    rows = rows[np.argsort(graph.kind[rows], kind="stable")][:MOST_PIECES]
    return [
        [Point(float(lat[a]), float(lng[a])), Point(float(lat[b]), float(lng[b]))]
        for a, b in zip(graph.tail[rows], graph.head[rows], strict=True)
    ]


def _padded(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    pad = max((high - low) * EDGE, 0.004)
    return low - pad, high + pad
