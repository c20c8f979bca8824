"""The only road from a driver's request to offers, runs and proofs: absent and foreign are both not found."""

from uuid import UUID

from django.db.models import Q
from django.shortcuts import get_object_or_404

from accounts.models import User
from dispatch.models import Offer, Proof, Run
from dispatch.states import RunStatus
from drivers.models import Driver


def offer_of(driver: Driver, public_id: UUID) -> Offer:
    """One offer made to this driver, whatever became of it."""
    return get_object_or_404(
        Offer.objects.select_related("trip", "market", "driver__market"), driver=driver, public_id=public_id
    )


def run_of(driver: Driver, public_id: UUID) -> Run:
    """One run of this driver, under way or over."""
    return get_object_or_404(Run.objects.select_related("trip", "market"), driver=driver, public_id=public_id)


def active_run_of(driver: Driver) -> Run | None:
    """The run this driver is on, if any."""
    return Run.objects.select_related("trip", "market").filter(driver=driver, status=RunStatus.ACTIVE).first()


def proof_of(user: User, public_id: UUID) -> Proof:
    """A proof, for those it concerns: the driver who made it, the shopper, the store's staff, operations."""
    rows = Proof.objects.select_related("run", "delivery")
    if not user.is_operator:
        rows = rows.filter(
            Q(run__driver__user=user)
            | Q(delivery__order__shopper=user)
            | Q(delivery__store__in=user.store_memberships.values("store"))
        )
    return get_object_or_404(rows, public_id=public_id)
