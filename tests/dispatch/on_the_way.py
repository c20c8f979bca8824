"""A run under way, and what the next cycle adds to it."""

from datetime import timedelta
from typing import Any

from common.geo import Point
from dispatch.actions.claiming import accept_offer
from dispatch.actions.matching import match_market
from dispatch.models import Delivery, Offer, Run, Stop
from dispatch.simulator.steps import arrive_at_stop, do_stop, next_stop
from dispatch.states import OfferStatus
from orders.states import OrderStatus
from stores.models import Store
from tests import make
from tests.dispatch import walk

FOUR = make.NOON + timedelta(hours=4)
SOON = FOUR + timedelta(seconds=20)


def ready(store: Store, at: Point = make.INGLEWOOD, **extra: Any) -> Delivery:
    """A staged order for a door on the way."""
    order = make.order(store, status=OrderStatus.READY, bag_count=3)
    return make.delivery(order, drop_lat=at.lat, drop_lng=at.lng, **extra)


def under_way(**trip: Any) -> Run:
    """Ann has claimed one delivery along her way, matched and offered as in production."""
    store = make.store()
    walk.prepare(store.market)
    delivery = ready(store)
    make.trip(make.driver(in_market=store.market), **{"max_orders": 3, **trip})
    match_market(market_id=delivery.market_id, now=FOUR)
    return accept_offer(offer_id=Offer.objects.get(market=store.market).pk, now=SOON)


def add_on_for(run: Run, at: Point = make.MADISON, of: Store | None = None, **extra: Any) -> Offer:
    """What the next cycle offers to the run when one more delivery is ready."""
    ready(of or Store.objects.get(market=run.market), at, **extra)
    match_market(market_id=run.market_id, now=SOON)
    return Offer.objects.get(run=run, status=OfferStatus.OPEN)


def live_stops(run: Run) -> list[Stop]:
    return list(run.stops.filter(is_dropped=False).order_by("position"))


def drive_to_the_end(run: Run) -> None:
    """Do every stop that is left, a minute each."""
    now = FOUR + timedelta(minutes=30)
    while (stop := next_stop(run.pk)) is not None:
        now += timedelta(minutes=1)
        arrive_at_stop(stop, now=now)
        do_stop(stop, "user:kim", now=now)
