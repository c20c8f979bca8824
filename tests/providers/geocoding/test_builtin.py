"""The built-in geocoder is made up but steady: one address, one point, inside its ZIP, neighbours side by side."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.geocoding.base import AddressNotFound
from providers.geocoding.builtin import BuiltinGeocoding
from providers.geocoding.gateway import gateway
from providers.geocoding.zips import zip_of

GEO = BuiltinGeocoding()


@pytest.mark.parametrize(
    "text",
    [
        "1100 Gallatin Ave, Nashville, TN 37206",
        "1100 gallatin avenue, nashville, tennessee 37206-0001",
        "1100 Gallatin Ave. Apt 4, Nashville TN 37206",
        "1100 Gallatin Ave #12B, 37206",
        "1100 Gallatin Av, Unit 9, Nashville, TN 37206, United States",
    ],
)
def test_one_door_written_in_several_ways_is_one_point(text: str) -> None:
    assert GEO.geocode(text).point == GEO.geocode("1100 Gallatin Ave, Nashville, TN 37206").point


def test_neighbours_are_close_and_streets_apart() -> None:
    here, next_door, elsewhere = (
        GEO.geocode(f"{line}, Nashville, TN 37206").point
        for line in ("1100 Gallatin Ave", "1102 Gallatin Ave", "1100 Woodland St")
    )

    assert 0 < here.metres_to(next_door) < 10
    assert here.metres_to(elsewhere) > 50


def test_the_same_street_name_in_two_towns_is_two_places() -> None:
    nashville, chattanooga = GEO.geocode("12 Main St, 37206"), GEO.geocode("12 Main St, 37402")

    assert nashville.point.metres_to(chattanooga.point) > 100_000
    assert (chattanooga.city, chattanooga.timezone) == ("Chattanooga", "America/New_York")


def test_a_house_number_of_five_digits_is_no_zip() -> None:
    place = GEO.geocode("12345 Old Hickory Blvd, Nashville, TN 37206")

    assert (place.zip_code, place.line) == ("37206", "12345 Old Hickory Blvd")


def test_a_street_without_zip_lies_in_the_middle_of_its_town() -> None:
    place = GEO.geocode("500 Poydras St, New Orleans, LA")

    assert (place.line, place.city, place.state) == ("500 Poydras St", "New Orleans", "LA")
    assert place.label == f"500 Poydras St, New Orleans, LA {place.zip_code}"


@given(
    st.sampled_from(["37206", "37203", "70112", "70130", "37402", "10001", "59001", "99501"]),
    st.integers(1, 99_999),
    st.text("abcdefghijklmnopqrstuvwxyz ", min_size=3, max_size=20).filter(str.strip),
)
def test_every_address_lies_inside_its_zip(code: str, house: int, street: str) -> None:
    home = zip_of(code)
    place = GEO.geocode(f"{house} {street}, {code}")

    assert home is not None
    assert place.zip_code == code
    assert place.point.metres_to(home.centre) <= home.radius_metres
    assert place == GEO.geocode(f"{house} {street}, {code}")


@given(st.text(max_size=300))
def test_any_text_is_a_place_or_a_plain_refusal(text: str) -> None:
    with suppress(AddressNotFound):
        assert GEO.geocode(text).zip_code


def test_the_geocoder_is_the_one_that_settings_name() -> None:
    assert gateway() is gateway()
    assert gateway().geocode("37206").zip_code == "37206"
