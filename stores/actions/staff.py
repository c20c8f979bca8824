"""Who works in a store."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User
from common.errors import DomainError, InvalidInput
from events.models import StatusChange
from stores.models import StoreStaff
from stores.models.staff import StaffRole


class LastManager(DomainError):
    """A store keeps at least one manager. Make somebody else manager first."""

    code = "last_manager"


class NotConfirmed(DomainError):
    """This address has an account, but whoever made it never confirmed that the address is theirs."""

    code = "not_confirmed"


@transaction.atomic(durable=True)
def hire_staff(*, store_id: int, email: str, name: str, role: str, by: str, now: datetime) -> StoreStaff:
    """Let a person work in a store; who has no account yet gets one and sets a password by e-mail.

    Hiring somebody again changes the role.

    Raises:
        InvalidInput: no such role.
        NotConfirmed: the account may be a stranger's, who took the address before its owner did.
    """
    if role not in StaffRole.values:
        raise InvalidInput("Choose picker, lead or manager.")
    person = User.objects.filter(email__iexact=email).first()
    if person is None:
        person = User.objects.create_user(email, None, name=name[:80])
    elif not person.is_staff and not EmailAddress.objects.filter(user=person, verified=True).exists():
        raise NotConfirmed(f"{email} has an account that never confirmed this address. Ask them to confirm it first.")
    if not person.is_staff:
        person.is_staff = True
        person.save(update_fields=["is_staff"])
    membership, _ = StoreStaff.objects.update_or_create(user=person, store_id=store_id, defaults={"role": role})
    note(membership, "", role, by=by, now=now)
    return membership


@transaction.atomic(durable=True)
def change_role(*, membership_id: int, role: str, by: str, now: datetime) -> StoreStaff:
    """Give somebody another role in their store.

    Raises:
        LastManager: the store would have none.
        InvalidInput: no such role.
    """
    if role not in StaffRole.values:
        raise InvalidInput("Choose picker, lead or manager.")
    membership = StoreStaff.objects.select_for_update(no_key=True, of=("self",)).get(pk=membership_id)
    if membership.role == role:
        return membership
    keep_a_manager(membership)
    note(membership, membership.role, role, by=by, now=now)
    membership.role = role
    membership.save(update_fields=["role"])
    return membership


@transaction.atomic(durable=True)
def dismiss_staff(*, membership_id: int, by: str, now: datetime) -> None:
    """End somebody's work in a store; who works in none any more cannot enter the desk. A repeat is a no-op.

    Raises:
        LastManager: the store would have none.
    """
    membership = StoreStaff.objects.select_for_update(of=("self",)).filter(pk=membership_id).first()
    if membership is None:
        return
    keep_a_manager(membership)
    note(membership, membership.role, "left", by=by, now=now)
    user_id = membership.user_id
    membership.delete()
    if not StoreStaff.objects.filter(user_id=user_id).exists():
        User.objects.filter(pk=user_id, is_superuser=False).update(is_staff=False)


def keep_a_manager(membership: StoreStaff) -> None:
    """Refuse to take the last manager from a store. Locks all of them, so that two do not leave at once."""
    if membership.role != StaffRole.MANAGER:
        return
    managers = StoreStaff.objects.select_for_update(of=("self",)).filter(
        store_id=membership.store_id, role=StaffRole.MANAGER
    )
    if len(managers.order_by("pk")) < 2:
        raise LastManager


def note(membership: StoreStaff, before: str, after: str, *, by: str, now: datetime) -> None:
    """Keep who gave whom which role."""
    StatusChange.objects.create(
        kind="storestaff",
        object_id=membership.pk,
        from_status=before,
        to_status=after,
        at=now,
        actor=by,
        reason=f"{membership.user.actor} in store {membership.store_id}",
    )
