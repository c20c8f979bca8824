"""Being paid for a door needs the door: each trick by its name, over HTTP, as a phone would send it (R42)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from common.geo import Point
from dispatch.actions.way_back import price
from dispatch.models import Alarm, Delivery, PinMove, Proof, Run, Stop
from dispatch.states import DeliveryStatus
from ledger.queries import ledger_sum
from orders.models import Address, Order
from payouts.models import Earning
from tests.dispatch import walk

pytestmark = pytest.mark.django_db(transaction=True)
LATER = timedelta(minutes=30)
ATLANTA = Point(34.0, -84.0)
PARIS = Point(48.85, 2.35)


@dataclass
class Phone:
    """Ann's phone on a run: steps go up as its outbox sends them."""

    run: Run
    client: Client

    def send(self, kind: str, stop: Stop | None = None, at: Point | None = None, **told: Any) -> dict[str, Any]:
        """Send one step and read the answer."""
        place = {} if at is None else {"lat": at.lat, "lng": at.lng}
        fields = {"key": uuid4(), "kind": kind, **({"stop": stop.public_id} if stop else {}), **place, **told}
        answer = self.client.post(
            f"/drive/run/{self.run.public_id}/steps/", fields, headers={"accept": "application/json"}
        )
        told_back: dict[str, Any] = answer.json()
        return told_back

    def locate(self, at: Point) -> int:
        """Tell a position while driving."""
        body = {"lat": at.lat, "lng": at.lng}
        return self.client.post(
            f"/api/v1/runs/{self.run.public_id}/position/", body, content_type="application/json"
        ).status_code

    def bring_back(self) -> None:
        """Give the bags back at the store, with the code that only the store knows."""
        back = self.run.stops.get(kind=Stop.Kind.RETURN)
        code = Order.objects.values_list("handover_code", flat=True).get(delivery=back.delivery_id)
        assert self.send("return", back, code=code)["code"] == "done"


@pytest.fixture
def phone() -> Phone:
    """A run whose bags are in the car, seconds ago; the offer was 9.20 and a tip of 5.00."""
    run = walk.loaded(now=datetime.now(UTC))
    client = Client()
    client.force_login(run.driver.user)
    return Phone(run, client)


def picture(data: bytes | None = None) -> SimpleUploadedFile:
    """A photo as a phone sends it."""
    return SimpleUploadedFile("door.jpg", data or walk.picture(), "image/jpeg")


def paid() -> int:
    """Everything earned so far, in cents."""
    return sum(one.total_cents for one in Earning.objects.all())


def kinds() -> set[str]:
    """What operations has been told."""
    return set(Alarm.objects.values_list("kind", flat=True))


def later(by: timedelta = LATER) -> time_machine.travel:
    """The server's clock, so much further on."""
    return time_machine.travel(datetime.now(UTC) + by)


def test_failing_at_once_without_going_is_refused_and_pays_nothing(phone: Phone) -> None:
    answer = phone.send("fail", walk.door(phone.run), reason="nobody_home")

    assert answer["code"] == "not_yet"
    assert walk.delivery_of(phone.run).status == DeliveryStatus.PICKED_UP
    assert paid() == 0


@pytest.mark.parametrize("reason", ["nobody_home", "wrong_address", "refused", "damaged"])
def test_no_reason_but_danger_is_taken_before_the_door(phone: Phone, reason: str) -> None:
    answer = phone.send("fail", walk.door(phone.run), reason=reason, photo=picture())

    assert answer["code"] == "not_yet"
    assert not phone.run.stops.filter(kind=Stop.Kind.RETURN).exists()


def test_nobody_is_there_needs_ringing_and_the_wait_of_the_rules_by_our_clock(phone: Phone) -> None:
    door = walk.door(phone.run)
    phone.send("arrive", door, door.point)

    before_ringing = phone.send("fail", door, door.point, reason="nobody_home")
    phone.send("rang", door)
    too_soon = phone.send("fail", door, door.point, reason="nobody_home", phone_at="2031-01-01T00:00:00Z")
    with later(timedelta(minutes=5, seconds=1)):
        in_time = phone.send("fail", door, door.point, reason="nobody_home")

    assert [one["code"] for one in (before_ringing, too_soon, in_time)] == ["not_yet", "wait_at_door", "done"]
    assert "Wait at the door until" in too_soon["message"]


