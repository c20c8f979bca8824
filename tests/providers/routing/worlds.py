"""A made-up city, and a tiny OpenStreetMap extract, for the tests of road engines."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Way

from common.geo import Point
from providers.routing.demo_streets import demo_streets
from providers.routing.roads import RoadGraph

NASHVILLE = Point(36.1627, -86.7816)
HARRISBURG = Point(40.2622, -76.8100)  # inside the extract that the services were recorded over
MORNING = datetime(2026, 6, 1, 13, 30, tzinfo=UTC)  # 8:30 in Nashville
NIGHT = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)  # 3:00 in Nashville
BLOCK = 0.002  # degrees between two crossings of the tiny map


@cache
def city() -> RoadGraph:
    """Streets of the made-up city, built once a run."""
    return demo_streets(NASHVILLE)


def write_tiny_map(path: Path) -> None:
    """Write a map of 5 x 5 crossings: streets both ways, a one-way avenue, a motorway, a private lane.

    Crossing (row, column) is node 1 + 5 * row + column; rows run north, columns east.
    """
    writer = osmium.SimpleWriter(str(path))
    for row in range(5):
        for column in range(5):
            place = (NASHVILLE.lng + column * BLOCK, NASHVILLE.lat + row * BLOCK)
            writer.add_node(Node(id=1 + 5 * row + column, location=place, version=1))
    writer.add_node(Node(id=99, location=(NASHVILLE.lng - 0.01, NASHVILLE.lat), version=1))
    ways: list[tuple[list[int], dict[str, str]]] = [
        ([1 + 5 * row + column for column in range(5)], {"highway": "residential"}) for row in range(4)
    ]
    ways += [([1 + 5 * row + column for row in range(5)], {"highway": "tertiary"}) for column in (0, 4)]
    ways.append(([1 + 5 * row + 2 for row in range(5)], {"highway": "secondary", "oneway": "yes"}))
    ways.append(([21, 22, 23, 24, 25], {"highway": "primary", "maxspeed": "60 mph"}))
    ways.append(([1, 99], {"highway": "residential", "access": "private"}))
    ways.append(([1, 7], {"highway": "footway"}))
    for number, (nodes, tags) in enumerate(ways, start=1):
        writer.add_way(Way(id=number, nodes=nodes, tags=tags, version=1))
    writer.close()


def crossing(row: int, column: int) -> Point:
    """A crossing of the tiny map."""
    return Point(NASHVILLE.lat + row * BLOCK, NASHVILLE.lng + column * BLOCK)
