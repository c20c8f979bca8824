"""When groceries can be delivered: rules, and the windows made from them."""

from datetime import datetime
from uuid import uuid4

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from common.ranges import TstzRange
from stores.models.places import WEEKDAYS


class WindowRule(models.Model):
    """One delivery window that a store offers on a weekday (0 is Monday), local time."""

    store = models.ForeignKey("stores.Store", on_delete=models.CASCADE, related_name="window_rules")
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()
    seats = models.PositiveSmallIntegerField()
    fee_cents = models.BigIntegerField(default=995)
    cutoff_minutes = models.SmallIntegerField(
        default=90,
        help_text="Orders are taken until so many minutes before the start; below zero, until so long into the window.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "weekday", "starts"], name="window_rule_once"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="window_rule_ends_after_start"),
            models.CheckConstraint(condition=Q(fee_cents__gte=0), name="window_rule_fee_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.weekday]} {self.starts:%H:%M}-{self.ends:%H:%M}"


class Window(models.Model):
    """One delivery window of one store on one day: half-open, with seats counted in the row itself."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    store = models.ForeignKey("stores.Store", on_delete=models.CASCADE, related_name="windows")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    cutoff_at = models.DateTimeField()
    seats = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0, help_text="Seats sold or held.")
    fee_cents = models.BigIntegerField()
    is_closed = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["store", "starts_at"], name="window_by_store_and_time")]
        constraints = [
            models.CheckConstraint(condition=Q(taken__lte=F("seats")), name="window_not_oversold"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="window_ends_after_start"),
            models.CheckConstraint(condition=Q(fee_cents__gte=0), name="window_fee_not_negative"),
            ExclusionConstraint(
                name="window_no_overlap",
                expressions=[
                    (TstzRange("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                    ("store", RangeOperators.EQUAL),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store} {self.starts_at:%a %H:%M}"

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be chosen, seats aside."""
        return not self.is_closed and now < self.cutoff_at

    @property
    def seats_left(self) -> int:
        """Seats neither sold nor held."""
        return max(0, self.seats - self.taken)
