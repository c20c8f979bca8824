"""Reads of the books: balances are sums of entries, never kept apart from them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, Sum

from ledger.models import Account, Entry, Kind


@dataclass(frozen=True, slots=True)
class TrialBalanceRow:
    """One account's debits and credits; `balance_cents` is above zero where debits lead."""

    code: str
    kind: str
    currency: str
    debit_cents: int
    credit_cents: int

    @property
    def balance_cents(self) -> int:
        """Debits less credits."""
        return self.debit_cents - self.credit_cents


def balance(code: str) -> int:
    """Debits less credits of an account in cents; 0 for one that was never used."""
    return balances([code])[code]


def owed(code: str) -> int:
    """Cents that the house owes on a liability account: the balance turned round."""
    return -balance(code)


def balances(codes: Iterable[str]) -> dict[str, int]:
    """Debits less credits of several accounts, in one query."""
    wanted = list(codes)
    sums = Entry.objects.filter(account__code__in=wanted).values_list("account__code").annotate(Sum("amount_cents"))
    return dict.fromkeys(wanted, 0) | dict(sums)


def ledger_sum() -> int:
    """Sum of all entries: 0, or the books are broken."""
    total: int | None = Entry.objects.aggregate(total=Sum("amount_cents"))["total"]
    return total or 0


def trial_balance(*, until: date | None = None) -> list[TrialBalanceRow]:
    """Every account with entries, by code; with `until`, only of postings that occurred before that day (UTC)."""
    dated = Q(entries__posting__occurred_on__lt=until) if until else Q()
    rows = (
        Account.objects.values("code", "kind", "currency")
        .annotate(
            debit=Sum("entries__amount_cents", filter=dated & Q(entries__amount_cents__gt=0), default=0),
            credit=Sum("entries__amount_cents", filter=dated & Q(entries__amount_cents__lt=0), default=0),
        )
        .order_by("code")
    )
    return [
        TrialBalanceRow(row["code"], Kind(row["kind"]), row["currency"], row["debit"], -row["credit"])
        for row in rows
        if row["debit"] or row["credit"]
    ]


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One entry with its posting, as an accountant's program takes it."""

    posting: int
    occurred_on: date
    posted_at: datetime
    kind: str
    source: str
    memo: str
    account: str
    currency: str
    amount_cents: int


def journal(*, since: date, until: date) -> Iterator[JournalRow]:
    """Entries of postings that occurred on or after `since` and before `until` (UTC days), oldest first, streamed."""
    rows = (
        Entry.objects.filter(posting__occurred_on__gte=since, posting__occurred_on__lt=until)
        .order_by("posting__occurred_at", "posting_id", "pk")
        .values_list(
            "posting_id",
            "posting__occurred_on",
            "posting__posted_at",
            "posting__kind",
            "posting__source",
            "posting__memo",
            "account__code",
            "account__currency",
            "amount_cents",
        )
    )
    return (JournalRow(*row) for row in rows.iterator(chunk_size=2_000))
