"""A delivery that cannot be made: what has to be tried first, for each reason, before its bags go back."""

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_noop

from common.errors import DomainError, InvalidInput
from common.templatetags.homeward import clock
from common.transactions import needs_transaction
from dispatch.actions.alarms import raise_alarm
from dispatch.actions.live import tell
from dispatch.actions.locking import Held
from dispatch.actions.run_steps.doors import DropProof, add_proofs, check_at_door
from dispatch.actions.run_steps.loading import finish_stop
from dispatch.actions.run_steps.refusals import NotArrived, ProofMissing, RingFirst, WaitAtDoor
from dispatch.actions.run_steps.returning import turn_back
from dispatch.actions.run_steps.seeing import flag_unseen, is_seen, keep_why
from dispatch.actions.way_back import WayBack, way_broken_off, way_from_door
from dispatch.models import Proof, Stop
from dispatch.queries.proofs import door_wait
from dispatch.states import DeliveryStatus
from events.actions.record import record


class FailReason(models.TextChoices):
    """Why a delivery could not be made at its door. None of these counts against the driver."""

    NOBODY_HOME = "nobody_home", gettext_noop("Nobody is there")
    WRONG_ADDRESS = "wrong_address", gettext_noop("The address is wrong")
    REFUSED = "refused", gettext_noop("The shopper refused it")
    NO_ID = "no_id", gettext_noop("No valid ID, or not of age")
    NO_PASSCODE = "no_passcode", gettext_noop("The passcode is not known")
    UNSAFE = "unsafe", gettext_noop("It is not safe here")
    DAMAGED = "damaged", gettext_noop("The bags are damaged")
    GAVE_UP = "gave_up", gettext_noop("The run was given up")


AFTER_A_WAIT = frozenset({FailReason.NOBODY_HOME, FailReason.NO_PASSCODE})  # somebody may still come to the door
WITH_A_PHOTO = frozenset({FailReason.WRONG_ADDRESS, FailReason.DAMAGED})
ANYWHERE = frozenset({FailReason.UNSAFE})  # nobody has to go on to a door to say that the way there is not safe


@needs_transaction
def ring_at_door(held: Held, *, now: datetime) -> None:
    """Note that the driver rang or knocked and nobody came; the shopper reads it on the order page. Repeats are no-ops.

    Raises:
        NotArrived: nothing says yet that the driver is at the door.
    """
    if held.stop.kind == Stop.Kind.DROP and (held.stop.rang_at is not None or held.stop.done_at is not None):
        return
    check_at_door(held)
    if held.stop.arrived_at is None:
        raise NotArrived
    held.stop.rang_at = now
    held.stop.save(update_fields=["rang_at"])
    record("run.rang", run_id=held.run.pk, stop_id=held.stop.pk, delivery_id=held.delivery.pk, at=now)
    tell(held.run, [held.delivery], "rang")


@needs_transaction
def fail_at_door(held: Held, reason: str, proof: DropProof, *, now: datetime) -> DomainError | None:
    """Give up one delivery at its door; its return, with its own pay, joins the run. A repeat is a no-op.

    Every reason but danger needs the driver at the door: seen there by the phone, or else with a photo and a word why
    not, of which operations is told. Nobody answers only after the driver rang and waited.

    Raises:
        NotYet: something that the reason needs has not come, or the wait is not over; the phone sends it again.
        SayWhy: the phone does not show the driver at the door, and no word says why.
        InvalidInput: no such reason, or none that fits this order.
    """
    if held.stop.kind == Stop.Kind.DROP and held.delivery.status in {DeliveryStatus.RETURNING, DeliveryStatus.RETURNED}:
        return None
    check_at_door(held)
    label = label_of(held, reason)
    refusal = add_proofs(held, DropProof(photo=proof.photo, where=proof.where, note=label), now=now)
    if refusal is not None:
        return refusal
    was_seen = is_seen(held.stop, proof.where)
    if reason not in ANYWHERE:
        check_tried(held, FailReason(reason), proof, was_seen=was_seen, now=now)
    back = way_home(held, was_seen=was_seen, now=now)
    finish_stop(held.stop, now=now)
    held.stop.fail_reason = label
    held.stop.save(update_fields=["fail_reason"])
    turn_back(held.run, held.delivery, label, back, now=now)
    tell_operations(held, proof, was_seen=was_seen, now=now)
    tell(held.run, held.deliveries.values(), "failed")
    return None


