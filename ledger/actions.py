"""Everything that writes to the books: open an account, post, close a period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction

from common.errors import DomainError
from common.transactions import needs_transaction
from ledger.chart import kind_of
from ledger.models import Account, Entry, Kind, PeriodLock, Posting


class LedgerConflict(DomainError):
    """This was already booked, with other amounts."""

    code = "ledger_conflict"


class UnknownAccount(DomainError):
    """There is no such account in the books."""

    code = "unknown_account"


class PeriodClosed(DomainError):
    """The books of that day are closed."""

    code = "period_closed"


class Unbalanced(DomainError):
    """The amounts of a posting do not add up to zero."""

    code = "unbalanced"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry to be made: cents into an account (debit, above zero) or out of it (credit, below)."""

    account: str
    amount_cents: int


def account(code: str, kind: Kind | str | None = None) -> Account:
    """Open an account, or return the one that is open; the chart knows the kind of its own codes.

    Raises:
        UnknownAccount: a code the chart does not know, without a kind.
        LedgerConflict: the account is open as another kind.
    """
    wanted = Kind(kind) if kind else kind_of(code)
    if wanted is None:
        raise UnknownAccount(f"There is no account {code!r} in the chart.")
    # Not get_or_create: its savepoint costs two round trips, and an insert that yields needs none.
    Account.objects.bulk_create([Account(code=code, kind=wanted)], ignore_conflicts=True)
    found = Account.objects.get(code=code)
    if found.kind != wanted:
        raise LedgerConflict(f"The account {code} is open as {found.kind}.")
    return found


@needs_transaction
def post(*, kind: str, source: str, occurred_at: datetime, lines: Sequence[Line], memo: str = "") -> Posting:
    """Book one thing that happened to money, once.

    Lines of the same account are added together and zero lines left out. A repeat of (kind, source)
    with the same lines returns the first posting; two at once wait for one another. Accounts of the
    chart are opened as they are first used.

    Raises:
        Unbalanced: the lines do not add up to zero, or nothing is left of them.
        LedgerConflict: (kind, source) is booked with other lines.
        PeriodClosed: the books of that day are closed.
        UnknownAccount: a line's account is not open and not in the chart.
    """
    amounts = _amounts(lines)
    accounts = _accounts(sorted(amounts))
    posting = _insert_posting(Posting(kind=kind, source=source, occurred_at=occurred_at, memo=memo))
    if posting is None:
        return _booked_before(kind, source, amounts)
    Entry.objects.bulk_create(
        Entry(posting=posting, account_id=accounts[code], amount_cents=cents) for code, cents in amounts.items()
    )
    return posting


@transaction.atomic
def close_books(*, before: date, reason: str) -> PeriodLock:
    """Refuse every later posting of a day before `before`; closing the same again changes nothing."""
    PeriodLock.objects.bulk_create([PeriodLock(before=before, reason=reason)], ignore_conflicts=True)
    return PeriodLock.objects.get(before=before)


def _amounts(lines: Sequence[Line]) -> dict[str, int]:
    """Cents by account, without zeroes, checked to sum to zero before the database is asked."""
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.account] = sums.get(line.account, 0) + line.amount_cents
    amounts = {code: cents for code, cents in sums.items() if cents}
    if sum(amounts.values()) or not amounts:
        raise Unbalanced(f"The lines add up to {sum(amounts.values())} cents over {len(amounts)} accounts.")
    return amounts


def _insert_posting(posting: Posting) -> Posting | None:
    """Insert a posting and fill in its key and stamps; None when its (kind, source) is taken.

    Written as SQL because the ORM has no insert that both yields to a conflict and returns the key;
    the alternative, a savepoint, is three statements more for every posting.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO ledger_posting (kind, source, occurred_at, memo) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT (kind, source) DO NOTHING RETURNING id, occurred_on, posted_at, txid",
                [posting.kind, posting.source, posting.occurred_at, posting.memo],
            )
            row = cursor.fetchone()
    except IntegrityError as error:
        if "the books are closed" in str(error):
            raise PeriodClosed(f"The books of {posting.occurred_at:%Y-%m-%d} are closed.") from error
        raise
    if row is None:
        return None
    posting.pk, posting.occurred_on, posting.posted_at, posting.txid = row
    posting._state.adding = False
    return posting


def _booked_before(kind: str, source: str, amounts: dict[str, int]) -> Posting:
    posting = Posting.objects.get(kind=kind, source=source)
    booked = dict(Entry.objects.filter(posting=posting).values_list("account__code", "amount_cents"))
    if booked != amounts:
        raise LedgerConflict(f"{kind} of {source} is already booked with other amounts.")
    return posting


def _accounts(codes: Sequence[str]) -> dict[str, int]:
    """Ids of accounts by code; those of the chart are opened in order of code, so that two never wait in a ring."""
    found = dict(Account.objects.filter(code__in=codes).values_list("code", "pk"))
    return found | {code: account(code).pk for code in codes if code not in found}
