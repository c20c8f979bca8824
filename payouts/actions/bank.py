"""Sending a settlement to the bank, and booking what the bank says back."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, time

from django.db import transaction
from django.db.models import BigIntegerField, Max, Sum
from django.db.models.functions import Cast, Coalesce, Right
from django.utils.translation import gettext_noop

from common.clock import moment, zone_of
from common.errors import DomainError
from common.sealing import SealBroken, seal, unseal
from common.transactions import needs_transaction
from drivers.models import Firm
from events.actions.move import NotAllowedNow, move
from events.actions.record import record
from ledger import chart
from ledger.actions import Line, post
from payouts.actions.settlements import (
    CHANGED_ACCOUNT,
    NAME_FOR_NO_BANK,
    is_own_work,
    lock_firm,
    lock_settlement,
    payable_cents,
    reason_to_hold,
)
from payouts.models import BankFile, PayoutAccount, Settlement, Statement
from payouts.states import SettlementStatus
from providers.bank.base import AccountKind, BadCredit, BadPayment, Credit, Fault, Originator, Return
from providers.bank.base import BankFile as WrittenFile
from providers.bank.nacha import NachaBank, check_credit

FILE_IDS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


NOT_WRITABLE: Mapping[Fault, str] = {
    Fault.NAME: NAME_FOR_NO_BANK,
    Fault.ROUTING: gettext_noop("The routing number of the bank account is wrong. Enter the account again."),
    Fault.ACCOUNT: gettext_noop("The number of the bank account is wrong. Enter the account again."),
    Fault.AMOUNT: gettext_noop("The amount is more than one bank payment can hold."),
}
NOT_READABLE = gettext_noop("The number of the bank account can no longer be read. Enter the account again.")


class NothingToPay(DomainError):
    """No statement of this settlement can be paid now, so there is no file to send. Each says below why it is held."""

    code = "nothing_to_pay"


class FirmIncomplete(DomainError):
    """The bank file needs the firm's name, company ID and bank routing number. Correct them, then send again."""

    code = "firm_incomplete"


def send_settlement(*, settlement_id: int, by: str, now: datetime) -> Settlement:
    """Write the bank file of an approved settlement and book the money as under way.

    Locks the firm and the settlement; a repeat returns it with the file it has. A statement whose account was changed
    since closing is held and carried to the next period rather than paid to an account nobody looked at; so is one
    that no bank file can hold, and all others are paid.

    Raises:
        FirmIncomplete: the file cannot say who pays.
        NothingToPay: every statement is held, and is carried to the next period.
        NotAllowedNow: it is not approved yet.
        OwnWork: the same person closed it, and somebody else may send it.
    """
    with transaction.atomic(durable=True):
        settlement = lock_settlement(settlement_id)
        if settlement.status in {SettlementStatus.SENT, SettlementStatus.SETTLED}:
            return settlement
        if settlement.status != SettlementStatus.APPROVED:
            raise NotAllowedNow
        settlement.is_by_one_person |= is_own_work(settlement, by)
        statements = hold_unpayable(settlement, now=now)
        if statements:
            write_and_book(settlement, statements, by=by, now=now)
    if not statements:  # raised outside, so that what was held stays held
        raise NothingToPay
    return settlement


@needs_transaction
def write_and_book(settlement: Settlement, statements: Sequence[Statement], *, by: str, now: datetime) -> None:
    """Write the file that pays some statements of a locked settlement, and send it off in the books."""
    move(settlement, SettlementStatus.SENT, now=now, by=by)
    written = write_file(settlement.firm, statements, now=now)
    for statement, trace in zip(statements, written.traces, strict=True):
        statement.trace_number = trace
    Statement.objects.bulk_update(statements, ["trace_number"], batch_size=1_000)
    keep_file(settlement, written, entries=len(statements), now=now)
    book_sending(settlement, statements, now=now)
    settlement.sent_at, settlement.sent_by, settlement.total_cents = now, by, payable_cents(settlement)
    settlement.save(update_fields=["sent_at", "sent_by", "total_cents", "is_by_one_person"])
    record("settlement.sent", at=now, settlement_id=settlement.pk)


@needs_transaction
def hold_unpayable(settlement: Settlement, *, now: datetime) -> list[Statement]:
    """Hold what can no longer be paid as approved; return what can, in the order of the file.

    The account looked at is the row that the file is written from.
    """
    good: list[Statement] = []
    held: list[Statement] = []
    statements = settlement.statements.filter(hold_reason="").select_related("driver__payout_account", "driver__user")
    for statement in statements.order_by("driver__public_id"):
        account: PayoutAccount | None = getattr(statement.driver, "payout_account", None)
        statement.hold_reason = reason_to_hold(statement.total_cents, account, now)
        if account and settlement.closed_at and account.changed_at > settlement.closed_at:
            statement.hold_reason = statement.hold_reason or CHANGED_ACCOUNT
        statement.hold_reason = statement.hold_reason or not_writable(statement)
        (held if statement.hold_reason else good).append(statement)
    Statement.objects.bulk_update(held, ["hold_reason"], batch_size=1_000)
    return good


def not_writable(statement: Statement) -> str:
    """Why no bank file can hold a statement's payment; empty when one can."""
    try:
        check_credit(credit_of(statement))
    except SealBroken:
        return NOT_READABLE
    except BadCredit as refusal:
        return NOT_WRITABLE.get(refusal.fault, NOT_READABLE)
    return ""


