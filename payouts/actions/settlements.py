"""Closing a firm's period, approving it, paying it by the bank, and booking what comes back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop

from common.errors import DomainError
from common.transactions import needs_transaction
from drivers.models import Firm
from events.actions.move import move, note_status
from events.actions.record import record
from payouts.models import Earning, PayoutAccount, Settlement, Statement
from payouts.queries.hands import who_pays
from payouts.states import SettlementStatus
from providers.bank.nacha import carries_name

ACCOUNT_HOLD = timedelta(hours=72)
NO_ACCOUNT = gettext_noop("No bank account on file.")
NEW_ACCOUNT = gettext_noop("The bank account was changed less than 72 hours ago.")
CHANGED_ACCOUNT = gettext_noop("The bank account was changed after the period was closed.")
FROZEN_ACCOUNT = gettext_noop("The change of the bank account was reported as somebody else's.")
NOTHING_DUE = gettext_noop("Nothing is due.")
NAME_FOR_NO_BANK = gettext_noop("The name on the account is not in Latin letters. Enter it as your bank writes it.")


class PeriodNotOver(DomainError):
    """This period is not over yet: what drivers still earn in it would be left out."""

    code = "period_not_over"


class PeriodOverlaps(DomainError):
    """This period overlaps one that is closed already."""

    code = "period_overlaps"


class OwnWork(DomainError):
    """You closed this week, so somebody else approves and sends it."""

    code = "own_work"


@transaction.atomic(durable=True)
def close_settlement(*, firm_id: int, starts_at: datetime, ends_at: datetime, by: str, now: datetime) -> Settlement:
    """Close a firm's period: take in every earning before its end, and write each driver's statement.

    Locks the firm, so that two people closing at once make one settlement; closing again returns it. An earning of an
    earlier period that nobody settled (it came late) is taken in too: nothing a driver earned is ever left behind.

    Raises:
        PeriodNotOver: the end lies ahead.
        PeriodOverlaps: another settlement covers part of it.
    """
    if ends_at > now:
        raise PeriodNotOver
    firm = lock_firm(firm_id)
    known = Settlement.objects.filter(firm=firm, starts_at=starts_at, ends_at=ends_at).first()
    if known is not None:
        return known
    if Settlement.objects.filter(firm=firm, starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        raise PeriodOverlaps
    settlement = Settlement.objects.create(firm=firm, starts_at=starts_at, ends_at=ends_at)
    note_status(settlement, now=now, by=by)
    Earning.objects.filter(settlement=None, driver__firm=firm, earned_at__lt=ends_at).update(settlement=settlement)
    write_statements(settlement, now=now)
    settlement.total_cents = payable_cents(settlement)
    settlement.closed_at, settlement.closed_by = now, by
    settlement.save(update_fields=["total_cents", "closed_at", "closed_by"])
    move(settlement, SettlementStatus.CLOSED, now=now, by=by)
    record("settlement.closed", at=now, settlement_id=settlement.pk)
    return settlement


@needs_transaction
def lock_firm(firm_id: int) -> Firm:
    """One firm, locked."""
    return Firm.objects.select_for_update(no_key=True).get(pk=firm_id)


@needs_transaction
def write_statements(settlement: Settlement, *, now: datetime) -> None:
    """Write one statement for each driver with earnings in the period or with an earlier payment to make up for."""
    sums = {row["driver"]: row for row in earned_by_driver(settlement)}
    unpaid = Statement.objects.filter(settlement__firm=settlement.firm, carried_to=None)
    unpaid = unpaid.exclude(hold_reason="").exclude(total_cents=0)  # nothing would be carried on for ever
    carried: dict[int, list[Statement]] = {}
    for old in unpaid.exclude(settlement=settlement).select_for_update(of=("self",)).order_by("pk"):
        carried.setdefault(old.driver_id, []).append(old)
    accounts = {account.driver_id: account for account in PayoutAccount.objects.filter(driver__firm=settlement.firm)}
    statements = [
        statement_for(settlement, driver, sums.get(driver), carried.get(driver, ()), accounts.get(driver), now)
        for driver in sorted(sums.keys() | carried.keys())
    ]
    Statement.objects.bulk_create(statements, batch_size=1_000)
    for statement in statements:
        olds = [old.pk for old in carried.get(statement.driver_id, ())]
        if olds:
            Statement.objects.filter(pk__in=olds).update(carried_to=statement)


def earned_by_driver(settlement: Settlement) -> list[dict[str, int]]:
    """Sums of a settlement's earnings by driver: one query, whatever their number."""
    rows = (
        Earning.objects.filter(settlement=settlement)
        .values("driver")
        .annotate(
            deliveries=Count("pk", filter=Q(kind=Earning.Kind.DELIVERY)),
            seconds=Sum("engaged_seconds"),
            pay=Sum("pay_cents"),
            tip=Sum("tip_cents"),
            topup=Sum("topup_cents"),
        )
    )
    return [{name: int(value) for name, value in row.items()} for row in rows]  # type: ignore[call-overload]


