"""D8: a block is matched like any online driver, and what its deliveries fall short of its guarantee is paid, once."""

from datetime import timedelta

import pytest

from dispatch.actions.blocks import end_block, end_blocks
from dispatch.actions.matching import match_market
from dispatch.actions.running import complete_drop, give_up_run, release_no_shows
from dispatch.models import Offer, Run
from dispatch.states import RunStatus
from drivers.actions.bookings import check_in, leave_block
from drivers.models import Booking, Trip
from drivers.states import BookingStatus, TripStatus
from events.models import Event
from ledger import chart
from ledger.queries import balance, ledger_sum, owed
from payouts.models import Earning
from tests import make
from tests.dispatch import walk

pytestmark = pytest.mark.django_db
ONE, END = walk.ONE, make.NOON + timedelta(hours=3)


def started(guarantee_cents: int = 6_000) -> Trip:
    """Ann has checked in at noon, for three hours."""
    ann = make.driver()
    block = make.block(make.store(in_market=ann.market), starts_at=make.NOON, guarantee_cents=guarantee_cents)
    booking = make.booking(ann, on=block)
    return check_in(booking_id=booking.pk, at=None, room=192, max_orders=4, has_cold_box=True, now=make.NOON)


def booking() -> Booking:
    return Booking.objects.get()


def delivered(trip: Trip) -> Run:
    """One delivery of $9.20 and a tip of $5, at the door at one."""
    run = walk.loaded(on=trip)
    complete_drop(stop_id=walk.door(run).pk, proof=walk.proof(run), now=ONE)
    return run


def guarantee() -> Earning:
    return Earning.objects.get(kind=Earning.Kind.GUARANTEE)


def test_who_has_checked_in_is_offered_what_is_ready_at_the_store() -> None:
    trip = started()
    store = booking().block.store
    make.delivery(make.order(store, status="ready"), due_from=make.NOON, due_by=make.NOON + timedelta(hours=1))

    match_market(market_id=trip.market_id, now=make.NOON)

    offer = Offer.objects.get(trip=trip)
    assert (offer.status, offer.kind) == ("open", Offer.Kind.RESERVED)
    assert offer.snapshot["reason"]["en"]


def test_what_deliveries_paid_less_than_the_guarantee_is_paid_when_the_block_ends_and_once() -> None:
    trip = started()
    delivered(trip)

    assert [end_blocks(now=END - timedelta(seconds=1)), end_blocks(now=END), end_blocks(now=END)] == [0, 1, 0]

    earning = guarantee()
    assert (earning.pay_cents, earning.tip_cents, earning.offered_cents) == (6_000 - 920, 0, 6_000 - 920)
    assert (earning.delivery_ref, earning.driver, earning.earned_at) == (None, trip.driver, END)
    engaged = Earning.objects.get(kind=Earning.Kind.DELIVERY).engaged_seconds
    assert earning.engaged_seconds == 3 * 3_600 - engaged
    assert booking().status == BookingStatus.ENDED
    assert owed(chart.driver_payable(trip.driver.public_id)) == 6_000 + 500
    assert balance(chart.DELIVERY_COST) == 6_000
    assert ledger_sum() == 0
    assert Event.objects.filter(topic="block.ended").count() == 1


def test_a_block_without_any_delivery_pays_its_whole_guarantee() -> None:
    started()

    end_blocks(now=END)

    assert (guarantee().pay_cents, guarantee().engaged_seconds) == (6_000, 3 * 3_600)


@pytest.mark.parametrize("cents", [0, 920])
def test_nothing_is_added_where_deliveries_paid_the_guarantee(cents: int) -> None:
    delivered(started(cents))

    end_blocks(now=END)

    assert booking().status == BookingStatus.ENDED
    assert not Earning.objects.filter(kind=Earning.Kind.GUARANTEE).exists()


def test_a_block_ends_when_its_last_run_does() -> None:
    run = walk.loaded(on=started())

    assert end_blocks(now=END) == 0
    assert not end_block(booking_id=booking().pk, now=END)
    complete_drop(stop_id=walk.door(run).pk, proof=walk.proof(run), now=END + timedelta(minutes=9))
    assert end_blocks(now=END + timedelta(minutes=10)) == 1

    assert guarantee().pay_cents == 6_000 - 920


def test_who_leaves_early_is_paid_for_deliveries_alone() -> None:
    trip = started()
    delivered(trip)

    leave_block(booking_id=booking().pk, by="user:ann", now=ONE)

    assert end_blocks(now=END) == 0
    assert owed(chart.driver_payable(trip.driver.public_id)) == 920 + 500


def test_giving_a_run_up_costs_nothing_of_the_guarantee() -> None:
    trip = started()
    run = walk.claimed(on=trip)

    give_up_run(run_id=run.pk, reason="long_wait", now=ONE)

    trip.refresh_from_db()
    assert (Run.objects.get(pk=run.pk).status, trip.status) == (RunStatus.GIVEN_UP, TripStatus.OPEN)
    end_blocks(now=END)
    assert guarantee().pay_cents == 6_000


def test_who_claims_and_does_not_come_has_left_the_block() -> None:
    trip = started()
    run = walk.claimed(on=trip)

    release_no_shows(now=walk.pickup(run).eta_at + timedelta(seconds=900))

    trip.refresh_from_db()
    assert (booking().status, trip.status) == (BookingStatus.LEFT, TripStatus.CANCELLED)
    assert end_blocks(now=END) == 0
    assert not Earning.objects.exists()
