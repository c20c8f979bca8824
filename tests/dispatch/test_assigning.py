"""Operations asks a driver by hand, also one who is on a run."""

from datetime import timedelta
from typing import Any

import pytest

from dispatch.actions.assigning import DoesNotFit, NotWaiting, TripNotFree, assign_delivery
from dispatch.actions.claiming import accept_offer
from dispatch.models import Delivery, Offer, Run
from dispatch.queries.offers import verify_offer
from orders.states import OrderStatus
from stores.models import Store
from tests import make
from tests.dispatch import walk

pytestmark = pytest.mark.django_db
FOUR = make.NOON + timedelta(hours=4)
SOON = FOUR + timedelta(seconds=20)


def staged(store: Store, **extra: Any) -> Delivery:
    return make.delivery(make.order(store, status=OrderStatus.READY, bag_count=3), **extra)


def on_a_run(**trip: Any) -> Run:
    store = make.store()
    on = make.trip(make.driver(in_market=store.market), **{"departs_at": FOUR, "max_orders": 3, **trip})
    return walk.carried(make.offer(staged(store), on=on, made_at=FOUR))


def ask(delivery: Delivery, run: Run) -> Offer:
    return assign_delivery(delivery_id=delivery.pk, trip_id=run.trip_id, by="user:olu", reason="On her way", now=SOON)


def test_a_driver_on_a_run_is_asked_to_take_one_more_along() -> None:
    run = on_a_run()
    first, more = run.carried.get().delivery_id, staged(Store.objects.get(market=run.market))

    offer = ask(more, run)
    accept_offer(offer_id=offer.pk, now=SOON)

    assert (offer.kind, offer.run_id) == (Offer.Kind.ASSIGNED, run.pk)
    assert verify_offer(offer)
    assert {stop.delivery_id for stop in run.stops.all()} == {first, more.pk}
    with pytest.raises(NotWaiting):
        ask(more, run)


def test_a_driver_whose_run_is_full_is_not_asked() -> None:
    run = on_a_run(max_orders=1)

    with pytest.raises(TripNotFree):
        ask(staged(Store.objects.get(market=run.market)), run)


def test_what_a_run_has_no_time_for_is_not_asked_of_its_driver() -> None:
    run = on_a_run()
    away = staged(Store.objects.get(market=run.market), drop_lat=make.MADISON.lat + 0.3)

    with pytest.raises(DoesNotFit):
        ask(away, run)