def label_of(held: Held, reason: str) -> str:
    """The words of a reason's code, if it can be this order's."""
    if reason not in FailReason.values or reason == FailReason.GAVE_UP:
        raise InvalidInput("Choose one of the reasons.")
    if reason == FailReason.NO_ID and not held.order.age_limit:
        raise InvalidInput("This order holds nothing that needs an ID. Choose another reason.")
    if reason == FailReason.NO_PASSCODE and not held.order.passcode:
        raise InvalidInput("This order has no passcode. Choose another reason.")
    return str(FailReason(reason).label)


@needs_transaction
def check_tried(held: Held, reason: FailReason, proof: DropProof, *, was_seen: bool, now: datetime) -> None:
    """Refuse a reason before what it needs: being there, a photo, ringing, waiting."""
    if held.stop.arrived_at is None:
        raise NotArrived
    if not was_seen:
        keep_why(held, proof.why)
    if (not was_seen or reason in WITH_A_PHOTO) and not has_photo(held):
        raise ProofMissing("Take a photo of what you see first.")
    if reason in AFTER_A_WAIT:
        check_waited(held, now=now)


def has_photo(held: Held) -> bool:
    """Whether a photo of this door has come."""
    return held.delivery.proofs.filter(kind=Proof.Kind.PHOTO).exists()


def check_waited(held: Held, *, now: datetime) -> None:
    """Refuse to leave before ringing, and before the wait that the rules ask for is over, by our clock."""
    if held.stop.rang_at is None:
        raise RingFirst
    assert held.stop.arrived_at is not None  # checked before
    until = held.stop.arrived_at + door_wait(held.run.market, now)
    if now < until:
        raise WaitAtDoor(
            "Wait at the door until %(at)s. This is sent by itself then.", at=clock(until, held.run.market.zone)
        )


@needs_transaction
def way_home(held: Held, *, was_seen: bool, now: datetime) -> WayBack:
    """What is paid: all of the attempt for who was at the door, else the road that was driven."""
    if was_seen or (held.stop.arrived_at is not None and held.stop.why_unseen and has_photo(held)):
        return way_from_door(held.stop, held.delivery, now=now)
    return way_broken_off(held.run, held.delivery, now=now)


@needs_transaction
def tell_operations(held: Held, proof: DropProof, *, was_seen: bool, now: datetime) -> None:
    """Raise the alarms of a delivery that comes back, with what there is to judge it by."""
    stop = held.stop
    pickups = held.delivery.stops.filter(run=held.run, kind=Stop.Kind.PICKUP)
    left_at, facts = pickups.values_list("done_at", flat=True).first(), ""
    if left_at is not None and stop.arrived_at is not None:
        there, stayed = minutes(stop.arrived_at - left_at), minutes(now - stop.arrived_at)
        facts = f" {there} min from the store to the door, {stayed} min there."
    raise_alarm(
        market_id=held.run.market_id, kind="not_delivered", delivery_id=held.delivery.pk, now=now,
        text=f"{held.order.number} could not be delivered: {stop.fail_reason.lower()}.{facts}",
    )  # fmt: skip
    if not was_seen:
        flag_unseen(held, proof.where, "comes back", now=now)


def minutes(gap: timedelta) -> int:
    """Whole minutes of a time, none below zero."""
    return max(0, int(gap.total_seconds()) // 60)
