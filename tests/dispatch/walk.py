"""Runs for tests: claimed, at the store, in the car; and photos as a phone sends them."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from PIL import Image

from dispatch.actions.proof import Photo, read_photo
from dispatch.actions.run_steps.doors import DropProof
from dispatch.actions.running import arrive, fail_drop, load_delivery, ring
from dispatch.models import Delivery, Ladder, Offer, Run, Stop
from drivers.models import Driver, Trip
from drivers.states import TripStatus
from orders.states import OrderStatus
from payouts.models import PayScheme
from stores.models import Market
from tests import make

ONE = make.NOON + timedelta(hours=1)


def claimed(*, deliveries: int = 1, on: Trip | None = None, to: Driver | None = None, **order: Any) -> Run:
    """A run that Ann has claimed, of orders staged in three bags each at one store."""
    store = make.store(in_market=on.market if on else (to.market if to else None))
    rows = [
        make.delivery(
            make.order(store, status=OrderStatus.READY, bag_count=3, **order),
            age_limit=order.get("age_limit", 0),
            needs_passcode=bool(order.get("passcode")),
        )
        for _ in range(deliveries)
    ]
    return carried(make.offer(rows, on=on, to=to or (None if on else make.driver(in_market=store.market))))


def carried(offer: Offer) -> Run:
    """A claimed run of an offer, in a market with rates and a ladder."""
    prepare(offer.market)
    run = make.run(offer)
    Trip.objects.filter(pk=offer.trip_id).update(status=TripStatus.COMMITTED)
    Offer.objects.filter(pk=offer.pk).update(status="accepted")
    return run


def prepare(market: Market) -> None:
    """Give a market its rates and its ladder."""
    PayScheme.objects.get_or_create(market=market)
    Ladder.objects.get_or_create(market=market)


def loaded(*, now: datetime = ONE, **how: Any) -> Run:
    """A run whose bags are all in the car."""
    run = claimed(**how)
    for stop in run.stops.filter(kind=Stop.Kind.PICKUP).order_by("position"):
        load_delivery(stop_id=stop.pk, bags=3, code="4711", now=now)
    return run


def pickup(run: Run) -> Stop:
    """The run's first pick-up as it stands."""
    return run.stops.filter(kind=Stop.Kind.PICKUP).order_by("position")[0]


def door(run: Run) -> Stop:
    """The run's first door as it stands."""
    return run.stops.filter(kind=Stop.Kind.DROP).order_by("position")[0]


def delivery_of(run: Run) -> Delivery:
    """The first delivery of a run as it stands."""
    return Delivery.objects.filter(carriers__run=run).order_by("pk")[0]


def picture(size: tuple[int, int] = (320, 240), form: str = "JPEG", **extra: Any) -> bytes:
    """A picture as a phone sends it: a door in a wall."""
    out, drawn = BytesIO(), Image.new("RGB", size, (40, 120, 60))
    drawn.paste((220, 200, 160), (size[0] // 4, size[1] // 4, size[0] // 2, size[1]))
    drawn.save(out, form, **extra)
    return out.getvalue()


def proof(run: Run, **what: Any) -> DropProof:
    """A photo and the position of the first open door, or whatever else is shown there."""
    here = run.stops.filter(kind=Stop.Kind.DROP, done_at__isnull=True, is_dropped=False).order_by("position").first()
    shown: dict[str, Any] = {"photo": photo(), "where": here.point if here else door(run).point}
    return DropProof(**(shown | what))


def come_to(run: Run, *, now: datetime = ONE) -> Stop:
    """The run's first door, reached and seen by the phone, and its bell rung."""
    here = door(run)
    arrive(stop_id=here.pk, lat=here.lat, lng=here.lng, now=now)
    return ring(stop_id=here.pk, now=now)


def fail(run: Run, reason: str = "nobody_home", *, now: datetime = ONE) -> Stop:
    """Fail at the run's first door after everything that nobody's answering needs; the wait lies before `now`."""
    here = come_to(run, now=now - timedelta(minutes=5))
    return fail_drop(stop_id=here.pk, reason=reason, now=now)


def photo() -> Photo:
    """A photo drawn anew."""
    return read_photo(picture())
