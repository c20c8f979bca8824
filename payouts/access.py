"""The only road from an id in a request to a row of money: what is absent and what is another's are both 404."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from drivers.models import Driver, Firm, FirmMember
from payouts.models import AccountChange, Settlement, Statement

DISOWN_SALT = "payouts.disown"
DISOWN_LASTS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody at a firm's desk: as whom, and which other firms they work for."""

    member: FirmMember
    members: Sequence[FirmMember]

    @property
    def firm(self) -> Firm:
        """The firm whose desk it is."""
        return self.member.firm


def seat_of(user: User | AnonymousUser, chosen: str = "") -> Seat:
    """Where somebody sits: at the firm they chose, by its public id, or at the first they work for."""
    members = members_of(user)
    if not members:
        raise Http404
    found = next((one for one in members if str(one.firm.public_id) == chosen), members[0])
    return Seat(found, members)


def bookkeeper_seat(user: User | AnonymousUser, chosen: str = "") -> Seat:
    """Where somebody sits who may close weeks; others who work there are told no."""
    seat = seat_of(user, chosen)
    if not seat.member.keeps_books:
        raise PermissionDenied
    return seat


def members_of(user: User | AnonymousUser) -> list[FirmMember]:
    """What somebody is in which firms, by the names of the firms."""
    if not user.is_authenticated:
        return []
    rows = FirmMember.objects.filter(user=user.pk).select_related("firm", "user")
    return list(rows.order_by("firm__name", "pk"))


def driver_of(user: User | AnonymousUser) -> Driver:
    """The independent driver somebody is; whom a store employs has a wage and no pages of earnings."""
    rows = Driver.objects.select_related("firm", "market").filter(firm__isnull=False)
    driver = rows.filter(user=user.pk).first() if user.pk else None
    if driver is None:
        raise Http404
    return driver


def settlement_of(user: User | AnonymousUser, public_id: UUID) -> tuple[Settlement, Seat]:
    """A settlement of a firm one works for, and as whom one sits there."""
    members = members_of(user)
    firms = [one.firm_id for one in members]
    found = get_object_or_404(Settlement.objects.select_related("firm"), public_id=public_id, firm__in=firms)
    return found, Seat(next(one for one in members if one.firm_id == found.firm_id), members)


def payable_settlement_of(user: User | AnonymousUser, public_id: UUID) -> Settlement:
    """A settlement one may approve and pay; others who work there are told no."""
    found, seat = settlement_of(user, public_id)
    if not seat.member.pays:
        raise PermissionDenied
    return found


def statement_of_firm(user: User | AnonymousUser, public_id: UUID) -> tuple[Statement, Seat]:
    """A statement of a driver of a firm one works for, and as whom one sits there."""
    members = members_of(user)
    firms = [one.firm_id for one in members]
    found = get_object_or_404(_statements(), public_id=public_id, settlement__firm__in=firms)
    return found, Seat(next(one for one in members if one.firm_id == found.settlement.firm_id), members)


def statement_of_driver(user: User | AnonymousUser, public_id: UUID) -> Statement:
    """One of one's own statements."""
    return get_object_or_404(_statements(), public_id=public_id, driver=driver_of(user))


def account_change_of(user: User | AnonymousUser, public_id: UUID) -> AccountChange:
    """One of one's own changes of the bank account."""
    return get_object_or_404(AccountChange.objects, public_id=public_id, driver=driver_of(user))


def disowned_change(token: str) -> AccountChange:
    """The change that a link in a notice is about: its signature opens it, for whoever reads that mailbox."""
    try:
        public_id = UUID(signing.loads(token, salt=DISOWN_SALT, max_age=DISOWN_LASTS))
    except (signing.BadSignature, ValueError) as trouble:
        raise Http404 from trouble
    return get_object_or_404(AccountChange.objects.select_related("driver"), public_id=public_id)


def disown_token(change: AccountChange) -> str:
    """What the link in a notice carries."""
    return signing.dumps(change.public_id.hex, salt=DISOWN_SALT)


def _statements() -> QuerySet[Statement]:
    return Statement.objects.select_related("settlement__firm", "driver__user", "driver__market")
