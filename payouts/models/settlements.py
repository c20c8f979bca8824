"""Paying drivers: a firm's weeks, each driver's statement, and the file the bank gets."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from common.states import Moves, guard
from drivers.models.people import only_contractors
from payouts.states import SETTLEMENT_MOVES, SettlementStatus


class Settlement(models.Model):
    """One period of one firm, half-open: earnings inside it are closed, approved, and paid together.

    Who closes it does not also approve or send it, unless the firm has nobody else who may: then `is_by_one_person`.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    firm = models.ForeignKey("drivers.Firm", on_delete=models.PROTECT, related_name="settlements")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=SettlementStatus.choices, default=SettlementStatus.OPEN)
    total_cents = models.BigIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=80, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=80, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.CharField(max_length=80, blank=True)
    is_by_one_person = models.BooleanField(default=False)
    settled_at = models.DateTimeField(null=True, blank=True)

    MOVES: ClassVar[Moves] = SETTLEMENT_MOVES

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["firm", "starts_at"], name="settlement_once_a_period"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="settlement_period_in_order"),
            models.CheckConstraint(condition=Q(status__in=SettlementStatus.values), name="settlement_status_known"),
            models.CheckConstraint(
                condition=Q(is_by_one_person=True)
                | ((Q(approved_by="") | ~Q(approved_by=F("closed_by"))) & (Q(sent_by="") | ~Q(sent_by=F("closed_by")))),
                name="settlement_by_two_people",
            ),
        ]
        triggers = [guard(SETTLEMENT_MOVES)]

    def __str__(self) -> str:
        return f"{self.firm} from {self.starts_at:%Y-%m-%d}"


class Statement(models.Model):
    """What one driver is paid for one period, and where it goes.

    `carried_cents` is what earlier statements could not pay (no account on file, or the bank sent it back); those
    point here by `carried_to`. A statement with a `hold_reason` is not in the bank file.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="statements")
    driver = models.ForeignKey("drivers.Driver", on_delete=models.PROTECT, related_name="statements")
    deliveries = models.PositiveIntegerField()
    engaged_seconds = models.PositiveIntegerField(default=0)
    pay_cents = models.BigIntegerField()
    tip_cents = models.BigIntegerField()
    topup_cents = models.BigIntegerField()
    carried_cents = models.BigIntegerField(default=0)
    total_cents = models.BigIntegerField()
    account_last4 = models.CharField(max_length=4, blank=True)
    trace_number = models.CharField(max_length=15, blank=True)
    hold_reason = models.CharField(max_length=120, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    carried_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="carried_from")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["settlement", "driver"], name="statement_once_a_driver"),
            models.UniqueConstraint(
                fields=["settlement", "trace_number"], name="trace_once", condition=~Q(trace_number="")
            ),
            models.CheckConstraint(
                condition=Q(total_cents=F("pay_cents") + F("tip_cents") + F("topup_cents") + F("carried_cents")),
                name="statement_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(carried_to__isnull=True) | ~Q(hold_reason=""), name="only_unpaid_statements_are_carried"
            ),
        ]
        triggers = [only_contractors("statement_of_a_contractor")]

    def __str__(self) -> str:
        return f"statement of {self.driver}"


class BankFile(models.Model):
    """One NACHA file made for one settlement, sealed, with what is needed to compare it with the bank's answer."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    settlement = models.OneToOneField(Settlement, on_delete=models.PROTECT, related_name="bank_file")
    file_id = models.CharField(max_length=1, default="A")
    effective_on = models.DateField()
    entry_count = models.PositiveIntegerField()
    total_cents = models.BigIntegerField()
    sealed_text = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"bank file for {self.settlement}"
