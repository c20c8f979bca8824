"""Read an OpenStreetMap extract into a road network: what may be driven, which way, how fast."""

import itertools
from array import array
from pathlib import Path

import numpy as np
import osmium
from numpy.typing import NDArray

from providers.routing.builtin import Floats
from providers.routing.roads import (
    ARTERIAL,
    COLLECTOR,
    FREEWAY,
    LOCAL,
    BadRoads,
    RoadGraph,
    largest_connected,
)

ATTRIBUTION = "(c) OpenStreetMap contributors, ODbL"

# highway=* -> kind of street, free-flow km/h where no limit is tagged (US habits), seconds lost at its end
ROADS: dict[str, tuple[int, float, float]] = {
    "motorway": (FREEWAY, 100, 0.0),
    "motorway_link": (FREEWAY, 60, 2.0),
    "trunk": (FREEWAY, 80, 1.0),
    "trunk_link": (FREEWAY, 50, 2.0),
    "primary": (ARTERIAL, 62, 2.0),
    "primary_link": (ARTERIAL, 45, 2.0),
    "secondary": (ARTERIAL, 55, 2.0),
    "secondary_link": (ARTERIAL, 40, 2.0),
    "tertiary": (COLLECTOR, 48, 2.0),
    "tertiary_link": (COLLECTOR, 35, 2.0),
    "unclassified": (LOCAL, 42, 2.0),
    "residential": (LOCAL, 34, 2.5),
    "living_street": (LOCAL, 12, 2.5),
    "service": (LOCAL, 18, 2.5),
}
CLOSED = {"no", "private", "agricultural", "forestry", "emergency", "bus", "psv"}
UNUSED_SERVICE = {"parking_aisle", "drive-through", "emergency_access"}
KMH_PER_MPH = 1.609344
SPEED_OF_A_LIMIT = 0.9  # driven on average against the sign
EARTH_RADIUS_METRES = 6_371_008.8


def build_roads(extract: Path) -> RoadGraph:
    """Make a network from a .osm.pbf file: every drivable way, split at each of its points; connected part only.

    Raises:
        BadRoads: the file cannot be read, or holds no streets.
    """
    collector = _Streets()
    try:
        collector.apply_file(str(extract), locations=True)
    except (RuntimeError, OSError) as error:
        raise BadRoads(f"{extract} cannot be read as OpenStreetMap data: {error}") from error
    if not collector.tail:
        raise BadRoads(f"{extract} holds no street that a car may use.")
    return largest_connected(collector.graph())


class _Streets(osmium.SimpleHandler):
    """Collects edges in flat arrays while osmium streams the ways."""

    def __init__(self) -> None:
        super().__init__()
        self.number: dict[int, int] = {}
        self.lat, self.lng = array("d"), array("d")
        self.tail, self.head = array("i"), array("i")
        self.speed, self.delay, self.kind = array("d"), array("d"), array("b")

    def way(self, way: osmium.osm.Way) -> None:
        """Take one drivable way apart into edges."""
        tags = way.tags
        highway = tags.get("highway") or ""
        road = ROADS.get(highway)
        if road is None or tags.get("area") == "yes" or tags.get("service") in UNUSED_SERVICE:
            return
        if _is_closed(tags):
            return
        kind, kmh, delay = road
        speed = driven_speed(tags.get("maxspeed"), kmh) / 3.6
        forward, backward = directions(tags, highway)
        nodes = [self._node(node) for node in way.nodes if node.location.valid()]
        for a, b in itertools.pairwise(nodes):
            if a == b:
                continue
            if forward:
                self._edge(a, b, speed, delay, kind)
            if backward:
                self._edge(b, a, speed, delay, kind)

    def _node(self, node: osmium.osm.NodeRef) -> int:
        number = self.number.setdefault(node.ref, len(self.number))
        if number == len(self.lat):
            self.lat.append(node.location.lat)
            self.lng.append(node.location.lon)
        return number

    def _edge(self, a: int, b: int, speed: float, delay: float, kind: int) -> None:
        self.tail.append(a)
        self.head.append(b)
        self.speed.append(speed)
        self.delay.append(delay)
        self.kind.append(kind)

    def graph(self) -> RoadGraph:
        """The network collected; the time lost at crossings falls on points where streets meet."""
        lat, lng = np.array(self.lat), np.array(self.lng)
        tail, head = np.array(self.tail, np.int32), np.array(self.head, np.int32)
        metres = np.maximum(edge_metres(lat, lng, tail, head), 0.5)
        meets = np.bincount(tail, minlength=len(lat)) > 2
        seconds = metres / np.array(self.speed) + np.where(meets[head], np.array(self.delay), 0.0)
        return RoadGraph(
            lat=lat,
            lng=lng,
            tail=tail,
            head=head,
            seconds=seconds.astype(np.float32),
            metres=metres.astype(np.float32),
            kind=np.array(self.kind, np.int8),
        )


def edge_metres(lat: Floats, lng: Floats, tail: NDArray[np.int32], head: NDArray[np.int32]) -> Floats:
    """Straight metres of each edge (m,), haversine."""
    a, b = np.radians(np.stack([lat[tail], lng[tail]])), np.radians(np.stack([lat[head], lng[head]]))
    half = np.sin((b - a) / 2) ** 2
    h = half[0] + np.cos(a[0]) * np.cos(b[0]) * half[1]
    return np.asarray(2 * EARTH_RADIUS_METRES * np.arcsin(np.minimum(1.0, np.sqrt(h))), np.float64)


def _is_closed(tags: osmium.osm.TagList) -> bool:
    """Whether cars may not use a way; the most particular tag decides."""
    for key in ("motorcar", "motor_vehicle", "vehicle", "access"):
        value = tags.get(key)
        if value is not None:
            return value in CLOSED
    return False


def directions(tags: osmium.osm.TagList | dict[str, str], highway: str) -> tuple[bool, bool]:
    """Whether a way is driven along its points, and against them."""
    oneway = tags.get("oneway")
    if oneway in ("-1", "reverse"):
        return False, True
    if oneway in ("yes", "true", "1"):
        return True, False
    if oneway is None and (highway == "motorway" or tags.get("junction") in ("roundabout", "circular")):
        return True, False
    return True, True


def driven_speed(limit: str | None, otherwise: float) -> float:
    """Km/h driven under a `maxspeed` tag ("30 mph", "50"); a limit that says nothing leaves the habit of the road."""
    if limit is None:
        return otherwise
    number, _, unit = limit.strip().partition(" ")
    try:
        value = float(number)
    except ValueError:
        return otherwise
    kmh = value * (KMH_PER_MPH if unit.strip() == "mph" else 1.0)
    return kmh * SPEED_OF_A_LIMIT if 5 <= kmh <= 140 else otherwise
