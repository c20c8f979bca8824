"""The geocoder of the United States Census Bureau: free, without a key, true to the house number's stretch of street.

Documented at https://geocoding.geo.census.gov/geocoder/Geocoding_Services_API.pdf; it knows street
addresses only, so a ZIP or town alone is answered from the table that comes with Homeward.
"""

import json
from collections.abc import Sequence
from http.client import HTTPException
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from common.geo import Point
from providers.errors import Unavailable
from providers.geocoding.address import take_apart
from providers.geocoding.base import AddressNotFound, Place
from providers.geocoding.builtin import BuiltinGeocoding
from providers.geocoding.zips import zip_of

LARGEST_ANSWER = 1_000_000  # bytes


class CensusGeocoding:
    """Geocoding by the Census Bureau's public service."""

    name = "census"

    def __init__(
        self,
        *,
        base_url: str = "https://geocoding.geo.census.gov/geocoder",
        benchmark: str = "Public_AR_Current",
        timeout_seconds: float = 8.0,
    ) -> None:
        if not base_url.startswith(("https://", "http://")):
            raise ValueError("The geocoder's address begins with https://.")
        self._url = f"{base_url}/locations/onelineaddress"
        self._benchmark = benchmark
        self._timeout = timeout_seconds
        self._table = BuiltinGeocoding()

    def geocode(self, text: str, *, near: Sequence[Point] = ()) -> Place:
        """Find a street address by the service, anything wider by the table."""
        address = take_apart(text, near)
        if address is None:
            raise AddressNotFound
        if not address.street:
            return self._table.geocode(text, near=near)
        matches = self._ask(f"{address.line}, {address.zip.city}, {address.zip.state} {address.zip.code}")
        if not matches:
            raise AddressNotFound
        try:
            return _place(matches[0])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Unavailable("The geocoder's answer could not be read.") from error

    def _ask(self, line: str) -> list[Any]:
        query = urlencode({"address": line, "benchmark": self._benchmark, "format": "json"})
        request = Request(f"{self._url}?{query}", headers={"Accept": "application/json"})  # noqa: S310  checked in __init__
        try:
            with urlopen(request, timeout=self._timeout) as answer:  # noqa: S310  checked in __init__
                matches: list[Any] = json.loads(answer.read(LARGEST_ANSWER))["result"]["addressMatches"]
        except (URLError, HTTPException, OSError, ValueError, KeyError, TypeError) as error:
            raise Unavailable("The geocoder did not answer.") from error
        return matches


def _place(match: Any) -> Place:
    """A place from one match; coordinates are x (longitude) and y (latitude)."""
    parts = match["addressComponents"]
    line = str(match["matchedAddress"]).split(",", 1)[0].title()
    point = Point(float(match["coordinates"]["y"]), float(match["coordinates"]["x"]))
    found = zip_of(parts["zip"])
    timezone = found.timezone if found else ""
    return Place(point, line, parts["city"].title(), parts["state"], parts["zip"], timezone, is_approximate=False)
