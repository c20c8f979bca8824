"""Doing a run, step by step. Every step may be sent late, twice or out of order: the end is the same.

Each action here opens its own transaction and is safe to repeat. A phone sends its steps through
`dispatch.actions.commands.obey`, which keeps the answer under the phone's key.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from common.errors import DomainError
from common.geo import Point
from common.patience import refuse_when_busy
from common.sweeping import each
from dispatch.actions.locking import Held, hold_stop, lock_carried
from dispatch.actions.run_steps.arriving import arrive_at
from dispatch.actions.run_steps.doors import DropProof, deliver
from dispatch.actions.run_steps.failing import fail_at_door, ring_at_door
from dispatch.actions.run_steps.giving_up import GiveUpReason, leave_everything
from dispatch.actions.run_steps.loading import hand_over_bags, load_bags
from dispatch.actions.run_steps.returning import bring_back
from dispatch.models import Run, Stop
from dispatch.models.runs import SEEN_METRES
from dispatch.states import RunStatus
from drivers.actions.bookings import drop_out
from events.actions.move import SYSTEM

DEFAULT_NO_SHOW_SECONDS = 900
TIMES_AS_PATIENT = 3  # with a driver who says to be at the store while the phone tells no position
THERE = Q(arrived_metres__lte=SEEN_METRES) | Q(done_at__isnull=False) | Q(handed_over_at__isnull=False)


@refuse_when_busy
@transaction.atomic(durable=True)
def arrive(*, stop_id: int, lat: float | None, lng: float | None, now: datetime, why: str = "") -> Stop:
    """Tell that the driver is at a stop; a store gives a bay. Far off is refused, or kept with a reason and no bay.

    Raises:
        RunIsOver, NotYet, TooFarAway
    """
    held = hold_stop(stop_id)
    arrive_at(held, None if lat is None or lng is None else Point(lat, lng), why, now=now)
    return held.stop


@refuse_when_busy
def confirm_handover(*, stop_id: int, code: str, bags: int, by: str, now: datetime) -> Stop:
    """Pass an order's bags to its driver against the order's code; the order is handed over. By staff or by the driver.

    Raises:
        WrongCode, CodeLocked: counted, five at most.
        WrongBagCount, RunIsOver
    """
    with transaction.atomic(durable=True):
        held = hold_stop(stop_id)
        refusal = hand_over_bags(held, code, bags, by=by, now=now)
    return kept(held, refusal)


@refuse_when_busy
def load_delivery(*, stop_id: int, bags: int, now: datetime, code: str = "") -> Stop:
    """Tell that the bags are in the car; with the store's code where staff have not confirmed the hand-over.

    Raises:
        NotHandedOver, WrongCode, CodeLocked, WrongBagCount, RunIsOver
    """
    with transaction.atomic(durable=True):
        held = hold_stop(stop_id)
        refusal = load_bags(held, bags, code, now=now)
    return kept(held, refusal)


@refuse_when_busy
def complete_drop(*, stop_id: int, proof: DropProof, now: datetime) -> Stop:
    """Finish a delivery: order, delivery, earning and run in one transaction, with the proof it needs.

    Raises:
        NotYet, ProofMissing: something earlier has not come.
        WrongCode, CodeLocked: counted, five at most.
        NoIdCheck, RunIsOver
    """
    with transaction.atomic(durable=True):
        held = hold_stop(stop_id)
        refusal = deliver(held, proof, now=now)
    return kept(held, refusal)


@refuse_when_busy
@transaction.atomic(durable=True)
def ring(*, stop_id: int, now: datetime) -> Stop:
    """Tell that the driver rang at a door and nobody came; the shopper is told.

    Raises:
        NotYet, RunIsOver
    """
    held = hold_stop(stop_id)
    ring_at_door(held, now=now)
    return held.stop


@refuse_when_busy
def fail_drop(*, stop_id: int, reason: str, now: datetime, proof: DropProof | None = None) -> Stop:
    """Tell that a delivery cannot be made at its door; its return joins the run. `reason` is a FailReason.

    Raises:
        NotYet: not there yet, not rung, not waited, or a photo is missing.
        SayWhy, RunIsOver, InvalidInput
    """
    with transaction.atomic(durable=True):
        held = hold_stop(stop_id)
        refusal = fail_at_door(held, reason, proof or DropProof(), now=now)
    return kept(held, refusal)


@refuse_when_busy
def return_delivery(*, stop_id: int, code: str, by: str, now: datetime) -> Stop:
    """Give a delivery back to its store at the run's return stop; attempt and way back are paid.

    Raises:
        WrongCode, CodeLocked, RunIsOver
    """
    with transaction.atomic(durable=True):
        held = hold_stop(stop_id)
        refusal = bring_back(held, code, by=by, now=now)
    return kept(held, refusal)


def kept(held: Held, refusal: DomainError | None) -> Stop:
    """Raise a counted refusal after its count is committed."""
    if refusal is not None:
        raise refusal
    return held.stop


@refuse_when_busy
@transaction.atomic(durable=True)
def give_up_run(*, run_id: int, reason: str, now: datetime, by: str = "") -> Run:
    """Leave a run: orders still at the store are offered anew at once, bags in the car go back. A repeat is a no-op.

    `reason` is a GiveUpReason; with cause it never counts, and there is no score that it could count in.

    Raises:
        InvalidInput: no such reason.
    """
    run, deliveries = lock_carried(run_id)
    leave_everything(run, deliveries, reason, by=by or run.driver.user.actor, now=now)
    return run


def release_no_shows(*, now: datetime) -> int:
    """Take runs from drivers who have not turned up at the store; return how many. Their orders are offered anew."""
    late = [pk for pk, due_at in first_arrivals(now) if due_at <= now]
    released: list[bool] = []
    each(late, lambda pk: released.append(release_no_show(run_id=pk, now=now)), sweep="no-shows")
    return sum(released)


def first_arrivals(now: datetime) -> list[tuple[int, datetime]]:
    """Active runs whose driver was not seen to arrive, each with the moment at which they count as not coming."""
    runs = (
        Run.objects.filter(status=RunStatus.ACTIVE, stops__kind=Stop.Kind.PICKUP, stops__eta_at__lt=now)
        .exclude(stops__in=Stop.objects.filter(THERE))
        .distinct()
        .select_related("market__ladder")
    )
    found = []
    for run in runs:
        first = run.stops.filter(kind=Stop.Kind.PICKUP, is_dropped=False).order_by("position").first()
        if first is not None:
            found.append((run.pk, max(first.eta_at, run.started_at) + timedelta(seconds=patience_with(run, first))))
    return found


def patience_with(run: Run, first: Stop) -> int:
    """Seconds after the expected arrival at which a driver counts as not coming: more for one who cannot be seen.

    Who says so from far off is not there.
    """
    says_so_unseen = first.arrived_at is not None and first.arrived_metres is None
    return patience(run) * (TIMES_AS_PATIENT if says_so_unseen else 1)


def patience(run: Run) -> int:
    """Seconds after the expected arrival at which a driver counts as not coming."""
    ladder = getattr(run.market, "ladder", None)
    return ladder.no_show_seconds if ladder else DEFAULT_NO_SHOW_SECONDS


@transaction.atomic(durable=True)
def release_no_show(*, run_id: int, now: datetime) -> bool:
    """Take one run from its driver unless somebody has arrived in the meantime; a block is left with it."""
    run, deliveries = lock_carried(run_id)
    if run.status != RunStatus.ACTIVE or run.stops.filter(THERE).exists():
        return False
    leave_everything(run, deliveries, GiveUpReason.NO_SHOW, by=SYSTEM, now=now)
    if run.trip.booking_id is not None:
        drop_out(booking_id=run.trip.booking_id, now=now)
    return True
