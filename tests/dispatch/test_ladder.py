"""Reserved, then on the board, then better paid, then operations."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from dispatch.actions.ladder import after_decline, climb_ladder, reopen_delivery, watch_deadlines
from dispatch.actions.matching import match_market
from dispatch.actions.offering import expire_offers
from dispatch.actions.running import give_up_run, return_delivery
from dispatch.models import Alarm, Delivery, Ladder, Offer
from dispatch.states import DeliveryStatus, OfferStatus
from drivers.models import Trip
from events.actions.move import move
from events.models import StatusChange
from orders.models import Order
from tests import make
from tests.dispatch import walk

pytestmark = pytest.mark.django_db
FOUR = make.NOON + timedelta(hours=4)
Step = Delivery.Step


def later(seconds: int) -> datetime:
    return FOUR + timedelta(seconds=seconds)


def tick(delivery: Delivery, seconds: int) -> Delivery:
    """What beat does, at a moment."""
    now = later(seconds)
    expire_offers(now=now)
    climb_ladder(market_id=delivery.market_id, now=now)
    match_market(market_id=delivery.market_id, now=now)
    delivery.refresh_from_db()
    return delivery


def commute(delivery: Delivery, name: str = "Ann") -> Trip:
    return make.trip(make.driver(name, in_market=delivery.market), departs_until=later(3_600), arrive_by=later(9_000))


def open_offers(delivery: Delivery) -> list[Offer]:
    return list(Offer.objects.filter(items__delivery=delivery, status=OfferStatus.OPEN).order_by("pk"))


def test_an_unanswered_reserved_offer_goes_to_the_board_for_every_trip_it_fits() -> None:
    delivery = make.delivery()
    commute(delivery, "Ann")
    commute(delivery, "Bob")

    assert tick(delivery, 0).step == Step.RESERVED
    assert len(open_offers(delivery)) == 1
    assert tick(delivery, 80).step == Step.RESERVED
    assert tick(delivery, 92).step == Step.BOARD
    assert [offer.kind for offer in open_offers(delivery)] == [Offer.Kind.BOARD, Offer.Kind.BOARD]


def test_a_reserved_offer_stands_as_long_as_the_law_asks_at_least() -> None:
    delivery = make.delivery()
    Ladder.objects.filter(market=delivery.market).update(reserve_seconds=5)
    commute(delivery)

    tick(delivery, 0)

    (offer,) = open_offers(delivery)
    assert (offer.expires_at - offer.made_at).total_seconds() >= 60
    assert offer.snapshot["answer_seconds"] >= offer.snapshot["rules"]["answer_seconds"]


def test_pay_is_raised_step_by_step_and_then_operations_is_told_once() -> None:
    delivery = make.delivery()
    Ladder.objects.filter(market=delivery.market).update(max_raises=2)
    commute(delivery)
    raises, pays = [], []
    for seconds in (0, 92, 280, 420, 560, 600, 900):
        tick(delivery, seconds)
        pays += [offer.pay_cents for offer in open_offers(delivery)]
        raises += [offer.raise_cents for offer in open_offers(delivery)]

    assert delivery.step == Step.OPERATIONS
    assert pays == sorted(pays)
    assert raises == [0, 0, 150, 300, 300, 300, 300]
    assert Alarm.objects.filter(delivery=delivery, kind="no_driver", resolved_at__isnull=True).count() == 1
    steps = StatusChange.objects.filter(kind="delivery step", object_id=delivery.pk).order_by("pk")
    assert list(steps.values_list("to_status", flat=True)) == ["reserved", "board", "raised", "raised", "operations"]


def test_a_delivery_nobody_fits_is_on_the_board_for_trips_declared_in_its_last_hour() -> None:
    delivery = make.delivery()

    assert tick(delivery, 0).step_at is None
    assert tick(delivery, 3_601).step == Step.NEW
    assert tick(delivery, 3_700).step == Step.BOARD


def test_a_declined_delivery_goes_on_at_once_and_is_not_asked_again_at_the_same_pay() -> None:
    delivery = make.delivery()
    ann, bob = commute(delivery, "Ann"), commute(delivery, "Bob")
    tick(delivery, 0)
    (offer,) = open_offers(delivery)
    other = bob if offer.trip == ann else ann

    with transaction.atomic():
        move(offer, OfferStatus.DECLINED, now=later(10))
        after_decline(offer=offer, now=later(10))
    tick(delivery, 11)

    assert [one.trip for one in open_offers(delivery)] == [other]


def test_who_declined_is_asked_again_when_the_pay_was_raised() -> None:
    delivery = make.delivery()
    ann = commute(delivery, "Ann")
    tick(delivery, 0)
    (offer,) = open_offers(delivery)
    with transaction.atomic():
        move(offer, OfferStatus.DECLINED, now=later(10))
        after_decline(offer=offer, now=later(10))

    tick(delivery, 200)

    (better,) = open_offers(delivery)
    assert better.trip == ann
    assert better.pay_cents > offer.pay_cents


def test_what_a_driver_gave_back_never_pays_less_the_next_time() -> None:
    delivery = make.delivery()
    run = make.run(make.offer(delivery, pay_cents=3_000))
    run.carried.update(dropped_at=FOUR)
    delivery.refresh_from_db()
    with transaction.atomic():
        reopen_delivery(delivery, now=FOUR, by="system", reason="no_show")
    commute(delivery)

    tick(delivery, 1)

    (offer,) = open_offers(delivery)
    assert delivery.raises == 1
    assert offer.pay_cents >= 3_000


def test_a_reserved_offer_withdrawn_by_us_is_matched_afresh() -> None:
    delivery = make.delivery()
    ann = commute(delivery, "Ann")
    tick(delivery, 0)
    Trip.objects.filter(pk=ann.pk).update(status="cancelled")
    bob = commute(delivery, "Bob")

    tick(delivery, 5)
    tick(delivery, 6)

    (offer,) = open_offers(delivery)
    assert (offer.kind, offer.trip) == (Offer.Kind.RESERVED, bob)


def test_what_is_late_is_told_once_and_cleared_when_it_is_brought() -> None:
    delivery = make.delivery()
    after = delivery.due_by + timedelta(minutes=1)

    first, second = watch_deadlines(now=after), watch_deadlines(now=after)

    assert (first, second) == (1, 0)
    assert Alarm.objects.get().kind == "late"
    for status in ("claimed", "at_store", "picked_up", "delivered"):
        Delivery.objects.filter(pk=delivery.pk).update(status=status)
    watch_deadlines(now=after)
    assert Alarm.objects.get().resolved_at == after


def test_bags_that_do_not_come_back_are_told_until_they_do() -> None:
    run = walk.loaded()
    give_up_run(run_id=run.pk, reason="unsafe", now=walk.ONE)
    expected = run.stops.get(kind="return").eta_at

    told = [watch_deadlines(now=expected + timedelta(minutes=minutes)) for minutes in (30, 31, 32)]

    alarms = Alarm.objects.filter(kind="not_returned")
    assert (told[0], alarms.count()) == (0, 1)
    back = run.stops.get(kind="return")
    code = Order.objects.get(delivery=back.delivery_id).handover_code
    return_delivery(stop_id=back.pk, code=code, by="user:kim", now=expected)
    watch_deadlines(now=expected + timedelta(minutes=33))
    assert alarms.get().resolved_at is not None


def test_who_orders_into_an_open_window_gives_the_store_half_an_hour() -> None:
    delivery = make.delivery(make.order(make.store(), placed_at=make.NOON), status=DeliveryStatus.PLANNED)
    Delivery.objects.filter(pk=delivery.pk).update(due_from=make.NOON - timedelta(minutes=50))

    told = [watch_deadlines(now=make.NOON + timedelta(minutes=minutes)) for minutes in (1, 29, 31)]

    assert told == [0, 0, 1]
    assert Alarm.objects.get().kind == "not_ready"
