"""From a ready order to an offer a driver can answer."""

from datetime import timedelta
from typing import Any

import pytest

from dispatch.actions.matching import match_market
from dispatch.models import Delivery, Offer
from dispatch.queries.offers import open_offers_of, verify_offer
from dispatch.states import OfferStatus
from dispatch.terms import proposing
from drivers.models import Trip
from orders.states import OrderStatus
from tests import make

pytestmark = pytest.mark.django_db
FOUR = make.NOON + timedelta(hours=4)


def commute(delivery: Delivery, name: str = "Ann", **extra: Any) -> Trip:
    return make.trip(make.driver(name, in_market=delivery.market), **extra)


def test_a_ready_delivery_is_reserved_for_the_driver_whose_way_it_lies_on() -> None:
    delivery = make.delivery()
    commute(delivery, "Bob", start=make.MADISON, end=make.DOWNTOWN, max_extra_seconds=60)
    trip = commute(delivery, "Ann")

    cycle = match_market(market_id=delivery.market_id, now=FOUR)

    offer = Offer.objects.get()
    assert cycle is not None
    assert (cycle.matched, cycle.offers) == (1, 1)
    assert (offer.kind, offer.status, offer.trip) == (Offer.Kind.RESERVED, OfferStatus.OPEN, trip)
    delivery.refresh_from_db()
    assert delivery.step == Delivery.Step.RESERVED
    assert open_offers_of(trip.driver, FOUR) == [offer]


def test_an_offer_keeps_the_words_and_numbers_it_was_made_with() -> None:
    delivery = make.delivery()
    commute(delivery)

    match_market(market_id=delivery.market_id, now=FOUR)

    offer = Offer.objects.get()
    assert verify_offer(offer)
    shown = offer.snapshot
    assert [stop["kind"] for stop in shown["stops"]] == ["pickup", "drop"]
    assert shown["added_seconds"] == shown["route"]["with"]["seconds"] - shown["route"]["without"]["seconds"]
    assert shown["pay"]["total_cents"] == offer.total_cents
    assert shown["reason"]["en"]
    assert shown["reason"]["es"]


def test_a_changed_amount_breaks_the_digest() -> None:
    delivery = make.delivery()
    commute(delivery)
    match_market(market_id=delivery.market_id, now=FOUR)

    offer = Offer.objects.get()
    offer.tip_cents += 1

    assert not verify_offer(offer)


def test_of_drivers_at_one_place_those_whose_last_offer_is_longest_ago_are_asked_first() -> None:
    delivery = make.delivery()
    make.delivery(make.order(delivery.store, status=OrderStatus.READY))
    for name, minutes in (("Ann", 20), ("Bob", 50), ("Cy", 40)):
        trip = commute(delivery, name, max_orders=1)
        Trip.objects.filter(pk=trip.pk).update(last_offered_at=FOUR - timedelta(minutes=minutes))

    match_market(market_id=delivery.market_id, now=FOUR)

    assert sorted(Offer.objects.values_list("driver__first_name", flat=True)) == ["Bob", "Cy"]


def test_what_one_cycle_cannot_offer_the_next_one_does_the_soonest_due_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposing, "RESERVED_OFFERS", 1)
    later = make.delivery()
    sooner = make.delivery(make.order(later.store, status="ready"), due_by=later.due_by - timedelta(minutes=30))
    for name in ("Ann", "Bob"):
        commute(later, name, max_orders=1)

    match_market(market_id=later.market_id, now=FOUR)
    first = [item.delivery for offer in Offer.objects.all() for item in offer.items.all()]
    later.refresh_from_db()
    match_market(market_id=later.market_id, now=FOUR + timedelta(seconds=3))

    assert first == [sooner]
    assert later.step_at is None
    assert Offer.objects.filter(items__delivery=later, status=OfferStatus.OPEN).count() == 1
