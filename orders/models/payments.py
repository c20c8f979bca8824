"""Money promised, taken and given back."""

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from common.states import Moves, guard
from orders.states import PAYMENT_MOVES, PaymentStatus


class Payment(models.Model):
    """One card payment: the hold of a checkout, or the charge of a later tip.

    It exists before its order does: checkout writes the intent, calls the gateway with `key`, then places the order.
    """

    class Purpose(models.TextChoices):
        ORDER = "order", "Order"
        TIP = "tip", "Later tip"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    purpose = models.CharField(max_length=10, choices=Purpose.choices, default=Purpose.ORDER)
    cart = models.ForeignKey("orders.Cart", on_delete=models.SET_NULL, null=True, blank=True, related_name="payments")
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, null=True, blank=True, related_name="payments")
    shopper = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="payments")
    key = models.CharField(max_length=80, unique=True)
    status = models.CharField(max_length=12, choices=PaymentStatus.choices, default=PaymentStatus.HOLDING)
    card_token = models.CharField(max_length=120)
    card_brand = models.CharField(max_length=20, blank=True)
    card_last4 = models.CharField(max_length=4, blank=True)
    amount_cents = models.BigIntegerField()
    captured_cents = models.BigIntegerField(default=0)
    hold_ref = models.CharField(max_length=120, blank=True)
    receipt_ref = models.CharField(max_length=120, blank=True)
    challenge_ref = models.CharField(max_length=300, blank=True)
    refusal = models.CharField(max_length=200, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    MOVES: ClassVar[Moves] = PAYMENT_MOVES

    class Meta:
        indexes = [
            models.Index(
                fields=["retry_at"], name="payment_unfinished",
                condition=Q(status__in=[PaymentStatus.HOLDING, PaymentStatus.CAPTURING, PaymentStatus.VOIDING]),
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=PaymentStatus.values), name="payment_status_known"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(condition=Q(captured_cents__lte=F("amount_cents")), name="never_capture_more_than_held"),
            models.UniqueConstraint(
                fields=["order"], name="one_payment_an_order", condition=Q(purpose="order", order__isnull=False)
            ),
        ]
        triggers = [guard(PAYMENT_MOVES)]

    def __str__(self) -> str:
        return f"{self.card_brand} {self.card_last4}"


class Refund(models.Model):
    """Money given back for a line or an order: intent first, then done."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="refunds")
    line = models.ForeignKey("orders.Line", on_delete=models.PROTECT, null=True, blank=True, related_name="refunds")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    key = models.CharField(max_length=80, unique=True)
    amount_cents = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    author = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_cents__gt=0), name="refund_positive")]

    def __str__(self) -> str:
        return f"refund on {self.order}"


class TipChange(models.Model):
    """One change of a tip after checkout: what it was, what it became, why."""

    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="tip_changes")
    key = models.UUIDField(unique=True)
    from_cents = models.BigIntegerField()
    to_cents = models.BigIntegerField()
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(to_cents__gte=0), name="tip_not_negative")]

    def __str__(self) -> str:
        return f"tip on {self.order}"
