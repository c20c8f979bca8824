"""The streets of a market, to draw beneath its maps."""

from math import cos, radians
from pathlib import Path
from typing import Any

import numpy as np

from common.geo import Point
from providers.routing.demo_streets import demo_streets
from providers.routing.gateway import gateway, road_graph
from providers.routing.roads import RoadGraph, roads_geojson

RADIUS_METRES = 22_000
METRES_PER_DEGREE = 111_195.0


def streets_around(centre: Point, *, cache: Path, is_demo: bool) -> dict[str, Any]:
    """Streets as GeoJSON: those the road engine drives on, else in a demo the made-up city's, else none."""
    graph = road_graph(gateway())
    if graph is not None:
        return dict(roads_geojson(clipped(graph, centre)))
    if is_demo:
        return dict(roads_geojson(demo_streets(centre, cache=cache)))
    return {"type": "FeatureCollection", "features": []}


def clipped(graph: RoadGraph, centre: Point, radius_metres: float = RADIUS_METRES) -> RoadGraph:
    """The part of a network around a point; crossings keep their numbers."""
    north = (graph.lat - centre.lat) * METRES_PER_DEGREE
    east = (graph.lng - centre.lng) * METRES_PER_DEGREE * cos(radians(centre.lat))
    near = np.hypot(north, east) <= radius_metres
    kept = near[graph.tail] & near[graph.head]
    return RoadGraph(
        lat=graph.lat,
        lng=graph.lng,
        tail=graph.tail[kept],
        head=graph.head[kept],
        seconds=graph.seconds[kept],
        metres=graph.metres[kept],
        kind=graph.kind[kept],
    )