def test_the_way_back_is_told_before_choosing_and_paid_as_told_on_a_line_of_its_own(phone: Phone) -> None:
    door = walk.door(phone.run)
    phone.send("arrive", door, door.point)
    phone.send("rang", door)
    told = walk.door(phone.run)
    page = phone.client.get("/drive/run/").content.decode()

    with later():
        phone.send("fail", door, door.point, reason="nobody_home")
        phone.bring_back()

    attempt, back = Earning.objects.order_by("pk")
    assert told.back_cents is not None
    assert f"${told.back_cents / 100:.2f}" in page
    assert (back.total_cents, back.added_metres) == (told.back_cents, told.back_metres)
    assert back.total_cents == price(phone.run.market, told.back_seconds, told.back_metres)
    assert (attempt.offered_cents, attempt.total_cents, attempt.unearned_tip_cents) == (1_420, 920, 500)
    assert ledger_sum() == 0


def test_giving_up_before_the_car_moved_pays_nothing(phone: Phone) -> None:
    phone.send("give_up", reason="changed_mind")
    phone.bring_back()

    assert paid() == 0
    assert {one.offered_cents for one in Earning.objects.all()} <= {1_420, 0}


def test_giving_up_half_way_pays_the_road_that_was_driven_there_and_back(phone: Phone) -> None:
    store, door = walk.delivery_of(phone.run).pickup, walk.delivery_of(phone.run).drop
    half = Point((store.lat + door.lat) / 2, (store.lng + door.lng) / 2)
    with later(timedelta(minutes=6)):
        assert phone.locate(half) == 200
        phone.send("give_up", reason="car_trouble")
        phone.bring_back()

    attempt, back = Earning.objects.order_by("pk")
    assert 0 < attempt.total_cents < 920
    assert back.total_cents > 0
    assert attempt.offered_cents == 1_420


def test_danger_may_be_told_anywhere_and_pays_only_the_road_driven(phone: Phone) -> None:
    assert phone.send("fail", walk.door(phone.run), ATLANTA, reason="unsafe")["code"] == "done"
    phone.bring_back()

    assert paid() == 0
    assert "not_delivered" in kinds()


def test_delivering_from_two_hundred_miles_away_is_refused_without_a_reason(phone: Phone) -> None:
    door = walk.door(phone.run)

    arrived = phone.send("arrive", door, ATLANTA)
    answer = phone.send("deliver", door, ATLANTA, photo=picture())

    assert (arrived["code"], answer["code"]) == ("too_far_away", "say_why")
    assert paid() == 0


@pytest.mark.parametrize("at", [None, ATLANTA, PARIS], ids=["no position", "216 miles away", "Paris"])
def test_a_door_without_a_position_is_paid_with_photo_and_reason_and_operations_is_told(
    phone: Phone, at: Point | None
) -> None:
    door = walk.door(phone.run)

    without = phone.send("deliver", door, at, photo=picture())
    answer = phone.send("deliver", door, at, photo=picture(), why="wrong_pin")

    assert (without["code"], answer["code"]) == ("say_why", "done")
    assert paid() == 1_420
    assert "unseen_at_door" in kinds()
    assert Proof.objects.get().metres == (None if at is None else round(at.metres_to(door.point)))


def test_the_passcode_is_proof_enough_where_the_phone_has_no_position() -> None:
    run = walk.loaded(passcode="1234", now=datetime.now(UTC))
    client = Client()
    client.force_login(run.driver.user)
    phone = Phone(run, client)

    assert phone.send("deliver", walk.door(run), code="1234")["code"] == "done"

    assert paid() == 1_420
    assert "unseen_at_door" in kinds()


