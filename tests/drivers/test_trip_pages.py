"""The driver's pages about trips, going online, limits and papers; all by plain forms."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from drivers.actions.fitness import check_may_drive
from drivers.models import Driver, Limits, RecurringTrip, Trip
from drivers.states import TripStatus
from tests import make

pytestmark = pytest.mark.django_db
NASHVILLE = ZoneInfo("America/Chicago")


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


def tomorrow(hour: int, minute: int = 0) -> datetime:
    """A local moment of tomorrow."""
    day = timezone.now().astimezone(NASHVILLE).date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=NASHVILLE)


def told(**changes: Any) -> dict[str, Any]:
    """What Ann types for her way home."""
    return {
        "key": uuid4(),
        "from_place": "37203",
        "to_place": "37115",
        "departs": f"{tomorrow(17, 10):%Y-%m-%dT%H:%M}",
        "flexible": "15",
        "arrives_by": f"{tomorrow(18, 30):%Y-%m-%dT%H:%M}",
        "extra_minutes": "20",
        "extra_miles": "6",
        "bags": "4",
        "max_orders": "2",
        **changes,
    }


def test_a_trip_is_declared_in_local_time_by_zip(ann: Driver, phone: Client) -> None:
    answer = phone.post("/drive/trips/new/", told())

    trip = ann.trips.get()
    assert answer.headers["Location"] == "/drive/trips/"
    assert trip.departs_at == tomorrow(17, 10)
    assert (trip.departs_until - trip.departs_at, trip.arrive_by) == (timedelta(minutes=15), tomorrow(18, 30))
    assert (trip.max_extra_seconds, trip.max_extra_metres, trip.room) == (1_200, 9_656, 96)
    assert "37203" in phone.get("/drive/trips/").content.decode()


def test_a_doubled_tap_declares_one_trip(ann: Driver, phone: Client) -> None:
    form = told()

    for _ in range(2):
        phone.post("/drive/trips/new/", form)

    assert ann.trips.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"arrives_by": f"{tomorrow(17, 0):%Y-%m-%dT%H:%M}"}, "You would have to arrive before you leave"),
        ({"from_place": "no such place at all"}, "From: We could not find that address"),
        ({"to_place": "90210"}, "too far from the stores here"),
        ({"extra_minutes": "0"}, "Enter 1 or more."),
        ({"departs": "soon"}, "Enter a day and a time."),
    ],
)
def test_what_is_refused_comes_back_with_what_was_typed(
    ann: Driver, phone: Client, changes: dict[str, Any], words: str
) -> None:
    answer = phone.post("/drive/trips/new/", told(**changes))

    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page
    assert 'value="37203"' in page or "from_place" in changes
    assert not ann.trips.exists()


def test_weekdays_make_it_repeat_and_declare_the_next_days(ann: Driver, phone: Client) -> None:
    phone.post("/drive/trips/new/", told(weekdays=[str(day) for day in range(7)]))

    row = RecurringTrip.objects.get(driver=ann)
    assert row.departs.strftime("%H:%M") == "17:10"
    assert ann.trips.filter(recurring=row).count() >= 2
    phone.post(f"/drive/trips/repeating/{row.public_id}/stop/")
    assert not RecurringTrip.objects.get(pk=row.pk).is_active


def test_changing_a_trip_replaces_it_and_keeps_it_when_the_change_is_refused(ann: Driver, phone: Client) -> None:
    phone.post("/drive/trips/new/", told())
    old = ann.trips.get()

    refused = phone.post(f"/drive/trips/{old.public_id}/", told(to_place="90210"))
    assert (refused.status_code, Trip.objects.get(pk=old.pk).status) == (400, TripStatus.OPEN)
    phone.post(f"/drive/trips/{old.public_id}/", told(extra_minutes="35"))

    assert Trip.objects.get(pk=old.pk).status == TripStatus.CANCELLED
    assert ann.trips.get(status=TripStatus.OPEN).max_extra_seconds == 2_100


def test_a_trip_is_cancelled_by_a_button(ann: Driver, phone: Client) -> None:
    phone.post("/drive/trips/new/", told())

    phone.post(f"/drive/trips/{ann.trips.get().public_id}/cancel/")

    assert ann.trips.get().status == TripStatus.CANCELLED


def test_going_online_by_zip_or_by_position_and_offline_again(ann: Driver, phone: Client) -> None:
    form = {"key": uuid4(), "hours": "2", "extra_minutes": "60", "extra_miles": "25", "bags": "4", "max_orders": "2"}

    nowhere = phone.post("/drive/online/", form)
    assert "Say where you are" in nowhere.content.decode()
    phone.post("/drive/online/", form | {"lat": "36.1627", "lng": "-86.7816"})
    trip = ann.trips.get()
    assert (trip.kind, trip.origin, trip.status) == (Trip.Kind.ONLINE, make.DOWNTOWN, TripStatus.OPEN)
    phone.post("/drive/offline/")

    assert ann.trips.get().status == TripStatus.CANCELLED


def test_limits_are_kept_in_the_drivers_own_units(ann: Driver, phone: Client) -> None:
    store = make.store(in_market=ann.market)

    phone.post(
        "/drive/limits/", {"max_miles": "25", "max_heaviest": "30", "no_alcohol": "on", "excluded_stores": [store.pk]}
    )

    kept = Limits.objects.get(driver=ann)
    assert (kept.max_metres, kept.max_heaviest_grams, kept.max_total_grams) == (40_234, 13_608, None)
    assert (kept.no_alcohol, list(kept.excluded_stores.all())) == (True, [store])
    assert 'value="25.0"' in phone.get("/drive/limits/").content.decode()


def test_the_page_about_oneself_says_until_when_the_papers_hold() -> None:
    ann = make.driver(licence_expires_on=date(2030, 5, 4), insurance_expires_on=None)
    browser = Client()
    browser.force_login(ann.user)

    page = browser.get("/drive/me/").content.decode()

    assert "until May 4, 2030" in page
    assert "not on file" in page
    assert "cannot claim deliveries" in page


def test_anothers_trip_is_not_found(ann: Driver, phone: Client) -> None:
    other = make.trip(make.driver("Bob", in_market=ann.market))

    answers = [phone.get(f"/drive/trips/{other.public_id}/"), phone.post(f"/drive/trips/{other.public_id}/cancel/")]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_the_worker_is_served_where_it_may_rule_the_portal(phone: Client) -> None:
    answer = phone.get("/drive/worker.js")

    assert answer.headers["Content-Type"] == "text/javascript"
    assert b"addEventListener" in b"".join(answer)


def test_fitness_is_judged_by_the_day_it_is_asked_for(ann: Driver) -> None:
    check_may_drive(ann, date(2029, 12, 31))
