"""What has to be brought where, by when, and how hard we look for a driver."""

from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q

from common.geo import Point
from common.states import Moves, guard
from dispatch.states import DELIVERY_MOVES, DeliveryStatus
from stores.models.catalogue import ColdClass


class Ladder(models.Model):
    """How one market looks for a driver, step by step, each step timed.

    Reserved to the best match, then on the board for every trip it fits, then the pay is raised, then operations is
    told. A delivery joins matching `lead_seconds` before its window opens, or when it is ready if that is later. What
    the plan puts on a trip that leaves later than in `ahead_seconds` is not offered yet: until then more orders and
    better trips come up, and its time on the first step has not begun. What is on the board joins a batch that is
    reserved for one driver until `max_reserves` drivers in turn did not take it; it keeps its step and its time there.
    """

    market = models.OneToOneField("stores.Market", on_delete=models.CASCADE, related_name="ladder")
    reserve_seconds = models.PositiveIntegerField("one driver alone has, seconds", default=90)
    board_seconds = models.PositiveIntegerField("on the board before the first raise, seconds", default=180)
    raise_cents = models.BigIntegerField("raise", default=150)
    raise_seconds = models.PositiveIntegerField("between raises, seconds", default=120)
    max_raises = models.PositiveSmallIntegerField("most raises", default=4)
    lead_seconds = models.PositiveIntegerField("matching begins before the window, seconds", default=3_600)
    ahead_seconds = models.PositiveIntegerField(
        "offers no earlier than before a trip leaves, seconds",
        default=2_700,
        help_text="Offers are made so long before a trip leaves at the earliest.",
    )
    max_reserves = models.PositiveSmallIntegerField(
        default=3,
        help_text="What is on the board is reserved in a batch for so many drivers in turn at most; 0 for none.",
    )
    no_show_seconds = models.PositiveIntegerField("no-show after, seconds", default=900)

    def __str__(self) -> str:
        return f"ladder of {self.market}"


class Delivery(models.Model):
    """One staged order on its way to a door, with everything matching needs and nothing it does not.

    `market` and the places are copied here so that a cycle reads one table. `claimed_run` is the live run, if any.
    """

    class Step(models.TextChoices):
        NEW = "new", "Not offered yet"
        RESERVED = "reserved", "Reserved offer"
        BOARD = "board", "On the board"
        RAISED = "raised", "Pay raised"
        OPERATIONS = "operations", "With operations"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    order = models.OneToOneField("orders.Order", on_delete=models.PROTECT, related_name="delivery")
    market = models.ForeignKey("stores.Market", on_delete=models.PROTECT, related_name="deliveries")
    store = models.ForeignKey("stores.Store", on_delete=models.PROTECT, related_name="deliveries")
    status = models.CharField(max_length=12, choices=DeliveryStatus.choices, default=DeliveryStatus.PLANNED)
    pickup_lat = models.FloatField()
    pickup_lng = models.FloatField()
    drop_lat = models.FloatField()
    drop_lng = models.FloatField()
    drop_area = models.CharField(max_length=60, help_text="What a driver sees of the address before claiming.")
    due_from = models.DateTimeField()
    due_by = models.DateTimeField()
    promised_by = models.DateTimeField(null=True, blank=True, help_text="The estimate last told to the shopper.")
    item_count = models.PositiveSmallIntegerField(default=0)
    unit_count = models.PositiveSmallIntegerField(default=0)
    room = models.PositiveIntegerField(default=0)
    grams = models.PositiveIntegerField(default=0)
    heaviest_grams = models.PositiveIntegerField(default=0)
    cold_class = models.CharField(max_length=10, choices=ColdClass.choices, default=ColdClass.AMBIENT)
    age_limit = models.PositiveSmallIntegerField(default=0)
    needs_passcode = models.BooleanField(default=False)
    tip_cents = models.BigIntegerField(default=0)
    tip_is_authorised = models.BooleanField(default=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    claimed_run = models.ForeignKey("dispatch.Run", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    step = models.CharField(max_length=12, choices=Step.choices, default=Step.NEW)
    step_at = models.DateTimeField(null=True, blank=True)
    raises = models.PositiveSmallIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0, help_text="Cycles this delivery alone made fail.")
    quarantined_at = models.DateTimeField(null=True, blank=True)

    MOVES: ClassVar[Moves] = DELIVERY_MOVES

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(
                fields=["market", "due_by"],
                name="delivery_to_match",
                condition=Q(status__in=[DeliveryStatus.PLANNED, DeliveryStatus.READY]),
            ),
            models.Index(fields=["market", "status"], name="delivery_by_market"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=DeliveryStatus.values), name="delivery_status_known"),
            models.CheckConstraint(condition=Q(due_by__gt=models.F("due_from")), name="delivery_due_in_order"),
            models.CheckConstraint(
                condition=Q(claimed_run__isnull=True)
                | ~Q(status__in=[DeliveryStatus.PLANNED, DeliveryStatus.READY, DeliveryStatus.CANCELLED]),
                name="delivery_waiting_has_no_run",
            ),
        ]
        triggers = [guard(DELIVERY_MOVES)]

    def __str__(self) -> str:
        return f"delivery of {self.order_id}"

    @property
    def pickup(self) -> Point:
        """Where it is fetched."""
        return Point(self.pickup_lat, self.pickup_lng)

    @property
    def drop(self) -> Point:
        """Where it goes."""
        return Point(self.drop_lat, self.drop_lng)

    def is_late(self, now: datetime) -> bool:
        """Whether its window has passed without a delivery."""
        return self.delivered_at is None and now > self.due_by
