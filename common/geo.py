"""Points on the earth, distances between them and the cells they lie in."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

import h3

EARTH_RADIUS_METRES = 6_371_008.8  # mean radius, IUGG
METRES_PER_MILE = 1_609.344
CELL_RESOLUTION = 8  # about 0.7 km2, an edge of some 500 m


@dataclass(frozen=True, slots=True)
class Point:
    """A place in WGS 84 degrees."""

    lat: float
    lng: float

    def metres_to(self, other: "Point") -> float:
        """Great-circle metres to another point (haversine)."""
        return haversine_metres(self.lat, self.lng, other.lat, other.lng)


def haversine_metres(lat1: float, lng1: float, lat2: float, lng2: float) -> float:
    """Great-circle metres between two points in degrees."""
    half_lat = sin(radians(lat2 - lat1) / 2)
    half_lng = sin(radians(lng2 - lng1) / 2)
    h = half_lat**2 + cos(radians(lat1)) * cos(radians(lat2)) * half_lng**2
    return 2 * EARTH_RADIUS_METRES * asin(min(1.0, sqrt(h)))


def miles(metres: float) -> float:
    """Statute miles in a number of metres."""
    return metres / METRES_PER_MILE


def cell_of(lat: float, lng: float) -> str:
    """Name of the H3 cell that a point lies in."""
    return str(h3.latlng_to_cell(lat, lng, CELL_RESOLUTION))
