"""What was ordered, what was found on the shelf, and where the bags stand."""

from decimal import Decimal
from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.geo import Point
from common.states import Moves, guard
from orders.models.carts import Wish
from orders.states import ORDER_MOVES, LineStatus, OrderStatus
from stores.models.catalogue import ColdClass


class Order(models.Model):
    """One order, with the address, prices and promises as they were when it was placed.

    `*_cents` are estimates until picking ends; `final_*` are what is captured. `hold_cents` is the most that may be.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    number = models.CharField(max_length=12, unique=True)
    shopper = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="orders")
    store = models.ForeignKey("stores.Store", on_delete=models.PROTECT, related_name="orders")
    window = models.ForeignKey("stores.Window", on_delete=models.PROTECT, related_name="orders")
    checkout_key = models.UUIDField()
    status = models.CharField(max_length=20, choices=OrderStatus.choices, default=OrderStatus.PLACED)
    currency = models.CharField(max_length=3, default="USD")
    placed_at = models.DateTimeField()

    contact_name = models.CharField(max_length=80)
    phone = models.CharField(max_length=20, blank=True)
    line1 = models.CharField(max_length=120)
    line2 = models.CharField(max_length=60, blank=True)
    city = models.CharField(max_length=60)
    state = models.CharField(max_length=2)
    zip_code = models.CharField(max_length=5)
    lat = models.FloatField()
    lng = models.FloatField()
    instructions = models.CharField(max_length=300, blank=True)
    gate_code = models.CharField(max_length=20, blank=True)
    leave_at_door = models.BooleanField(default=False)
    passcode = models.CharField(max_length=4, blank=True, help_text="Asked for at the door; empty when none is needed.")
    age_limit = models.PositiveSmallIntegerField(default=0)

    subtotal_cents = models.BigIntegerField()
    delivery_fee_cents = models.BigIntegerField()
    statutory_fee_cents = models.BigIntegerField(default=0)
    statutory_fee_label = models.CharField(max_length=80, blank=True)
    tax_cents = models.BigIntegerField(default=0)
    tip_cents = models.BigIntegerField(default=0)
    total_cents = models.BigIntegerField()
    hold_cents = models.BigIntegerField()
    offered_tip_cents = models.BigIntegerField(
        null=True, blank=True, help_text="Tip in the offer of the driver who brought it: the most the house makes good."
    )
    final_subtotal_cents = models.BigIntegerField(null=True, blank=True)
    final_tax_cents = models.BigIntegerField(null=True, blank=True)
    final_total_cents = models.BigIntegerField(null=True, blank=True)

    picker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    picking_at = models.DateTimeField(null=True, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    bag_count = models.PositiveSmallIntegerField(default=0)
    handover_code = models.CharField(max_length=4)
    cancel_reason = models.CharField(max_length=200, blank=True)

    MOVES: ClassVar[Moves] = ORDER_MOVES

    class Meta:
        indexes = [
            models.Index(fields=["store", "status", "window"], name="order_queue"),
            models.Index(fields=["shopper", "-placed_at"], name="order_of_shopper"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["shopper", "checkout_key"], name="order_once_a_checkout"),
            models.CheckConstraint(condition=Q(status__in=OrderStatus.values), name="order_status_known"),
            models.CheckConstraint(
                condition=Q(subtotal_cents__gte=0, delivery_fee_cents__gte=0, tax_cents__gte=0, tip_cents__gte=0),
                name="order_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(
                    total_cents=models.F("subtotal_cents")
                    + models.F("delivery_fee_cents")
                    + models.F("statutory_fee_cents")
                    + models.F("tax_cents")
                    + models.F("tip_cents")
                ),
                name="order_total_adds_up",
            ),
        ]
        triggers = [guard(ORDER_MOVES)]

    def __str__(self) -> str:
        return self.number

    @property
    def point(self) -> Point:
        """Where it goes."""
        return Point(self.lat, self.lng)


class ShortReason(models.TextChoices):
    """Why a line could not be filled."""

    NOT_ON_SHELF = "not_on_shelf", "Not on the shelf"
    DAMAGED = "damaged", "Damaged or expired"


class Line(models.Model):
    """Some pieces of one item in an order, as priced on the shelf when it was placed.

    `price_cents` is per piece, or per pound for what is sold by weight. `final_cents` is what is charged, known once
    the line is picked, short or substituted. `written_off` pieces were struck off the shelf's count when the line was
    found missing, at `written_off_at`: an undo brings exactly these back.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    store_item = models.ForeignKey("stores.StoreItem", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    quantity = models.PositiveSmallIntegerField()
    price_cents = models.BigIntegerField()
    is_weighed = models.BooleanField(default=False)
    estimated_pounds = models.DecimalField(max_digits=8, decimal_places=3, default=Decimal(0))
    estimated_cents = models.BigIntegerField()
    tax_bp = models.PositiveIntegerField(default=0)
    is_snap = models.BooleanField(default=False)
    age_limit = models.PositiveSmallIntegerField(default=0)
    cold_class = models.CharField(max_length=10, choices=ColdClass.choices, default=ColdClass.AMBIENT)
    grams = models.PositiveIntegerField(default=0, help_text="Of one piece.")
    room = models.PositiveSmallIntegerField(default=1, help_text="Of one piece.")
    wish = models.CharField(max_length=4, choices=Wish.choices, default=Wish.BEST)
    wish_item = models.ForeignKey(
        "stores.StoreItem", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    status = models.CharField(max_length=12, choices=LineStatus.choices, default=LineStatus.TO_PICK)
    picked_quantity = models.PositiveSmallIntegerField(
        default=0, help_text="Pieces in the bag; before the line is decided, those counted by their code."
    )
    picked_pounds = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    final_cents = models.BigIntegerField(null=True, blank=True)
    refunded_cents = models.BigIntegerField(default=0)
    short_reason = models.CharField(max_length=12, choices=ShortReason.choices, blank=True)
    written_off = models.PositiveIntegerField(default=0)
    written_off_at = models.DateTimeField(null=True, blank=True)
    picked_at = models.DateTimeField(null=True, blank=True)
    picked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "store_item"], name="item_once_an_order"),
            models.CheckConstraint(condition=Q(quantity__range=(1, 99)), name="line_quantity_in_range"),
            models.CheckConstraint(condition=Q(price_cents__gt=0), name="line_price_positive"),
            models.CheckConstraint(condition=Q(status__in=LineStatus.values), name="line_status_known"),
            models.CheckConstraint(
                condition=Q(status=LineStatus.TO_PICK, final_cents__isnull=True) | Q(final_cents__gte=0),
                name="line_final_price_once_picked",
            ),
            models.CheckConstraint(
                condition=Q(short_reason__in=["", *ShortReason.values]), name="line_short_reason_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.name}"


class Substitution(models.Model):
    """What was put in the bag instead of one line.

    `charged_cents` never exceeds what the original pieces would have cost, unless the shopper agreed.
    `taken` pieces are off the substitute's shelf: while the shopper is asked, too.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Waiting for the shopper"
        APPROVED = "approved", "Agreed"
        REFUSED = "refused", "Refused"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    line = models.OneToOneField(Line, on_delete=models.CASCADE, related_name="substitution")
    store_item = models.ForeignKey("stores.StoreItem", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    quantity = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)
    pounds = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    shelf_price_cents = models.BigIntegerField()
    shelf_total_cents = models.BigIntegerField()
    charged_cents = models.BigIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.APPROVED)
    decide_by = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(charged_cents__gte=0), name="substitute_charge_not_negative"),
            models.CheckConstraint(
                condition=Q(charged_cents__lte=models.F("shelf_total_cents")),
                name="substitute_never_above_its_shelf_price",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} for {self.line.name}"


class Staging(models.Model):
    """Where some bags of one order wait for the driver."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="stagings")
    cold_class = models.CharField(max_length=10, choices=ColdClass.choices)
    place = models.CharField(max_length=20)
    bags = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "cold_class"], name="staged_once_a_cold_class"),
            models.CheckConstraint(condition=Q(bags__gt=0), name="staged_some_bags"),
        ]

    def __str__(self) -> str:
        return f"{self.bags} at {self.place}"
