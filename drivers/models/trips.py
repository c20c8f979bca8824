"""The trips drivers are making anyway."""

from typing import ClassVar
from uuid import uuid4

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q

from common.geo import Point
from common.ranges import TstzRange
from common.states import Moves, guard
from drivers.states import TRIP_MOVES, TripStatus

VAN_DRIVERS = pgtrigger.Trigger(
    name="vans_are_driven_by_staff",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="""
        IF (NEW.van_id IS NOT NULL) <>
            EXISTS (SELECT 1 FROM drivers_driver WHERE id = NEW.driver_id AND employer_id IS NOT NULL) THEN
            RAISE EXCEPTION 'who is employed drives the van, and nobody else does';
        END IF;
        RETURN NEW;
    """,
)


class RecurringTrip(models.Model):
    """A trip a driver makes on the same weekdays (0 is Monday) at the same local time."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    driver = models.ForeignKey("drivers.Driver", on_delete=models.CASCADE, related_name="recurring_trips")
    weekdays = ArrayField(models.PositiveSmallIntegerField(), size=7)
    from_label = models.CharField(max_length=120)
    from_lat = models.FloatField()
    from_lng = models.FloatField()
    to_label = models.CharField(max_length=120)
    to_lat = models.FloatField()
    to_lng = models.FloatField()
    departs = models.TimeField()
    flexible_minutes = models.PositiveSmallIntegerField(default=15)
    arrives_by = models.TimeField()
    max_extra_seconds = models.PositiveIntegerField()
    max_extra_metres = models.PositiveIntegerField()
    room = models.PositiveIntegerField()
    max_orders = models.PositiveSmallIntegerField(default=2)
    has_cold_box = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.from_label} to {self.to_label}"


class Trip(models.Model):
    """One drive of one driver, declared or online.

    A declared trip has a destination and a latest arrival; an online one (D9) has neither a
    destination nor a commute, and ends at `arrive_by`. Budgets are what the driver will add at most. The trip of a
    `booking` is the time in a block (D8), online around its store; with a `van` a store's own van is out, online
    without ever being offered anything.
    """

    class Kind(models.TextChoices):
        DECLARED = "declared", "Declared trip"
        ONLINE = "online", "Online now"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    driver = models.ForeignKey("drivers.Driver", on_delete=models.PROTECT, related_name="trips")
    market = models.ForeignKey("stores.Market", on_delete=models.PROTECT, related_name="trips")
    recurring = models.ForeignKey(RecurringTrip, on_delete=models.SET_NULL, null=True, blank=True, related_name="trips")
    booking = models.OneToOneField(
        "drivers.Booking", on_delete=models.PROTECT, null=True, blank=True, related_name="trip"
    )
    van = models.ForeignKey("drivers.Van", on_delete=models.PROTECT, null=True, blank=True, related_name="trips")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.DECLARED)
    status = models.CharField(max_length=10, choices=TripStatus.choices, default=TripStatus.OPEN)
    declare_key = models.UUIDField(default=uuid4)
    from_label = models.CharField(max_length=120)
    from_lat = models.FloatField()
    from_lng = models.FloatField()
    to_label = models.CharField(max_length=120, blank=True)
    to_lat = models.FloatField(null=True, blank=True)
    to_lng = models.FloatField(null=True, blank=True)
    departs_at = models.DateTimeField()
    departs_until = models.DateTimeField()
    arrive_by = models.DateTimeField()
    max_extra_seconds = models.PositiveIntegerField()
    max_extra_metres = models.PositiveIntegerField()
    direct_seconds = models.PositiveIntegerField(default=0)
    direct_metres = models.PositiveIntegerField(default=0)
    room = models.PositiveIntegerField()
    max_orders = models.PositiveSmallIntegerField(default=2)
    has_cold_box = models.BooleanField(default=False)
    last_offered_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    MOVES: ClassVar[Moves] = TRIP_MOVES

    class Meta:
        indexes = [
            models.Index(
                fields=["market", "departs_at"], name="trip_open_by_market", condition=Q(status=TripStatus.OPEN)
            ),
            models.Index(fields=["market", "-created_at"], name="trip_declared_lately"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["driver", "declare_key"], name="trip_declared_once"),
            models.UniqueConstraint(fields=["recurring", "departs_at"], name="recurring_trip_once_a_day"),
            models.CheckConstraint(condition=Q(status__in=TripStatus.values), name="trip_status_known"),
            models.CheckConstraint(condition=Q(departs_until__gte=F("departs_at")), name="trip_departure_in_order"),
            models.CheckConstraint(condition=Q(arrive_by__gt=F("departs_at")), name="trip_arrives_after_departure"),
            models.CheckConstraint(
                condition=Q(kind="online", to_lat__isnull=True, to_lng__isnull=True)
                | Q(kind="declared", to_lat__isnull=False, to_lng__isnull=False),
                name="trip_declared_has_destination",
            ),
            models.CheckConstraint(condition=Q(max_orders__range=(1, 4)), name="trip_one_to_four_orders"),
            models.CheckConstraint(condition=Q(van__isnull=True) | Q(kind="online"), name="van_has_no_destination"),
            models.UniqueConstraint(
                fields=["van"], name="van_out_once", condition=Q(status__in=[TripStatus.OPEN, TripStatus.COMMITTED])
            ),
            ExclusionConstraint(
                name="trip_no_overlap",
                expressions=[
                    (TstzRange("departs_at", "arrive_by"), RangeOperators.OVERLAPS),
                    ("driver", RangeOperators.EQUAL),
                ],
                condition=Q(status__in=[TripStatus.OPEN, TripStatus.COMMITTED]),
            ),
        ]
        triggers = [guard(TRIP_MOVES), VAN_DRIVERS]

    def __str__(self) -> str:
        return f"{self.from_label} to {self.to_label}" if self.to_label else f"online from {self.from_label}"

    @property
    def origin(self) -> Point:
        """Where it starts."""
        return Point(self.from_lat, self.from_lng)

    @property
    def destination(self) -> Point | None:
        """Where it ends; none when the driver is simply online."""
        return None if self.to_lat is None or self.to_lng is None else Point(self.to_lat, self.to_lng)
