"""Claiming an offer and saying no to one."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from common.errors import DomainError
from dispatch.actions.claiming import (
    AgainstLimits,
    AlreadyOnARun,
    DoesNotFit,
    OfferDeclined,
    OfferExpired,
    OfferTaken,
    OfferWithdrawn,
    TripOver,
    accept_offer,
    decline_offer,
)
from dispatch.models import Delivery, Ladder, Offer, Run, Stop
from dispatch.states import DeliveryStatus, OfferStatus, RunStatus
from drivers.actions.fitness import PapersExpired, Suspended
from drivers.actions.limits import HardLimits, set_limits
from drivers.models import Driver, Trip
from drivers.states import DriverStatus, TripStatus
from events.models import Event
from tests import make

pytestmark = pytest.mark.django_db
SOON = make.NOON + timedelta(seconds=30)


def test_the_claimer_gets_a_run_with_the_stops_of_the_offer() -> None:
    offer = make.offer()
    delivery = offer.items.get().delivery

    run = accept_offer(offer_id=offer.pk, now=SOON)

    pickup, drop = run.stops.order_by("position")
    delivery.refresh_from_db()
    assert [(pickup.kind, pickup.point), (drop.kind, drop.point)] == [
        (Stop.Kind.PICKUP, delivery.pickup),
        (Stop.Kind.DROP, delivery.drop),
    ]
    assert (delivery.status, delivery.claimed_run_id, delivery.claimed_at) == (DeliveryStatus.CLAIMED, run.pk, SOON)
    assert delivery.promised_by == drop.eta_at
    assert Trip.objects.get(pk=offer.trip_id).status == TripStatus.COMMITTED
    assert Offer.objects.get(pk=offer.pk).status == OfferStatus.ACCEPTED
    assert Event.objects.get(topic="delivery.claimed").payload["order_id"] == delivery.order_id


def test_a_batch_is_claimed_whole_with_each_orders_own_pay() -> None:
    market = make.market()
    store = make.store(in_market=market)
    pair = [make.delivery(make.order(store, status="ready")) for _ in range(2)]
    offer = make.offer(pair, pay_cents=1_501)

    run = accept_offer(offer_id=offer.pk, now=SOON)

    assert sorted(run.carried.values_list("pay_cents", flat=True)) == [750, 751]
    assert list(run.stops.order_by("position").values_list("kind", flat=True)) == ["pickup", "pickup", "drop", "drop"]


def test_claiming_twice_gives_the_same_run() -> None:
    offer = make.offer()

    first, second = (accept_offer(offer_id=offer.pk, now=SOON) for _ in range(2))

    assert first.pk == second.pk
    assert Run.objects.count() == 1


def test_the_second_driver_is_refused_and_the_competing_offer_withdrawn() -> None:
    delivery = make.delivery()
    ann, bob = make.offer(delivery), make.offer(delivery)
    accept_offer(offer_id=ann.pk, now=SOON)

    with pytest.raises(OfferTaken):
        accept_offer(offer_id=bob.pk, now=SOON)

    assert Offer.objects.get(pk=bob.pk).status == OfferStatus.WITHDRAWN


def test_a_driver_on_a_run_cannot_claim_another() -> None:
    ann = make.driver()
    first = make.offer(make.delivery(), to=ann)
    accept_offer(offer_id=first.pk, now=SOON)
    second = make.offer(make.delivery(), on=make.trip(ann, departs_at=make.NOON + timedelta(hours=8)))

    with pytest.raises(AlreadyOnARun):
        accept_offer(offer_id=second.pk, now=SOON)


def test_an_offer_is_claimable_to_its_last_second_and_not_after() -> None:
    in_time, too_late = make.offer(), make.offer()

    accept_offer(offer_id=in_time.pk, now=in_time.expires_at - timedelta(milliseconds=1))

    with pytest.raises(OfferExpired):
        accept_offer(offer_id=too_late.pk, now=too_late.expires_at)


def expire_insurance(offer: Offer) -> None:
    Driver.objects.filter(pk=offer.driver_id).update(insurance_expires_on=date(2026, 6, 4))


def suspend(offer: Offer) -> None:
    Driver.objects.filter(pk=offer.driver_id).update(status=DriverStatus.SUSPENDED)


def cancel_the_trip(offer: Offer) -> None:
    Trip.objects.filter(pk=offer.trip_id).update(status=TripStatus.CANCELLED)


def cancel_the_delivery(offer: Offer) -> None:
    Delivery.objects.filter(offer_items__offer=offer).update(status=DeliveryStatus.CANCELLED)


def fill_the_car(offer: Offer) -> None:
    Trip.objects.filter(pk=offer.trip_id).update(room=9)


def overload_the_car(offer: Offer) -> None:
    Delivery.objects.filter(offer_items__offer=offer).update(grams=200_000)


def withdraw(offer: Offer) -> None:
    Offer.objects.filter(pk=offer.pk).update(status=OfferStatus.WITHDRAWN)


@pytest.mark.parametrize(
    ("happens", "refusal"),
    [
        (expire_insurance, PapersExpired),
        (suspend, Suspended),
        (cancel_the_trip, TripOver),
        (cancel_the_delivery, OfferWithdrawn),
        (fill_the_car, DoesNotFit),
        (overload_the_car, DoesNotFit),
        (withdraw, OfferWithdrawn),
    ],
)
def test_what_happened_while_the_offer_was_open_refuses_the_claim(
    happens: Callable[[Offer], None], refusal: type[DomainError]
) -> None:
    offer = make.offer()
    happens(offer)

    with pytest.raises(refusal):
        accept_offer(offer_id=offer.pk, now=SOON)

    assert not Run.objects.exists()


@pytest.mark.parametrize(
    ("limits", "load"),
    [
        ({"no_alcohol": True}, {"age_limit": 21}),
        ({"max_heaviest_grams": 5_000}, {"heaviest_grams": 5_001}),
        ({"max_total_grams": 10_000}, {"grams": 10_001}),
        ({"max_metres": 16_199}, {}),
    ],
)
def test_a_hard_limit_set_after_the_offer_is_never_broken(limits: dict[str, Any], load: dict[str, Any]) -> None:
    offer = make.offer(make.delivery(**load))
    set_limits(driver_id=offer.driver_id, limits=HardLimits(**limits))

    with pytest.raises(AgainstLimits):
        accept_offer(offer_id=offer.pk, now=SOON)


def test_an_excluded_store_is_never_driven_for() -> None:
    offer = make.offer()
    store = offer.items.get().delivery.store
    set_limits(driver_id=offer.driver_id, limits=HardLimits(excluded_store_ids=[store.pk]))

    with pytest.raises(AgainstLimits):
        accept_offer(offer_id=offer.pk, now=SOON)


def test_declining_is_noted_once_and_the_delivery_goes_on() -> None:
    offer = make.offer()
    delivery = offer.items.get().delivery
    Ladder.objects.get_or_create(market=offer.market)
    Delivery.objects.filter(pk=delivery.pk).update(step=Delivery.Step.RESERVED, step_at=make.NOON)

    for _ in range(2):
        declined = decline_offer(offer_id=offer.pk, reason="too far", now=SOON)

    delivery.refresh_from_db()
    assert (declined.status, declined.decline_reason) == (OfferStatus.DECLINED, "too far")
    assert (delivery.status, delivery.step) == (DeliveryStatus.READY, Delivery.Step.BOARD)
    with pytest.raises(OfferDeclined):
        accept_offer(offer_id=offer.pk, now=SOON)


def test_nothing_in_a_drivers_row_changes_by_declining() -> None:
    offer = make.offer()
    Ladder.objects.get_or_create(market=offer.market)
    before = Driver.objects.filter(pk=offer.driver_id).values().get()

    decline_offer(offer_id=offer.pk, reason="", now=SOON)

    assert Driver.objects.filter(pk=offer.driver_id).values().get() == before


def test_a_claimed_offer_cannot_be_declined_any_more() -> None:
    offer = make.offer()
    run = accept_offer(offer_id=offer.pk, now=SOON)

    with pytest.raises(AlreadyOnARun):
        decline_offer(offer_id=offer.pk, reason="", now=SOON)

    assert Run.objects.get(pk=run.pk).status == RunStatus.ACTIVE
