"""A snapshot is read in several statements, and drivers claim meanwhile."""

from datetime import timedelta
from typing import Any

import pytest

from dispatch.actions.claiming import accept_offer
from dispatch.actions.matching import match_market
from dispatch.models import Delivery, Offer, Run
from dispatch.queries import snapshot
from dispatch.queries.under_way import UnderWay, runs_under_way
from dispatch.states import OfferStatus
from drivers.models import Trip
from stores.models import Store
from tests import make
from tests.dispatch import walk
from tests.dispatch.on_the_way import FOUR, SOON, ready, under_way

pytestmark = pytest.mark.django_db


def test_what_is_claimed_while_a_cycle_reads_is_not_offered_to_the_run_that_carries_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = make.store()
    walk.prepare(store.market)
    delivery, other = ready(store), ready(store, make.MADISON)
    trip = make.trip(make.driver(in_market=store.market), max_orders=3)
    offer = make.offer(delivery, on=trip, kind=Offer.Kind.BOARD, made_at=FOUR, seconds=600)
    Delivery.objects.filter(pk=delivery.pk).update(step=Delivery.Step.BOARD, step_at=FOUR)

    def claimed_meanwhile(**words: Any) -> list[UnderWay]:
        accept_offer(offer_id=offer.pk, now=SOON)
        return runs_under_way(**words)

    monkeypatch.setattr(snapshot, "runs_under_way", claimed_meanwhile)

    cycle = match_market(market_id=store.market_id, now=SOON + timedelta(seconds=1))

    run = Run.objects.get()
    assert cycle is not None
    assert cycle.deliveries == 1
    assert [row.delivery for row in run.carried.all()] == [delivery]
    open_items = Offer.objects.filter(status=OfferStatus.OPEN).values_list("items__delivery", flat=True)
    assert list(open_items) == [other.pk]


def test_a_trip_that_is_open_again_when_its_run_ends_while_a_cycle_reads_is_there_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = under_way()
    ready(Store.objects.get(market=run.market), make.MADISON)
    monkeypatch.setattr(snapshot, "open_trips", lambda **_: Trip.objects.filter(pk=run.trip_id))

    read = snapshot.snapshot_of(market_id=run.market_id, now=SOON)

    assert read is not None
    assert [trip.pk for trip in read.trips] == [run.trip_id]
    assert read.run_on(0) is not None
