"""Blocks: time at a store that drivers book ahead, and what each of them was promised for it."""

from datetime import datetime, timedelta
from fractions import Fraction
from typing import ClassVar
from uuid import uuid4

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from common.clock import MIDNIGHT, shown, span
from common.money import round_up
from common.ranges import TstzRange
from common.states import Moves, guard
from drivers.states import BOOKING_MOVES, BookingStatus
from stores.models.places import WEEKDAYS

LONGEST_BLOCK = timedelta(hours=12)
SHORTEST_STAY = timedelta(minutes=30)  # a place with less time left than this is not booked any more
EARLIEST_CHECK_IN = timedelta(minutes=15)
HOLDING = (BookingStatus.BOOKED, BookingStatus.STARTED)  # statuses in which a booking takes its driver's time


class BlockTerms(models.Model):
    """What a store offers in a block, whether once or every week.

    `guarantee_cents` is the least that the deliveries of a whole block bring before tips; 0 is no guarantee. A place is
    given back freely until `release_minutes` before the start; who has not checked in `check_in_minutes` after it has
    lost the place.
    """

    places = models.PositiveSmallIntegerField(default=1)
    guarantee_cents = models.BigIntegerField(default=0, help_text="For the whole block, before tips; 0 is none.")
    check_in_minutes = models.PositiveSmallIntegerField(
        default=15, help_text="Nobody checked in so long after the start: the place is open again."
    )

    class Meta:
        abstract = True


class BlockRule(BlockTerms):
    """A block that a store opens every week on one weekday (0 is Monday), local time."""

    store = models.ForeignKey("stores.Store", on_delete=models.CASCADE, related_name="block_rules")
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()
    release_minutes = models.PositiveSmallIntegerField(
        "free release until, minutes before", null=True, blank=True, help_text="Empty: as the market has it."
    )

    class Meta:
        verbose_name = "weekly block"
        constraints = [
            models.UniqueConstraint(fields=["store", "weekday", "starts", "ends"], name="block_rule_once"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="block_rule_real_weekday"),
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")) | Q(ends=MIDNIGHT),
                name="block_rule_ends_after_start",
                violation_error_message="A block ends after it starts. For the end of the day write midnight (12 am).",
            ),
            models.CheckConstraint(condition=Q(places__gte=1), name="block_rule_has_places"),
            models.CheckConstraint(condition=Q(guarantee_cents__gte=0), name="block_rule_guarantee_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.weekday]} {span(self.starts, self.ends)}"


class Block(BlockTerms):
    """One span at one store for which drivers book places, counted in the row itself; half-open."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    store = models.ForeignKey("stores.Store", on_delete=models.PROTECT, related_name="blocks")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    booked = models.PositiveSmallIntegerField(default=0, help_text="Places that drivers hold.")
    release_minutes = models.PositiveSmallIntegerField("free release until, minutes before")
    is_closed = models.BooleanField(default=False, help_text="Nobody can book it any more.")

    class Meta:
        indexes = [models.Index(fields=["store", "starts_at"], name="block_by_store_and_time")]
        constraints = [
            models.UniqueConstraint(fields=["store", "starts_at", "ends_at"], name="block_once"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), ends_at__lte=F("starts_at") + LONGEST_BLOCK),
                name="block_ends_after_start",
                violation_error_message="A block ends after it starts, and lasts 12 hours at most.",
            ),
            models.CheckConstraint(condition=Q(booked__lte=F("places")), name="block_not_overbooked"),
            models.CheckConstraint(condition=Q(places__gte=1), name="block_has_places"),
            models.CheckConstraint(condition=Q(guarantee_cents__gte=0), name="block_guarantee_not_negative"),
        ]

    def __str__(self) -> str:
        local = self.starts_at.astimezone(self.store.market.zone)
        return f"{self.store}, {local:%a} {shown(local)}"

    @property
    def places_left(self) -> int:
        """Places nobody has booked."""
        return max(0, self.places - self.booked)

    def guarantee_from(self, starts_at: datetime) -> int:
        """The guarantee for a place from a moment on: all of it, or the part of it that is left of the time."""
        whole = int((self.ends_at - self.starts_at).total_seconds())
        left = int((self.ends_at - max(starts_at, self.starts_at)).total_seconds())
        return round_up(Fraction(self.guarantee_cents * max(0, left), whole))


class Booking(models.Model):
    """One place of one driver in one block, with the terms as they were when it was booked.

    It starts at the block's start, or later where the place was free only then; its guarantee is the part of the
    block's that its time is of the whole. Whatever becomes of it is history and never a score.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    block = models.ForeignKey(Block, on_delete=models.PROTECT, related_name="bookings")
    driver = models.ForeignKey("drivers.Driver", on_delete=models.PROTECT, related_name="bookings")
    status = models.CharField(max_length=10, choices=BookingStatus.choices, default=BookingStatus.BOOKED)
    book_key = models.UUIDField(default=uuid4)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    free_until = models.DateTimeField()
    check_in_by = models.DateTimeField()
    guarantee_cents = models.BigIntegerField(default=0)
    booked_at = models.DateTimeField()
    checked_in_at = models.DateTimeField(null=True, blank=True)

    MOVES: ClassVar[Moves] = BOOKING_MOVES

    class Meta:
        indexes = [
            models.Index(fields=["check_in_by"], name="booking_to_start", condition=Q(status=BookingStatus.BOOKED)),
            models.Index(fields=["ends_at"], name="booking_to_end", condition=Q(status=BookingStatus.STARTED)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["driver", "book_key"], name="booked_once"),
            models.CheckConstraint(condition=Q(status__in=BookingStatus.values), name="booking_status_known"),
            models.CheckConstraint(condition=Q(guarantee_cents__gte=0), name="booking_guarantee_not_negative"),
            models.CheckConstraint(
                condition=Q(
                    ends_at__gt=F("starts_at"), check_in_by__gte=F("starts_at"), free_until__lte=F("starts_at")
                ),
                name="booking_moments_in_order",
            ),
            ExclusionConstraint(
                name="booking_no_overlap",
                expressions=[
                    (TstzRange("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                    ("driver", RangeOperators.EQUAL),
                ],
                condition=Q(status__in=HOLDING),
            ),
        ]
        triggers = [guard(BOOKING_MOVES)]

    def __str__(self) -> str:
        return str(self.block)

    def is_free_to_release(self, now: datetime) -> bool:
        """Whether giving the place back leaves the store time to find somebody."""
        return now <= self.free_until