def test_a_position_found_long_before_the_tap_says_nothing(phone: Phone) -> None:
    door = walk.door(phone.run)

    old = phone.send("deliver", door, door.point, age=900, photo=picture())
    fresh = phone.send("deliver", door, door.point, age=20, photo=picture())

    assert (old["code"], fresh["code"]) == ("say_why", "done")
    assert kinds() == set()


def test_a_driver_before_a_wrong_pin_moves_it_and_it_is_right_next_time(phone: Phone) -> None:
    door, order = walk.door(phone.run), walk.delivery_of(phone.run).order
    Address.objects.create(
        shopper=order.shopper, line1=order.line1, city=order.city, state=order.state, zip_code=order.zip_code,
        lat=order.lat, lng=order.lng, is_approximate=True,
    )  # fmt: skip
    real = Point(door.lat + 0.008, door.lng)

    moved = phone.send("move_pin", door, real)
    delivered = phone.send("deliver", door, real, photo=picture())

    saved = Address.objects.get(shopper=order.shopper)
    assert (moved["code"], delivered["code"]) == ("done", "done")
    assert (saved.lat, saved.is_approximate) == (real.lat, False)
    assert (PinMove.objects.get().from_lat, PinMove.objects.get().to_lat) == (door.lat, real.lat)
    assert kinds() == {"pin_moved"}


def test_a_pin_moves_by_a_mile_at_most_however_often_it_is_moved(phone: Phone) -> None:
    door = walk.door(phone.run)
    steps = [Point(door.lat + 0.01 * n, door.lng) for n in (1, 2)]

    answers = [phone.send("move_pin", door, at)["code"] for at in steps]

    assert answers == ["done", "pin_too_far"]


@pytest.mark.parametrize(
    ("data", "words"),
    [((1, 1), "too small"), ((640, 480), "one color")],
    ids=["a single pixel", "one color"],
)
def test_a_photo_that_shows_nothing_is_refused_in_words(phone: Phone, data: tuple[int, int], words: str) -> None:
    out = BytesIO()
    Image.new("RGB", data).save(out, "JPEG")
    door = walk.door(phone.run)

    answer = phone.send("deliver", door, door.point, photo=picture(out.getvalue()))

    assert answer["code"] == "bad_photo"
    assert words in answer["message"]


def test_positions_that_cannot_be_are_refused(phone: Phone) -> None:
    door = walk.door(phone.run)

    assert phone.locate(PARIS) == 422
    assert phone.locate(Point(door.lat + 0.05, door.lng)) == 422
    with later(timedelta(minutes=10)):
        assert phone.locate(door.point) == 200
    assert Run.objects.values_list("lat", flat=True).get(pk=phone.run.pk) == door.lat


def test_a_reason_that_cannot_be_this_orders_is_refused_in_words(phone: Phone) -> None:
    door = walk.door(phone.run)
    phone.send("arrive", door, door.point)

    assert "nothing that needs an ID" in phone.send("fail", door, door.point, reason="no_id")["message"]
    assert "no passcode" in phone.send("fail", door, door.point, reason="no_passcode")["message"]
    assert phone.send("fail", door, door.point, reason="gave_up")["code"] == "invalid"


def test_coming_back_unseen_with_photo_and_reason_is_paid_and_operations_is_told(phone: Phone) -> None:
    door = walk.door(phone.run)
    phone.send("arrive", door)

    without = phone.send("fail", door, reason="refused")
    answer = phone.send("fail", door, reason="refused", photo=picture(), why="no_position")
    phone.bring_back()

    assert (without["code"], answer["code"]) == ("say_why", "done")
    assert Earning.objects.get(source__startswith="attempt").total_cents == 920
    assert kinds() == {"not_delivered", "unseen_at_door"}


def test_a_delivery_sent_to_the_store_again_and_again_is_paid_once(phone: Phone) -> None:
    door = walk.door(phone.run)
    phone.send("arrive", door, door.point)
    for _ in range(3):
        phone.send("fail", door, door.point, reason="refused")
    phone.bring_back()

    assert Delivery.objects.get().status == DeliveryStatus.RETURNED
    assert Earning.objects.count() == 2
