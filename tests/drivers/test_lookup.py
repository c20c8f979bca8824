"""What a driver may type as a place: addresses, stores, neighborhoods, towns and ZIPs, as people say them."""

import pytest

from common.geo import Point
from drivers.lookup import StreetUnknown, find_place
from drivers.models import Driver
from providers.geocoding.base import AddressNotFound, NoDoor
from stores.actions.naming import Named, name_places
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
GERMANTOWN, VANDERBILT, AIRPORT = Point(36.1785, -86.7908), Point(36.1431, -86.8019), Point(36.1309, -86.6697)
STORE = Point(36.1911, -86.7424)


@pytest.fixture
def ann() -> Driver:
    """Ann in a market with a store, some neighborhoods and some streets."""
    driver = make.driver()
    store = make.store(driver.market, at=STORE)
    store.name, store.line1 = "Homeward Market \N{EM DASH} East Nashville", "1104 Gallatin Ave"
    store.save()
    name_places(
        driver.market,
        [
            Named("area", "Germantown", GERMANTOWN),
            Named("landmark", "Vanderbilt", VANDERBILT),
            Named("landmark", "BNA", AIRPORT),
            Named("street", "Fatherland St"),
            Named("street", "Main St"),
            Named("street", "8th Ave N", GERMANTOWN),
        ],
    )
    return driver


@pytest.mark.parametrize(
    ("typed", "near", "metres"),
    [
        ("37206", Point(36.18, -86.74), 500),
        ("372061234", Point(36.18, -86.74), 500),
        ("\uff13\uff17\uff12\uff10\uff16", Point(36.18, -86.74), 500),
        ("37 206", Point(36.18, -86.74), 500),
        ("Nashville", make.DOWNTOWN, 12_000),
        ("nashville tn", make.DOWNTOWN, 12_000),
        ("Antioch", Point(36.06, -86.65), 8_000),
        ("Brentwood", Point(35.99, -86.79), 8_000),
        ("Germantown", GERMANTOWN, 10),
        ("germantown, Nashville", GERMANTOWN, 10),
        ("Vanderbilt", VANDERBILT, 10),
        ("Vanderbilt University", VANDERBILT, 10),
        ("BNA", AIRPORT, 10),
        ("East Nashville", STORE, 10),
        ("Homeward Market \N{EM DASH} East Nashville", STORE, 10),
        ("1104 Gallatin Ave", STORE, 10),
        ("1104 gallatin avenue, Nashville, TN 37206", STORE, 10),
        ("500 Main St", make.DOWNTOWN, 12_000),
        ("500 Main St, Nashville", make.DOWNTOWN, 12_000),
        ("500 Main St Nashville", make.DOWNTOWN, 12_000),
        ("500 Main St, Nashville, TN", make.DOWNTOWN, 12_000),
        ("500 Fatherland Street, Nashville TN 37206", Point(36.18, -86.74), 4_000),
        ("New Orleans", Point(29.95, -90.07), 12_000),
    ],
)
def test_a_place_as_people_say_it_is_found(ann: Driver, typed: str, near: Point, metres: float) -> None:
    found = find_place(typed, ann)

    assert found.point.metres_to(near) < metres
    assert found.label == " ".join(typed.split())


@pytest.mark.parametrize("typed", ["asdf", "nowhere at all", "!!!", "12", "00000", "2903", "\x00", "x" * 120])
def test_what_is_no_place_is_refused_in_words(ann: Driver, typed: str) -> None:
    with pytest.raises(AddressNotFound, match="could not find that address"):
        find_place(typed, ann)


@pytest.mark.parametrize("typed", ["1 Nowhere Road", "1 Nowhere Road, Nashville", "1 Nowhere Rd, Nashville, TN 37206"])
def test_a_street_that_a_known_city_lacks_is_refused(ann: Driver, typed: str) -> None:
    with pytest.raises(StreetUnknown):
        find_place(typed, ann)


@pytest.mark.parametrize("typed", ["PO Box 12, 37206", "PMB 7, 37206", "General Delivery, Nashville"])
def test_a_box_is_no_place_to_drive_to(ann: Driver, typed: str) -> None:
    with pytest.raises(NoDoor):
        find_place(typed, ann)


def test_what_was_chosen_keeps_its_point_and_is_not_looked_up(ann: Driver) -> None:
    assert find_place("asdf", ann, pin="36.1,-86.7|asdf").point == Point(36.1, -86.7)
    for pin in ("36.1,-86.7|other", "900,0|asdf", "nan,nan|asdf", "x|asdf", "|asdf", "36.1|asdf", "inf,1|asdf"):
        with pytest.raises(AddressNotFound):
            find_place("asdf", ann, pin=pin)
