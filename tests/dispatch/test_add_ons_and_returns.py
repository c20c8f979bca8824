"""Add-ons to a run that has something to bring back."""

from typing import Any

import pytest

from dispatch.actions.claiming import accept_offer
from dispatch.actions.joining import RunMovedOn
from dispatch.actions.matching import match_market
from dispatch.actions.run_steps.failing import FailReason
from dispatch.actions.running import arrive, fail_drop, load_delivery
from dispatch.models import Offer, Run, Stop
from dispatch.states import OfferStatus
from payouts.models import Earning
from stores.models import Store
from tests import make
from tests.dispatch.on_the_way import SOON, add_on_for, drive_to_the_end, live_stops, ready, under_way

pytestmark = pytest.mark.django_db


def going_back(**trip: Any) -> Run:
    """Ann stands at a door where nobody is; the groceries go back to their store."""
    run = under_way(**trip)
    fetch, door = live_stops(run)
    load_delivery(stop_id=fetch.pk, bags=3, code="4711", now=SOON)
    arrive(stop_id=door.pk, lat=door.lat, lng=door.lng, now=SOON)
    fail_drop(stop_id=door.pk, reason=FailReason.REFUSED, now=SOON)
    return run


def test_an_add_on_is_planned_around_what_goes_back_to_its_store() -> None:
    run = going_back()
    back = run.stops.get(kind=Stop.Kind.RETURN)

    offer = add_on_for(run)
    order = offer.snapshot["run"]["order"]
    accept_offer(offer_id=offer.pk, now=SOON)

    assert sorted(told["kind"] for told in order) == ["drop", "pickup", "return"]
    told = next(one for one in order if one["kind"] == "return")
    assert (told["stop"], told["label"]) == (str(back.public_id), back.delivery.store.name)
    assert [stop.kind for stop in live_stops(run) if stop.arrived_at is None] == [one["kind"] for one in order]
    drive_to_the_end(run)
    kinds = Earning.objects.values_list("kind", "source")
    assert sorted(source.split(":")[0] for _, source in kinds) == ["attempt", "delivery", "return"]


def test_what_goes_back_takes_its_place_in_the_car_until_it_is_back() -> None:
    run = going_back(room=15, max_extra_seconds=3_000, max_extra_metres=40_000)
    ready(Store.objects.get(market=run.market), make.INGLEWOOD, room=10)

    match_market(market_id=run.market_id, now=SOON)

    order = Offer.objects.get(run=run, status=OfferStatus.OPEN).snapshot["run"]["order"]
    assert [told["kind"] for told in order] == ["return", "pickup", "drop"]


def test_an_add_on_offered_before_something_had_to_go_back_is_refused() -> None:
    run = under_way()
    fetch, door = live_stops(run)
    load_delivery(stop_id=fetch.pk, bags=3, code="4711", now=SOON)
    offer = add_on_for(run)
    arrive(stop_id=door.pk, lat=door.lat, lng=door.lng, now=SOON)
    fail_drop(stop_id=door.pk, reason=FailReason.REFUSED, now=SOON)

    with pytest.raises(RunMovedOn):
        accept_offer(offer_id=offer.pk, now=SOON)
