"""One contract over both geocoders: the built-in one, and the Census Bureau's client against the shape of its API."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from common.geo import Point
from providers.errors import Unavailable
from providers.geocoding.base import AddressNotFound, Geocoding
from providers.geocoding.builtin import BuiltinGeocoding
from providers.geocoding.census import CensusGeocoding

BROADWAY = Point(36.1572, -86.7846)
ZIP_37206 = Point(36.1798, -86.7411)


def census_answer(address: str) -> object:
    """What the Census Bureau answers, in the shape of its documentation; it knows one street."""
    match = {
        "matchedAddress": "1100 BROADWAY, NASHVILLE, TN, 37203",
        "coordinates": {"x": BROADWAY.lng, "y": BROADWAY.lat},
        "addressComponents": {"zip": "37203", "city": "NASHVILLE", "state": "TN", "streetName": "BROADWAY"},
    }
    return {"result": {"addressMatches": [match] if "broadway" in address.lower() else []}}


@pytest.fixture(scope="module")
def census() -> Iterator[str]:
    class Census(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = json.dumps(census_answer(parse_qs(urlsplit(self.path).query)["address"][0])).encode()
            self.send_response(503 if "Outage" in self.path else 200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(b"<html>" if "Garbled" in self.path else content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Census)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(params=["builtin", "census"])
def geocoding(request: pytest.FixtureRequest) -> Geocoding:
    if request.param == "builtin":
        return BuiltinGeocoding()
    return CensusGeocoding(base_url=request.getfixturevalue("census"), timeout_seconds=5)


@pytest.mark.parametrize(
    "text", ["37206", " 37206 ", "37206-1234", "Nashville 37206", "Nashville, TN 37206", "nashville tn 37206, USA"]
)
def test_a_zip_is_its_centre_whatever_stands_beside_it(geocoding: Geocoding, text: str) -> None:
    place = geocoding.geocode(text)

    assert place.point == ZIP_37206
    assert (place.line, place.city, place.state, place.zip_code) == ("", "Nashville", "TN", "37206")
    assert (place.timezone, place.is_approximate, place.label) == ("America/Chicago", True, "Nashville, TN 37206")


@pytest.mark.parametrize("text", ["1100 Broadway, Nashville, TN 37203", "1100 broadway nashville tn 37203"])
def test_a_street_address_lies_in_its_zip(geocoding: Geocoding, text: str) -> None:
    place = geocoding.geocode(text)

    assert (place.line.lower(), place.zip_code) == ("1100 broadway", "37203")
    assert place.point.metres_to(BROADWAY) < 3_000


def test_a_town_without_zip_is_found_by_its_state(geocoding: Geocoding) -> None:
    place = geocoding.geocode("New Orleans, Louisiana")

    assert (place.city, place.state, place.line) == ("New Orleans", "LA", "")
    assert place.point.metres_to(Point(29.9511, -90.0715)) < 10_000


@pytest.mark.parametrize(
    "text",
    ["", "   ", "00000", "99999", "nowhere", "Atlantis, TN", "12 Main Street", "٣٧٢٠٦", "09001", "x" * 10_000, "1\x00"],
)
def test_what_is_nowhere_is_refused(geocoding: Geocoding, text: str) -> None:
    with pytest.raises(AddressNotFound):
        geocoding.geocode(text)


def test_an_exact_geocoder_says_so_and_does_not_guess(census: str) -> None:
    exact = CensusGeocoding(base_url=census)

    assert exact.geocode("1100 Broadway, Nashville, TN 37203").point == BROADWAY
    assert not exact.geocode("1100 Broadway, Nashville, TN 37203").is_approximate
    with pytest.raises(AddressNotFound):
        exact.geocode("1 Nosuch Street, Nashville, TN 37203")


@pytest.mark.parametrize("line", ["1 Outage Street", "1 Garbled Street"])
def test_a_geocoder_in_trouble_is_unavailable(census: str, line: str) -> None:
    with pytest.raises(Unavailable):
        CensusGeocoding(base_url=census).geocode(f"{line}, Nashville, TN 37203")
    with pytest.raises(Unavailable):
        CensusGeocoding(base_url="http://127.0.0.1:9").geocode(f"{line}, Nashville, TN 37203")
