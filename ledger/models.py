"""Tables of the ledger. The database refuses what must not happen: see `migrations/0002_guards.py`."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Kind(models.TextChoices):
    """What an account is in the books."""

    ASSET = "asset"
    LIABILITY = "liability"
    INCOME = "income"
    EXPENSE = "expense"


class Account(models.Model):
    """One pot of money: the house's, or one that belongs to the driver or firm its code names. Never edited."""

    code = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    currency = models.CharField(max_length=3, default="USD")
    opened_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="ledger_account_kind_known"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="ledger_account_currency_iso"),
            models.CheckConstraint(condition=~Q(code=""), name="ledger_account_code_named"),
        ]

    def __str__(self) -> str:
        return self.code


class Posting(models.Model):
    """One thing that happened to money: two or more entries that sum to zero, once per (kind, source)."""

    kind = models.CharField(max_length=40)
    source = models.CharField(max_length=120)
    occurred_at = models.DateTimeField()
    occurred_on = models.DateField(editable=False)
    posted_at = models.DateTimeField(db_default=Now())
    memo = models.CharField(max_length=200, blank=True)
    txid = models.BigIntegerField(editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "source"], name="ledger_posting_once_per_source"),
            models.CheckConstraint(condition=~Q(kind="") & ~Q(source=""), name="ledger_posting_named"),
        ]
        indexes = [models.Index(fields=["occurred_on"], name="ledger_posting_day")]

    def __str__(self) -> str:
        return f"{self.kind} {self.source}"


class Entry(models.Model):
    """One line of a posting: so many cents into an account (debit, above zero) or out of it (credit, below)."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="entries", db_index=False)
    amount_cents = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount_cents=0), name="ledger_entry_not_zero")]
        indexes = [
            # Balances are sums over an account, so the amount rides along and the table is not read.
            models.Index(fields=["account"], include=["amount_cents"], name="ledger_entry_account_sum")
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents} {self.account_id}"


class PeriodLock(models.Model):
    """The books are closed for every day before `before`; the latest date counts, and it only ever moves on."""

    before = models.DateField()
    locked_at = models.DateTimeField(db_default=Now())
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["before"], name="ledger_period_lock_once")]

    def __str__(self) -> str:
        return f"closed before {self.before}"
