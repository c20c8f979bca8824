"""A geocoder without a network: true ZIP code centres, and a made-up but steady place for each street in its ZIP.

It knows no streets. A street gets a line of its own inside the ZIP's circle, by a hash of its name,
and house numbers run along that line, so neighbours are neighbours and the same address is always the
same point. Good for demonstrations, tests and distances between parts of a town; every street
address it gives is marked approximate, and a real installation names another geocoder.
"""

from collections.abc import Sequence
from hashlib import sha256
from math import cos, pi, radians, sin

from common.geo import Point
from providers.geocoding.address import Address, take_apart
from providers.geocoding.base import AddressNotFound, Place

METRES_PER_DEGREE = 111_195.0  # of latitude
METRES_PER_NUMBER = 0.5  # across the street and on: odd and even numbers share a block
LONGEST_STREET = 3_000  # house numbers after which a street begins again


class BuiltinGeocoding:
    """Geocoding from the ZIP code table that comes with Homeward."""

    name = "builtin"

    def geocode(self, text: str, *, near: Sequence[Point] = ()) -> Place:
        """Find the ZIP or town in a text, and place the street inside it."""
        address = take_apart(text, near)
        if address is None:
            raise AddressNotFound
        found = address.zip
        point = _place_street(address) if address.street else found.centre
        return Place(point, address.line, found.city, found.state, found.code, found.timezone, is_approximate=True)


def _place_street(address: Address) -> Point:
    """Point of a house: the street's line has its middle within 0.6 and its ends within 0.95 of the ZIP's radius."""
    seed = sha256(f"{address.zip.code} {address.street}".encode()).digest()
    away, bearing, heading = (int.from_bytes(seed[i : i + 4]) / 2**32 for i in (0, 4, 8))
    radius = address.zip.radius_metres
    along = (address.house % LONGEST_STREET / LONGEST_STREET - 0.5) * min(
        LONGEST_STREET * METRES_PER_NUMBER, 0.7 * radius
    )
    middle = 0.6 * radius * away**0.5  # the root spreads middles evenly over the circle
    north = middle * cos(2 * pi * bearing) + along * cos(2 * pi * heading)
    east = middle * sin(2 * pi * bearing) + along * sin(2 * pi * heading)
    centre = address.zip.centre
    lng_metres = METRES_PER_DEGREE * cos(radians(centre.lat))
    return Point(round(centre.lat + north / METRES_PER_DEGREE, 6), round(centre.lng + east / lng_metres, 6))
