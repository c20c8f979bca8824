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
from tests import make
from tests.dispatch import walk
from tests.dispatch.on_the_way import FOUR, SOON, ready

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
