"""What drivers earned, and the rates it came from."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from drivers.models.people import only_contractors


class PayScheme(models.Model):
    """The rates of one market: a delivery's pay is a function of what it adds to the driver's trip.

    Columns are those of `payouts.quote.PayPlan`; `*_tenths` are tenths of a cent. `firm_fee_bp` is what the contractor
    firm is paid on top of drivers' pay, never out of it.
    """

    market = models.OneToOneField("stores.Market", on_delete=models.CASCADE, related_name="pay_scheme")
    base_cents = models.BigIntegerField("first delivery of a run", default=500)
    extra_delivery_cents = models.BigIntegerField("each further delivery of a run", default=300)
    minute_cents = models.BigIntegerField("per added minute", default=38)
    mile_tenths = models.PositiveIntegerField(
        "per added mile, tenths of a cent", default=725, help_text="725 is $0.725."
    )
    free_grams = models.PositiveIntegerField("weight without extra pay, grams", default=15_000, help_text="33 lb.")
    kilogram_cents = models.BigIntegerField("per kilogram (2.2 lb) above that", default=10)
    free_units = models.PositiveIntegerField("items without extra pay", default=20)
    unit_tenths = models.PositiveIntegerField(
        "per item above that, tenths of a cent", default=50, help_text="50 is $0.05."
    )
    flight_cents = models.BigIntegerField("per flight of stairs", default=75)
    firm_fee_bp = models.PositiveIntegerField("fee of the contractor firm", default=600)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(base_cents__gte=0, extra_delivery_cents__gte=0, minute_cents__gte=0, kilogram_cents__gte=0),
                name="pay_rates_not_negative",
            )
        ]

    def __str__(self) -> str:
        return f"rates of {self.market}"


class Earning(models.Model):
    """What one driver earned by one delivery, one later change to it, or one block: offered and paid, side by side.

    Deliveries, runs and offers are known by their public ids only: this side of the wall sees no basket and no address.
    `topup_cents` makes good whatever was paid short of what was offered. The guarantee of a block is of no delivery:
    its pay is what the block's deliveries fell short of it, its engaged seconds those spent waiting.
    """

    class Kind(models.TextChoices):
        DELIVERY = "delivery", "Delivery"
        TIP_CHANGE = "tip_change", "Tip changed"
        ATTEMPT = "attempt", "Attempted delivery"
        CORRECTION = "correction", "Correction"
        GUARANTEE = "guarantee", "Guarantee of a block"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    driver = models.ForeignKey("drivers.Driver", on_delete=models.PROTECT, related_name="earnings")
    market = models.ForeignKey("stores.Market", on_delete=models.PROTECT, related_name="earnings")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.DELIVERY)
    source = models.CharField(max_length=80, help_text="Which time it was: unique with the kind.")
    delivery_ref = models.UUIDField(null=True, blank=True)
    offer_ref = models.UUIDField(null=True, blank=True)
    number = models.CharField(
        max_length=12, blank=True, default="", db_default="", help_text="The order's number, as everybody sees it."
    )
    label = models.CharField(max_length=120, help_text="What the driver reads: store and area.")
    offered_pay_cents = models.BigIntegerField()
    offered_tip_cents = models.BigIntegerField(default=0)
    pay_cents = models.BigIntegerField()
    tip_cents = models.BigIntegerField(default=0)
    topup_cents = models.BigIntegerField(default=0)
    unearned_pay_cents = models.BigIntegerField(default=0, help_text="Offered for a road that was not driven.")
    unearned_tip_cents = models.BigIntegerField(default=0, help_text="Offered, and not charged: the order came back.")
    engaged_seconds = models.PositiveIntegerField(default=0)
    added_seconds = models.PositiveIntegerField(default=0)
    added_metres = models.PositiveIntegerField(default=0)
    earned_at = models.DateTimeField()
    settlement = models.ForeignKey(
        "payouts.Settlement", on_delete=models.PROTECT, null=True, blank=True, related_name="earnings"
    )

    class Meta:
        indexes = [models.Index(fields=["driver", "-earned_at"], name="earning_of_driver")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "source"], name="earned_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["tip_change", "correction"])
                | Q(offered_pay_cents__lte=F("pay_cents") + F("topup_cents")),
                name="never_paid_less_than_offered",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["tip_change", "correction"]) | Q(topup_cents=0), name="change_never_topped_up"
            ),
            models.CheckConstraint(
                condition=Q(kind="guarantee", delivery_ref__isnull=True)
                | (~Q(kind="guarantee") & Q(delivery_ref__isnull=False)),
                name="earned_by_delivery_or_block",
            ),
        ]
        triggers = [only_contractors("earning_of_a_contractor")]

    def __str__(self) -> str:
        return self.label

    @property
    def total_cents(self) -> int:
        """Everything this earning brings the driver."""
        return self.pay_cents + self.tip_cents + self.topup_cents

    @property
    def offered_cents(self) -> int:
        """What the offer said it would bring."""
        return self.offered_pay_cents + self.offered_tip_cents + self.unearned_pay_cents + self.unearned_tip_cents
