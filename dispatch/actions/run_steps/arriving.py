"""Getting to a store or a door."""

from datetime import datetime, timedelta

from common.geo import Point, miles
from common.transactions import needs_transaction
from dispatch.actions.live import tell
from dispatch.actions.locking import Held
from dispatch.actions.run_steps.refusals import NotYet, RunIsOver, TooFarAway
from dispatch.actions.run_steps.seeing import is_near, metres_off, reason_of
from dispatch.actions.way_back import price_way_back
from dispatch.models import Delivery, Run, Stop
from dispatch.states import DeliveryStatus, RunStatus
from events.actions.move import move
from events.actions.record import record
from stores.models import Store


def check_live(held: Held) -> None:
    """Refuse steps of a run that is over, or at a stop that was taken out of it."""
    if held.stop.is_dropped or held.run.status != RunStatus.ACTIVE:
        raise RunIsOver


@needs_transaction
def arrive_at(held: Held, where: Point | None, why: str = "", *, now: datetime) -> None:
    """Note the arrival at a stop, and at the run's other stops of the same kind at that very place.

    A repeat keeps the first arrival, save that one which the phone shows takes the place of one which it did not.
    Without a position nothing is measured; from far off a reason is needed, a `WhyUnseen`.

    Raises:
        RunIsOver, NotYet: the stop's turn is past, or has not come.
        TooFarAway: the position told is not here, and no reason was given.
    """
    metres = metres_off(held.stop, where)
    if held.stop.arrived_at is not None and not is_better(held.stop, metres):
        return
    check_live(held)
    if held.stop.kind == Stop.Kind.DROP and held.delivery.status != DeliveryStatus.PICKED_UP:
        raise NotYet
    if metres is not None and not is_near(metres) and not reason_of(why):
        raise TooFarAway(
            "Your phone says you are %(miles)s mi from this stop. Go there, or say why your phone is wrong.",
            miles=f"{miles(metres):.1f}",
        )
    held.stop.why_unseen = "" if is_near(metres) else reason_of(why)
    note_arrival(held, metres, now=now)
    shift_etas(held.run, held.stop, now=now)
    tell(held.run, held.deliveries.values(), "arrived")


def is_better(stop: Stop, metres: int | None) -> bool:
    """Whether an arrival shows the driver at a stop that is still open, and the one on file does not."""
    return stop.done_at is None and is_near(metres) and not stop.was_seen


@needs_transaction
def note_arrival(held: Held, metres: int | None, *, now: datetime) -> None:
    """Write an arrival, measured or implied by a later step, for all stops of the run that it settles.

    One told from far off takes no bay and does not bring its delivery to the store. At a door the pay for a way back,
    should there be one, is fixed now: the driver sees it before choosing anything.
    """
    here, is_far = held.stop, metres is not None and not is_near(metres)
    same = Stop.objects.filter(
        run=held.run, kind=here.kind, lat=here.lat, lng=here.lng, done_at__isnull=True, is_dropped=False
    ).order_by("position")
    bay = free_bay(held.delivery.store_id) if here.kind == Stop.Kind.PICKUP and not is_far else None
    for stop in same:
        if stop.arrived_at is not None and not is_better(stop, metres):
            continue
        stop.arrived_at, stop.arrived_metres, stop.bay, stop.why_unseen = now, metres, bay, here.why_unseen
        stop.save(update_fields=["arrived_at", "arrived_metres", "bay", "why_unseen"])
        if stop.kind == Stop.Kind.PICKUP and not is_far:
            move_to_store(held.deliveries[stop.delivery_id], held.driver_actor, now=now)
        if stop.kind == Stop.Kind.DROP:
            price_way_back(stop, held.deliveries[stop.delivery_id], now=now)
        record("run.arrived", run_id=held.run.pk, stop_id=stop.pk, delivery_id=stop.delivery_id, at=now)
    here.refresh_from_db()


@needs_transaction
def move_to_store(delivery: Delivery, actor: str, *, now: datetime) -> None:
    """A claimed delivery's driver is at the store; the store may have handed it over already."""
    if delivery.status == DeliveryStatus.CLAIMED:
        move(delivery, DeliveryStatus.AT_STORE, now=now, by=actor)


@needs_transaction
def free_bay(store_id: int) -> int | None:
    """The lowest bay nobody stands in; None when all are taken. Locks the store, so that no two get the same."""
    store = Store.objects.select_for_update(no_key=True).get(pk=store_id)
    taken = Stop.objects.filter(
        delivery__store_id=store_id, kind=Stop.Kind.PICKUP, bay__isnull=False, done_at__isnull=True, is_dropped=False,
        run__status=RunStatus.ACTIVE,
    ).values_list("bay", flat=True)  # fmt: skip
    free = set(range(1, store.bays + 1)) - set(taken)
    return min(free, default=None)


@needs_transaction
def shift_etas(run: Run, at: Stop, *, now: datetime) -> None:
    """Move the estimates of a run's further stops by what it is early or late at this one."""
    shift_from(run, at.position, now - at.eta_at)


@needs_transaction
def shift_from(run: Run, position: int, by: timedelta) -> None:
    """Move all later estimates of a run, and what the shoppers are told."""
    for stop in run.stops.filter(position__gt=position, arrived_at__isnull=True, is_dropped=False):
        set_eta(stop, stop.eta_at + by)


@needs_transaction
def set_eta(stop: Stop, eta_at: datetime) -> None:
    """Write one estimate; a door's is also the promise on the shopper's page."""
    Stop.objects.filter(pk=stop.pk).update(eta_at=eta_at)
    if stop.kind == Stop.Kind.DROP:
        Delivery.objects.filter(pk=stop.delivery_id).update(promised_by=eta_at)
