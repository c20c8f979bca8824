"""Every form of the portal takes the values that it was itself filled in with."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from common.geo import Point
from drivers.models import Driver, Trip
from drivers.states import TripStatus
from tests import make
from tests.prefilled import form_of

pytestmark = pytest.mark.django_db
VANDERBILT = Point(36.1431, -86.8019)


@pytest.fixture
def ann() -> Driver:
    """Ann, whose papers hold for years."""
    return make.driver(licence_expires_on=date(2030, 1, 1), insurance_expires_on=date(2030, 1, 1))


@pytest.fixture
def phone(ann: Driver) -> Client:
    """Ann's phone."""
    browser = Client()
    browser.force_login(ann.user)
    return browser


def soon() -> datetime:
    """An hour from now."""
    return timezone.now().replace(microsecond=123_456) + timedelta(hours=1)


def made(ann: Driver, departs_at: datetime, told: dict[str, Any]) -> Trip:
    """A trip of Ann's; `flexible` says how much later it may leave."""
    flexible = {"departs_until": departs_at + told["flexible"]} if "flexible" in told else {}
    others = {name: value for name, value in told.items() if name != "flexible"}
    return make.trip(ann, departs_at=departs_at, **others, **flexible)


ODD_TRIPS: list[dict[str, Any]] = [
    {},
    {"from_label": "Vanderbilt", "from_lat": 36.1431, "from_lng": -86.8019},
    {"from_label": "Ann's mother, the yellow house", "to_label": "  Gulch   & Co "},
    {"from_label": "1" * 120, "to_label": "\N{LATIN SMALL LETTER E WITH ACUTE}" * 120},
    {"max_extra_seconds": 45, "max_extra_metres": 90},
    {"max_extra_seconds": 10 * 3_600, "max_extra_metres": 900_000, "room": 5_000},
    {"flexible": timedelta(minutes=20)},
    {"flexible": timedelta(0)},
]


@pytest.mark.parametrize("told", ODD_TRIPS)
def test_a_trip_sent_back_untouched_is_taken(ann: Driver, phone: Client, told: dict[str, Any]) -> None:
    trip = made(ann, soon(), told)
    form = form_of(phone.get(f"/drive/trips/{trip.public_id}/").content.decode(), "from_place")

    answer = phone.post(f"/drive/trips/{trip.public_id}/", form)

    assert answer.status_code == 302, answer.content.decode()
    kept = ann.trips.get(status=TripStatus.OPEN)
    for name in ("from_lat", "from_lng", "to_lat", "to_lng"):
        assert getattr(kept, name) == pytest.approx(getattr(trip, name), abs=1e-6)


@pytest.mark.parametrize("told", ODD_TRIPS)
def test_a_new_trip_proposed_from_the_last_one_is_taken(ann: Driver, phone: Client, told: dict[str, Any]) -> None:
    last = made(ann, soon() - timedelta(days=3), {**told, "status": TripStatus.EXPIRED})
    form = form_of(phone.get("/drive/trips/new/").content.decode(), "from_place")

    answer = phone.post("/drive/trips/new/", form)

    assert answer.status_code == 302, answer.content.decode()
    assert ann.trips.get(status=TripStatus.OPEN).origin.metres_to(last.origin) < 1


def test_going_online_as_last_time_is_taken(ann: Driver, phone: Client) -> None:
    make.trip(ann, end=None, departs_at=soon() - timedelta(days=3), status=TripStatus.EXPIRED, max_extra_seconds=40_000)
    form = form_of(phone.get("/drive/online/").content.decode(), "from_place")

    answer = phone.post("/drive/online/", {**form, "from_place": "37206"})

    assert answer.status_code == 302, answer.content.decode()


def test_limits_sent_back_untouched_are_taken(ann: Driver, phone: Client) -> None:
    phone.post("/drive/limits/", {"max_miles": "25", "max_heaviest": "30", "no_alcohol": "on"})
    form = form_of(phone.get("/drive/limits/").content.decode(), "max_miles")

    assert phone.post("/drive/limits/", form).status_code == 302


def test_only_the_minutes_can_be_changed(ann: Driver, phone: Client) -> None:
    trip = make.trip(ann, departs_at=soon(), from_label="Vanderbilt", start=VANDERBILT)
    form = form_of(phone.get(f"/drive/trips/{trip.public_id}/").content.decode(), "from_place")

    phone.post(f"/drive/trips/{trip.public_id}/", {**form, "extra_minutes": "45"})

    assert ann.trips.get(status=TripStatus.OPEN).max_extra_seconds == 2_700


def test_a_label_of_an_earlier_trip_keeps_its_point_without_a_pin(ann: Driver, phone: Client) -> None:
    trip = make.trip(ann, departs_at=soon(), from_label="Vanderbilt", start=VANDERBILT)
    form = form_of(phone.get(f"/drive/trips/{trip.public_id}/").content.decode(), "from_place")
    form = {**form, "from_pin": [""], "to_pin": ["1,2|of another label"], "from_place": [" vanderbilt "]}

    phone.post(f"/drive/trips/{trip.public_id}/", form)

    assert ann.trips.get(status=TripStatus.OPEN).origin == VANDERBILT
    assert Trip.objects.filter(driver=ann).count() == 2


def test_a_new_trip_is_proposed_for_when_its_driver_is_free(ann: Driver, phone: Client) -> None:
    made(ann, soon(), {"arrive_by": soon() + timedelta(days=2)})
    form = form_of(phone.get("/drive/trips/new/").content.decode(), "from_place")

    answer = phone.post("/drive/trips/new/", form)

    assert answer.status_code == 302, answer.content.decode()
    assert ann.trips.filter(status=TripStatus.OPEN).count() == 2
