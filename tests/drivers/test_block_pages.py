"""The driver's pages about blocks, by plain forms: what is open, booking, checking in, giving back, leaving."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from drivers.models import Block, Booking, Driver, Trip
from drivers.states import BookingStatus
from tests import make

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=10)


@pytest.fixture
def ann() -> Driver:
    """Ann, whose papers hold for years."""
    return make.driver(licence_expires_on=date(2030, 1, 1), insurance_expires_on=date(2030, 1, 1))


@pytest.fixture
def phone(ann: Driver) -> Client:
    browser = Client()
    browser.force_login(ann.user)
    return browser


@pytest.fixture
def block(ann: Driver) -> Block:
    """Tomorrow's block in Ann's market."""
    return make.block(make.store(in_market=ann.market), starts_at=timezone.now() + timedelta(days=1), places=3)


def test_an_open_block_says_everything_before_it_is_booked(phone: Client, block: Block) -> None:
    page = phone.get("/drive/blocks/").content.decode()

    for words in (block.store.name, "$60.00", "3 of 3 places left", "3 h", "Cancel free until"):
        assert words in page


def test_a_block_is_booked_by_one_button_and_a_doubled_tap_books_once(phone: Client, block: Block) -> None:
    form = {"key": str(uuid4())}

    answers = [phone.post(f"/drive/blocks/{block.public_id}/book/", form) for _ in range(2)]

    booking = Booking.objects.get()
    assert [answer.headers["Location"] for answer in answers] == [f"/drive/blocks/booked/{booking.public_id}/"] * 2
    page = phone.get(f"/drive/blocks/booked/{booking.public_id}/").content.decode()
    assert "stay checked in until the end" in page
    assert "Saying no to offers does not lower it" in page
    assert "Check in or give back" in phone.get("/drive/blocks/").content.decode()


def test_what_is_refused_is_said_on_the_next_page(ann: Driver, phone: Client, block: Block) -> None:
    make.booking(ann, on=make.block(block.store, starts_at=block.starts_at + timedelta(hours=1)))

    answer = phone.post(f"/drive/blocks/{block.public_id}/book/", {"key": str(uuid4())}, follow=True)

    assert "You have booked a block at" in answer.content.decode()
    assert (
        "did not arrive whole"
        in phone.post(f"/drive/blocks/{block.public_id}/book/", {"key": "x"}, follow=True).content.decode()
    )


def test_full_blocks_and_excluded_stores_are_shown_and_say_why(ann: Driver, phone: Client, block: Block) -> None:
    Block.objects.update(booked=3)
    other = make.block(make.store(in_market=ann.market), starts_at=block.starts_at)
    ann.limits.excluded_stores.add(other.store)

    page = phone.get("/drive/blocks/").content.decode()

    assert "All places taken" in page
    assert "You told us never to offer you this store" in page
    assert "/book/" not in page


def test_who_may_not_drive_sees_the_blocks_and_why_none_can_be_booked(phone: Client, block: Block) -> None:
    Driver.objects.update(licence_expires_on=date(2026, 1, 1))

    page = phone.get("/drive/blocks/").content.decode()

    assert "You cannot book blocks now" in page
    assert "Your driving licence ran out" in page
    assert "/book/" not in page


def test_a_place_is_given_back_freely_and_a_late_one_is_told_plainly(ann: Driver, phone: Client, block: Block) -> None:
    booking = make.booking(ann, on=block)
    where = f"/drive/blocks/booked/{booking.public_id}/"
    assert "find nobody in your place" not in phone.get(where).content.decode()
    Booking.objects.update(free_until=timezone.now() - timedelta(minutes=1))
    assert "find nobody in your place" in phone.get(where).content.decode()

    answer = phone.post(f"{where}release/", follow=True)

    assert "never held against you" in answer.content.decode()
    assert Booking.objects.get().status == BookingStatus.RELEASED


def test_checking_in_and_leaving(ann: Driver, phone: Client) -> None:
    block = make.block(make.store(in_market=ann.market), starts_at=timezone.now() + SOON)
    booking = make.booking(ann, on=block)
    where = f"/drive/blocks/booked/{booking.public_id}/"
    assert "Check in by" in phone.get("/drive/").content.decode()
    assert "I am at the store: check in" in phone.get(where).content.decode()

    wrong = phone.post(f"{where}check-in/", {"bags": "0", "max_orders": "2"})
    assert (wrong.status_code, Trip.objects.count()) == (400, 0)
    far = phone.post(f"{where}check-in/", {"bags": "4", "max_orders": "2", "lat": "36.3", "lng": "-86.7"})
    assert (far.status_code, "miles from the store" in far.content.decode()) == (400, True)
    phone.post(f"{where}check-in/", {"bags": "4", "max_orders": "2"})

    trip = Trip.objects.get(booking=booking)
    assert (trip.room, trip.max_orders) == (96, 2)
    for page in ("/drive/", "/drive/trips/"):
        body = phone.get(page).content.decode()
        assert f"Block at {block.store.name}" in body
        assert "Go offline" not in body
    assert phone.get(f"/drive/trips/{trip.public_id}/").headers["Location"] == where
    assert "without the guarantee of $60.00" in phone.get(where).content.decode()
    phone.post(f"{where}leave/")
    assert Booking.objects.get().status == BookingStatus.LEFT


def test_anothers_place_and_another_markets_block_are_not_found(phone: Client) -> None:
    other = make.booking(make.driver("Bob"))
    where = f"/drive/blocks/booked/{other.public_id}/"

    answers = [phone.get(where), phone.post(f"{where}release/"), phone.post(f"{where}check-in/")]
    answers.append(phone.post(f"/drive/blocks/{other.block.public_id}/book/", {"key": str(uuid4())}))

    assert [answer.status_code for answer in answers] == [404] * 4


@pytest.mark.parametrize("count", [1, 12])
def test_the_pages_queries_do_not_grow_with_its_blocks(
    ann: Driver, phone: Client, block: Block, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(count):
        start = block.ends_at + timedelta(hours=4 * n)
        make.booking(ann, on=make.block(block.store, starts_at=start))
        make.block(make.store(in_market=ann.market), starts_at=start)

    with django_assert_num_queries(8):
        assert phone.get("/drive/blocks/").status_code == 200
