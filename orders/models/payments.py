"""Money promised, taken and given back."""

from typing import ClassVar
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from common.states import Moves, guard
from orders.states import PAYMENT_MOVES, PaymentStatus

UNFINISHED = [
    PaymentStatus.HOLDING,
    PaymentStatus.CHALLENGED,
    PaymentStatus.LAPSED,
    PaymentStatus.CAPTURING,
    PaymentStatus.VOIDING,
]


class Payment(models.Model):
    """One card payment: the hold of a checkout, or the hold of a raise of its tip.

    It exists before its order does: checkout writes the intent, calls the gateway with `key`, then places the order.
    `tip_cents` is the part of it that is tip; what was given back of that part is in its refunds.
    """

    class Purpose(models.TextChoices):
        ORDER = "order", "Order"
        TIP = "tip", "Raised tip"

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
    tip_cents = models.BigIntegerField(default=0)
    shown_cents = models.BigIntegerField(null=True, blank=True, help_text="The total the shopper saw and agreed to.")
    to_capture_cents = models.BigIntegerField(
        null=True, blank=True, help_text="What a capture under way asks for: a repeat must ask for the same."
    )
    captured_cents = models.BigIntegerField(default=0)
    renewals = models.PositiveSmallIntegerField(default=0, help_text="Which renewal of a hold that ran out this is.")
    hold_ref = models.CharField(max_length=120, blank=True)
    receipt_ref = models.CharField(max_length=120, blank=True)
    challenge_ref = models.CharField(max_length=120, blank=True)
    challenge_url = models.CharField(max_length=500, blank=True)
    refusal_code = models.CharField(max_length=40, blank=True)
    refusal = models.CharField(max_length=200, blank=True)
    disputed_cents = models.BigIntegerField(default=0, help_text="What the cardholder's bank has taken back.")
    looks = models.PositiveIntegerField(default=0, help_text="How often the gateway was asked how this stands.")
    seen_look = models.PositiveIntegerField(default=0, help_text="The newest of those answers that is written down.")
    retry_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    MOVES: ClassVar[Moves] = PAYMENT_MOVES

    class Meta:
        indexes = [
            models.Index(
                fields=["retry_at"],
                name="payment_unfinished",
                condition=Q(status__in=UNFINISHED),
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=PaymentStatus.values), name="payment_status_known"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(condition=Q(tip_cents__range=(0, F("amount_cents"))), name="payment_tip_within_it"),
            models.CheckConstraint(
                condition=Q(captured_cents__lte=F("amount_cents")), name="never_capture_more_than_held"
            ),
            models.CheckConstraint(
                condition=Q(to_capture_cents__isnull=True) | Q(to_capture_cents__range=(1, F("amount_cents"))),
                name="never_ask_for_more_than_held",
            ),
            models.UniqueConstraint(
                fields=["order"], name="one_payment_an_order", condition=Q(purpose="order", order__isnull=False)
            ),
        ]
        triggers = [guard(PAYMENT_MOVES)]

    def __str__(self) -> str:
        return f"{self.card_brand} {self.card_last4}"

    @property
    def tip_key(self) -> UUID:
        """Key of the change of tip that a raise asks for."""
        return UUID(self.key.removeprefix("tip:"))

    @property
    def hold_key(self) -> str:
        """Key of the hold as it is asked for now: each renewal is another request."""
        return f"{self.key}:again:{self.renewals}" if self.renewals else self.key


class Refund(models.Model):
    """Money given back to the card: intent first, then done.

    `amount_cents` is goods, their tax and a lowered tip together, or one of the fees. A netted refund was booked
    before the capture: the money was never taken, and nothing is sent to the gateway.
    """

    class Fee(models.TextChoices):
        DELIVERY = "delivery", "Delivery fee"
        STATUTORY = "statutory", "Statutory fee"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="refunds")
    fee = models.CharField(max_length=10, choices=Fee.choices, blank=True, help_text="Empty for goods and tips.")
    line = models.ForeignKey("orders.Line", on_delete=models.PROTECT, null=True, blank=True, related_name="refunds")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    key = models.CharField(max_length=80, unique=True)
    amount_cents = models.BigIntegerField()
    tax_cents = models.BigIntegerField(default=0)
    tip_cents = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=200)
    author = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    is_netted = models.BooleanField(default=False)
    receipt_ref = models.CharField(max_length=120, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["retry_at"], name="refund_unfinished", condition=Q(done_at__isnull=True))]
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="refund_positive"),
            models.CheckConstraint(
                condition=Q(tax_cents__gte=0, tip_cents__gte=0, amount_cents__gte=F("tax_cents") + F("tip_cents")),
                name="refund_parts_within_it",
            ),
        ]

    def __str__(self) -> str:
        return f"refund on {self.order}"


class TipChange(models.Model):
    """One change of a tip after checkout: what it was, what it became, why.

    `made_good_cents` is what the house adds of its own, so that the driver's offer holds when a shopper takes back;
    below zero where the shopper gives again what the house had added. One that is uncollected was nobody's wish: the
    bank did not pay what it had authorised.
    """

    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="tip_changes")
    key = models.UUIDField(unique=True)
    from_cents = models.BigIntegerField()
    to_cents = models.BigIntegerField()
    made_good_cents = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)
    is_uncollected = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(to_cents__gte=0), name="tip_not_negative")]

    def __str__(self) -> str:
        return f"tip on {self.order}"