def statement_for(
    settlement: Settlement,
    driver_id: int,
    sums: dict[str, int] | None,
    carried: Sequence[Statement],
    account: PayoutAccount | None,
    now: datetime,
) -> Statement:
    """One driver's statement, not saved: held when it cannot be paid, with the reason the driver reads."""
    earned = sums or {"deliveries": 0, "seconds": 0, "pay": 0, "tip": 0, "topup": 0}
    brought = sum(old.total_cents for old in carried)
    total = earned["pay"] + earned["tip"] + earned["topup"] + brought
    return Statement(
        settlement=settlement,
        driver_id=driver_id,
        deliveries=earned["deliveries"],
        engaged_seconds=earned["seconds"],
        pay_cents=earned["pay"],
        tip_cents=earned["tip"],
        topup_cents=earned["topup"],
        carried_cents=brought,
        total_cents=total,
        account_last4=account.last4 if account else "",
        hold_reason=reason_to_hold(total, account, now),
    )


def reason_to_hold(total_cents: int, account: PayoutAccount | None, now: datetime) -> str:
    """Why a statement cannot be paid now; empty when it can."""
    if total_cents <= 0:
        return NOTHING_DUE
    if account is None:
        return NO_ACCOUNT
    if account.frozen_at is not None:
        return FROZEN_ACCOUNT
    if not carries_name(account.holder):
        return NAME_FOR_NO_BANK
    return NEW_ACCOUNT if now < account.changed_at + ACCOUNT_HOLD else ""


def payable_cents(settlement: Settlement) -> int:
    """What the bank will be asked to pay for a settlement."""
    paid = Statement.objects.filter(settlement=settlement, hold_reason="")
    return int(paid.aggregate(total=Coalesce(Sum("total_cents"), 0))["total"])


@transaction.atomic(durable=True)
def approve_settlement(*, settlement_id: int, by: str, now: datetime) -> Settlement:
    """Let a closed settlement be paid; a repeat changes nothing.

    Raises:
        OwnWork: the same person closed it, and somebody else may approve it.
    """
    settlement = lock_settlement(settlement_id)
    if settlement.status == SettlementStatus.APPROVED:
        return settlement
    settlement.is_by_one_person |= is_own_work(settlement, by)
    move(settlement, SettlementStatus.APPROVED, now=now, by=by)
    settlement.approved_at, settlement.approved_by = now, by
    settlement.save(update_fields=["approved_at", "approved_by", "is_by_one_person"])
    return settlement


def is_own_work(settlement: Settlement, by: str) -> bool:
    """Whether somebody approves or pays what they closed, because the firm has nobody else who may.

    Raises:
        OwnWork: somebody else may.
    """
    if by != settlement.closed_by:
        return False
    others = [one.user for one in who_pays(settlement.firm) if one.user.actor != by]
    if others:
        raise OwnWork(
            "You closed this week, so somebody else approves and sends it: %(names)s.",
            names=", ".join(str(one) for one in others),
        )
    return True


@needs_transaction
def lock_settlement(settlement_id: int) -> Settlement:
    """One settlement, locked after its firm: files, traces and returns of a firm come one after the other."""
    lock_firm(Settlement.objects.values_list("firm_id", flat=True).get(pk=settlement_id))
    return Settlement.objects.select_for_update(no_key=True, of=("self",)).select_related("firm").get(pk=settlement_id)
