"""The demo's day: people act through the real actions, and deliveries come to their doors."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from dispatch.models import Delivery, Offer, Run
from dispatch.simulator.clock import Clock, living_at
from dispatch.simulator.day.cast import cast_of_the_day
from dispatch.simulator.day.life import Day
from dispatch.simulator.inline import without_workers
from dispatch.states import DeliveryStatus
from drivers.models import Trip
from drivers.states import TripStatus
from ledger.queries import ledger_sum
from orders.models import Order, Payment
from orders.states import PaymentStatus
from payouts.models import Earning
from tests.simulator.lived import live_on, seed_without_past

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 6, 5, 15, 20, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[Clock]:
    with living_at(Clock(MORNING)) as clock, without_workers():
        seed_without_past(clock.now)
        yield clock


def test_a_delivery_reaches_its_door_and_is_paid_in_two_minutes(clock: Clock) -> None:
    day = Day(cast_of_the_day(), seed=1)

    live_on(day, clock, 240)

    delivered = Delivery.objects.filter(status=DeliveryStatus.DELIVERED)
    assert delivered.exists()
    assert Earning.objects.filter(delivery_ref=delivered[0].public_id).exists()
    assert Payment.objects.get(order=delivered[0].order).status == PaymentStatus.CAPTURED
    assert ledger_sum() == 0


def test_a_day_that_died_goes_on_from_the_rows(clock: Clock) -> None:
    cast = cast_of_the_day()
    live_on(Day(cast, seed=1), clock, 70)
    under_way = list(Order.objects.values_list("pk", flat=True))

    live_on(Day(cast, seed=2), clock, 200)

    assert under_way
    assert Order.objects.filter(pk__in=under_way, delivered_at__isnull=False).exists()
    assert Order.objects.values("checkout_key").distinct().count() == Order.objects.count()


def test_visitors_are_never_played(clock: Clock) -> None:
    cast = cast_of_the_day()
    assert cast.guest is not None
    day = Day(cast, seed=3)

    live_on(day, clock, 120)

    assert Trip.objects.get(driver=cast.guest.driver).status == TripStatus.OPEN
    assert not Run.objects.filter(driver=cast.guest.driver).exists()
    assert not Offer.objects.filter(driver=cast.guest.driver, answered_at__isnull=False).exists()
    assert not Order.objects.filter(shopper__in=cast.guest_ids).exists()
