"""The only road from an id in a request to a row of money: what is absent and what is another's are both 404."""

from datetime import timedelta
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from drivers.models import Driver, Firm
from payouts.models import AccountChange, Settlement, Statement

DISOWN_SALT = "payouts.disown"
DISOWN_LASTS = timedelta(days=30)


def firm_of(user: User | AnonymousUser) -> Firm:
    """The firm somebody works for."""
    firm = Firm.objects.filter(members__user=user.pk).order_by("pk").first() if user.is_authenticated else None
    if firm is None:
        raise Http404
    return firm


def driver_of(user: User | AnonymousUser) -> Driver:
    """The driver somebody is."""
    driver = Driver.objects.select_related("firm", "market").filter(user=user.pk).first() if user.pk else None
    if driver is None:
        raise Http404
    return driver


def settlement_of(user: User | AnonymousUser, public_id: UUID) -> Settlement:
    """A settlement of one's own firm."""
    return get_object_or_404(Settlement.objects.select_related("firm"), public_id=public_id, firm=firm_of(user))


def statement_of_firm(user: User | AnonymousUser, public_id: UUID) -> Statement:
    """A statement of a driver of one's own firm."""
    return get_object_or_404(_statements(), public_id=public_id, settlement__firm=firm_of(user))


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
