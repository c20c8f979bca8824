"""At the door: proof, delivered, or not."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_noop

from common.errors import DomainError
from common.geo import Point
from common.transactions import needs_transaction
from dispatch.actions.live import tell
from dispatch.actions.locking import Held
from dispatch.actions.paying import offered_tip_cents, pay_delivery
from dispatch.actions.proof import Photo
from dispatch.actions.run_steps.arriving import check_live
from dispatch.actions.run_steps.codes import check_code
from dispatch.actions.run_steps.ending import end_run_if_done
from dispatch.actions.run_steps.loading import finish_stop
from dispatch.actions.run_steps.refusals import NoIdCheck, NotYet, ProofMissing, WrongStop
from dispatch.actions.run_steps.seeing import flag_unseen, is_seen, keep_why, metres_off
from dispatch.models import Proof, Stop
from dispatch.queries.proofs import proofs_needed
from dispatch.states import DeliveryStatus
from events.actions.move import NotAllowedNow, move
from events.actions.record import record
from orders.actions.fulfil import finish_order

MISSING = {
    Proof.Kind.ID_CHECK: gettext_noop("Check an ID first: this order holds age-restricted goods."),
    Proof.Kind.PASSCODE: gettext_noop("Ask for the four-digit passcode first; the shopper sees it on the order page."),
    Proof.Kind.PHOTO: gettext_noop("Take a photo of the bags at the door first."),
}


@dataclass(frozen=True, slots=True)
class DropProof:
    """What a driver brings to show that a delivery was made; several may come together."""

    passcode: str = ""
    photo: Photo | None = None
    id_checked: bool = False
    where: Point | None = None
    note: str = ""
    why: str = ""  # a WhyUnseen, where the phone does not show the driver at the door


@needs_transaction
def add_proofs(held: Held, proof: DropProof, *, now: datetime) -> DomainError | None:
    """Keep what a driver shows at the door, each kind once. A wrong passcode is counted and refused.

    Raises:
        NotYet: the bags have not been picked up, as far as we know.
    """
    have = set(held.delivery.proofs.values_list("kind", flat=True))
    if held.delivery.status == DeliveryStatus.DELIVERED:
        keep_late_photo(held, proof, have, now=now)
        return None
    check_at_door(held)
    if proof.passcode and held.order.passcode and Proof.Kind.PASSCODE not in have:
        refusal = check_code(held, proof.passcode, held.order.passcode, now=now)
        if refusal is not None:
            return refusal
        keep(held, Proof.Kind.PASSCODE, proof, now=now)
    if proof.photo is not None and Proof.Kind.PHOTO not in have:
        keep(held, Proof.Kind.PHOTO, proof, now=now)
    if proof.id_checked and held.order.age_limit and Proof.Kind.ID_CHECK not in have:
        if not held.run.driver.is_age_verified:
            raise NoIdCheck("Your firm has not cleared you to hand over age-restricted goods. Bring it back with pay.")
        keep(held, Proof.Kind.ID_CHECK, proof, now=now)
    return None


@needs_transaction
def keep_late_photo(held: Held, proof: DropProof, have: set[str], *, now: datetime) -> None:
    """Keep a photo that was under way while its delivery was finished by other proof: it belongs to it all the same."""
    if held.stop.kind == Stop.Kind.DROP and proof.photo is not None and Proof.Kind.PHOTO not in have:
        keep(held, Proof.Kind.PHOTO, proof, now=now)


def check_at_door(held: Held) -> None:
    """Refuse proofs for anything but a delivery in the car."""
    if held.stop.kind != Stop.Kind.DROP:
        raise WrongStop
    if held.delivery.status in {DeliveryStatus.CLAIMED, DeliveryStatus.AT_STORE}:
        raise NotYet
    check_live(held)
    if held.delivery.status != DeliveryStatus.PICKED_UP:
        raise NotAllowedNow


@needs_transaction
def keep(held: Held, kind: Proof.Kind, proof: DropProof, *, now: datetime) -> None:
    """Write one proof, with the place the phone told."""
    where = proof.where
    row = Proof(
        delivery=held.delivery, run=held.run, kind=kind, at=now, note=proof.note[:120],
        lat=where.lat if where else None, lng=where.lng if where else None, metres=metres_off(held.stop, where),
    )  # fmt: skip
    if kind == Proof.Kind.PHOTO and proof.photo is not None:
        row.photo.save(proof.photo.name, proof.photo.file(), save=False)
    row.save()


@needs_transaction
def deliver(held: Held, proof: DropProof, *, now: datetime) -> DomainError | None:
    """Finish a delivery at its door, in one transaction with the order, the earning and the run. Repeats are no-ops.

    The arrival and the loading are implied where the phone's word of them is still under way.

    Raises:
        NotYet: the bags have not been picked up, as far as we know.
        ProofMissing: a proof that this delivery needs has not come.
        SayWhy: the phone does not show the driver at the door, and no reason was given.
    """
    if held.stop.kind == Stop.Kind.DROP and held.delivery.status == DeliveryStatus.DELIVERED:
        return None
    refusal = add_proofs(held, proof, now=now)
    if refusal is not None:
        return refusal
    check_proofs(held)
    if not is_seen(held.stop, proof.where):
        check_unseen(held, proof.why)
        flag_unseen(held, proof.where, "was delivered", now=now)
    finish_stop(held.stop, now=now)
    imply_loaded(held, now=now)
    finish_order(held.order, by=held.driver_actor, now=now, offered_tip_cents=offered_tip_cents(held))
    move(held.delivery, DeliveryStatus.DELIVERED, now=now, by=held.driver_actor)
    held.delivery.delivered_at = now
    held.delivery.save(update_fields=["delivered_at"])
    pay_delivery(held, now=now)
    record("delivery.delivered", delivery_id=held.delivery.pk, order_id=held.order.pk, run_id=held.run.pk, at=now)
    tell(held.run, held.deliveries.values(), "delivered")
    end_run_if_done(held.run, at=held.stop.point, now=now)
    return None


def check_proofs(held: Held) -> None:
    """Refuse to finish without every proof this delivery needs."""
    have = set(held.delivery.proofs.values_list("kind", flat=True))
    for kind in proofs_needed(held.order.age_limit, bool(held.order.passcode)):
        if kind not in have:
            raise ProofMissing(MISSING[kind])


@needs_transaction
def check_unseen(held: Held, why: str) -> None:
    """Take a delivery from a driver whom the phone does not show at the door: with the passcode, or photo and reason.

    A pin in the wrong place is not the driver's fault, so this never stops a delivery that can be shown.
    """
    have = set(held.delivery.proofs.values_list("kind", flat=True))
    if Proof.Kind.PASSCODE in have:
        return
    keep_why(held, why)
    if Proof.Kind.PHOTO not in have:
        raise ProofMissing(MISSING[Proof.Kind.PHOTO])


@needs_transaction
def imply_loaded(held: Held, *, now: datetime) -> None:
    """Close the pick-up of a delivery whose loading was never told: it is at its door, so it was loaded."""
    stop = Stop.objects.filter(
        run=held.run, delivery=held.delivery, kind=Stop.Kind.PICKUP, done_at__isnull=True
    ).first()
    if stop is not None:
        finish_stop(stop, now=now)
