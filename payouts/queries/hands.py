"""Whose hands a settlement goes through."""

from dataclasses import dataclass

from accounts.models import User
from drivers.models import Firm, FirmMember, FirmRole
from payouts.models import Settlement
from payouts.states import SettlementStatus


@dataclass(frozen=True, slots=True)
class Hands:
    """Who did what to a settlement, and what its reader may do next."""

    closed_by: str
    approved_by: str
    sent_by: str
    may_pay: bool
    others: str  # who else may approve and send it
    is_own_work: bool  # the reader closed it, and it is not sent yet

    @property
    def must_leave_it(self) -> bool:
        """Whether the reader may pay, but not this week, for somebody else may as well."""
        return self.may_pay and self.is_own_work and bool(self.others)

    @property
    def is_alone(self) -> bool:
        """Whether the reader closed it and is the only one who may go on with it."""
        return self.may_pay and self.is_own_work and not self.others


def who_pays(firm: Firm) -> list[FirmMember]:
    """The members of a firm who may approve and pay, by name."""
    paying = FirmMember.objects.filter(firm=firm, role=FirmRole.OWNER, user__is_active=True)
    return list(paying.select_related("user").order_by("user__name", "pk"))


def hands_of(settlement: Settlement, reader: FirmMember) -> Hands:
    """Who closed, approved and sent a settlement, and whether its reader may go on with it: two queries."""
    actors = (settlement.closed_by, settlement.approved_by, settlement.sent_by)
    ids = {actor.removeprefix("user:") for actor in actors if is_person(actor)}
    names = {one.actor: str(one) for one in User.objects.filter(public_id__in=ids)}
    closed_by, approved_by, sent_by = (names.get(actor, actor) for actor in actors)
    return Hands(
        closed_by=closed_by,
        approved_by=approved_by,
        sent_by=sent_by,
        may_pay=reader.pays,
        others=", ".join(str(one.user) for one in who_pays(settlement.firm) if one.user_id != reader.user_id),
        is_own_work=settlement.closed_by == reader.user.actor
        and settlement.status in {SettlementStatus.CLOSED, SettlementStatus.APPROVED},
    )


def is_person(actor: str) -> bool:
    """Whether an actor of a history is somebody with an account: `user:` and an id of 36 characters."""
    return actor.startswith("user:") and len(actor) == len("user:") + 36