def write_file(firm: Firm, statements: Sequence[Statement], *, now: datetime) -> WrittenFile:
    """The NACHA file that pays some statements, with traces that go on from the firm's last file.

    Raises:
        FirmIncomplete: the firm's own name or numbers fit no such file.
    """
    zone = zone_of(firm.timezone)
    local = now.astimezone(zone)
    since = moment(local.date(), time(), zone)
    today = BankFile.objects.filter(settlement__firm=firm, made_at__gte=since, made_at__lte=now).count()
    payments = [credit_of(statement) for statement in statements]
    bank = NachaBank(
        Originator(
            company_name=firm.name[:16],
            company_id=firm.company_id,
            bank_routing=firm.bank_routing,
            bank_name=firm.bank_name,
        )
    )
    modifier = FILE_IDS[today % len(FILE_IDS)]
    try:
        return bank.payment_file(payments=payments, created_at=local, first_trace=next_trace(firm), modifier=modifier)
    except BadPayment:
        raise FirmIncomplete from None


def credit_of(statement: Statement) -> Credit:
    """One statement as the bank needs it; the number is unsealed here and nowhere else."""
    account = statement.driver.payout_account
    return Credit(
        reference=statement.public_id.hex[:15].upper(),
        name=account.holder,
        routing=account.routing,
        account=unseal(bytes(account.sealed_number)),
        kind=AccountKind.SAVINGS if account.is_savings else AccountKind.CHECKING,
        amount_cents=statement.total_cents,
    )


def next_trace(firm: Firm) -> int:
    """The number after the highest trace a firm has used: no trace is ever used twice."""
    used = Statement.objects.filter(settlement__firm=firm).exclude(trace_number="")
    last = used.aggregate(last=Max(Cast(Right("trace_number", 7), BigIntegerField())))["last"]
    return int(last or 0) + 1


@needs_transaction
def keep_file(settlement: Settlement, written: WrittenFile, *, entries: int, now: datetime) -> BankFile:
    """Keep the file, sealed, as it was written."""
    return BankFile.objects.create(
        settlement=settlement,
        file_id=written.modifier,
        effective_on=written.effective_on,
        entry_count=entries,
        total_cents=written.total_cents,
        sealed_text=seal(written.text),
        sha256=hashlib.sha256(written.text.encode()).hexdigest(),
        made_at=now,
    )


@needs_transaction
def book_sending(settlement: Settlement, statements: Sequence[Statement], *, now: datetime) -> None:
    """Owe drivers no more what is on its way to them."""
    lines = [Line(chart.driver_payable(s.driver.public_id), s.total_cents) for s in statements]
    total = sum(s.total_cents for s in statements)
    lines.append(Line(chart.PAYOUTS_IN_TRANSIT, -total))
    post(kind="settlement.sent", source=str(settlement.public_id), occurred_at=now, lines=lines)


@transaction.atomic(durable=True)
def settle_settlement(*, settlement_id: int, by: str, now: datetime) -> Settlement:
    """Book that the bank paid a sent settlement out; a repeat changes nothing."""
    settlement = lock_settlement(settlement_id)
    if settlement.status == SettlementStatus.SETTLED:
        return settlement
    move(settlement, SettlementStatus.SETTLED, now=now, by=by)
    settlement.settled_at = now
    settlement.save(update_fields=["settled_at"])
    total = settlement.bank_file.total_cents - returned_cents(settlement)
    if total:
        lines = [Line(chart.PAYOUTS_IN_TRANSIT, total), Line(chart.BANK, -total)]
        post(kind="settlement.settled", source=str(settlement.public_id), occurred_at=now, lines=lines)
    return settlement


def returned_cents(settlement: Settlement) -> int:
    """What the bank has sent back of a settlement."""
    back = Statement.objects.filter(settlement=settlement, returned_at__isnull=False)
    return int(back.aggregate(total=Coalesce(Sum("total_cents"), 0))["total"])


@transaction.atomic(durable=True)
def book_returns(*, firm_id: int, returns: Sequence[Return], now: datetime) -> list[Statement]:
    """Owe drivers again what the bank sent back; the next closing pays it. A return told twice counts once.

    Money that was still under way comes back from there, and what was settled from the bank. A trace nobody knows is
    left alone: it is not ours to book. Locks the firm.
    """
    lock_firm(firm_id)
    reasons = {each.trace: each for each in returns}
    back = Statement.objects.select_for_update(of=("self",)).filter(
        settlement__firm=firm_id, trace_number__in=reasons, returned_at=None
    )
    statements = list(back.select_related("driver", "settlement").order_by("pk"))
    for statement in statements:
        reason = reasons[statement.trace_number]
        statement.returned_at = now
        statement.hold_reason = f"The bank sent it back ({reason.code}): {reason.reason}."[:120]
        statement.save(update_fields=["returned_at", "hold_reason"])
        payable = chart.driver_payable(statement.driver.public_id)
        is_settled = statement.settlement.status == SettlementStatus.SETTLED
        came_from = chart.BANK if is_settled else chart.PAYOUTS_IN_TRANSIT
        lines = [Line(came_from, statement.total_cents), Line(payable, -statement.total_cents)]
        post(kind="payout.returned", source=str(statement.public_id), occurred_at=now, lines=lines)
    return statements
