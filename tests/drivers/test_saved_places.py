"""Home and work, saved once; more minutes with one tap."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from drivers.models import Driver, SavedPlace
from drivers.states import TripStatus
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> Driver:
    return make.driver(licence_expires_on=date(2030, 1, 1), insurance_expires_on=date(2030, 1, 1))


@pytest.fixture
def phone(ann: Driver) -> Client:
    """Ann's phone."""
    browser = Client()
    browser.force_login(ann.user)
    return browser


def test_a_place_is_saved_suggested_and_removed(ann: Driver, phone: Client) -> None:
    phone.post("/drive/places/saved/", {"name": "Home", "place": "37115"})
    phone.post("/drive/places/saved/", {"name": "home", "place": "37206"})

    place = SavedPlace.objects.get(driver=ann)
    assert (place.name, place.label) == ("home", "37206")
    assert phone.get("/drive/places/").json()["places"][0]["pin"].endswith("|home")
    phone.post(f"/drive/places/saved/{place.public_id}/forget/")
    assert phone.get("/drive/places/").json()["places"] == []


def test_a_refused_place_is_not_saved(ann: Driver, phone: Client) -> None:
    for place in ("asdf", "90210", "PO Box 7, 37206", ""):
        assert phone.post("/drive/places/saved/", {"name": "Home", "place": place}).status_code == 400

    assert not SavedPlace.objects.exists()


def test_nobody_sees_or_removes_anothers_place(ann: Driver, phone: Client) -> None:
    bob = make.driver("Bob", in_market=ann.market)
    theirs = SavedPlace.objects.create(driver=bob, name="Home", label="Bob's", lat=36.1, lng=-86.7)

    assert phone.get("/drive/places/", {"q": "home"}).json()["places"] == []
    assert phone.post(f"/drive/places/saved/{theirs.public_id}/forget/").status_code == 404


def test_more_minutes_take_one_tap_and_a_doubled_tap_counts_once(ann: Driver, phone: Client) -> None:
    trip = make.trip(ann, departs_at=timezone.now() + timedelta(hours=1))
    assert f"/drive/trips/{trip.public_id}/more/" in phone.get("/drive/").content.decode()

    for _ in range(2):
        phone.post(f"/drive/trips/{trip.public_id}/more/", {"key": str(trip.declare_key)})

    wider = ann.trips.get(status=TripStatus.OPEN)
    assert wider.max_extra_seconds == trip.max_extra_seconds + 600
    assert wider.max_extra_metres == trip.max_extra_metres + 8_047
    assert (wider.origin, wider.destination, wider.departs_at) == (trip.origin, trip.destination, trip.departs_at)
