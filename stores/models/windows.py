"""When groceries can be delivered: rules, and the windows made from them."""

from datetime import datetime
from uuid import uuid4

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from common.clock import MIDNIGHT, shown, span
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
        "orders close, minutes before the start",
        default=90,
        help_text="90: an hour and a half before the window starts. -30: half an hour into it.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "weekday", "starts"],
                name="window_rule_once",
                violation_error_message="This store has a weekly window that starts then. Change that one instead.",
            ),
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")) | Q(ends=MIDNIGHT),
                name="window_rule_ends_after_start",
                violation_error_message="A window ends after it starts. For the end of the day write midnight (12 am).",
            ),
            models.CheckConstraint(
                condition=Q(fee_cents__gte=0),
                name="window_rule_fee_not_negative",
                violation_error_message="A delivery fee is $0.00 or more.",
            ),
        ]

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.weekday]} {span(self.starts, self.ends)}"


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
        local = self.starts_at.astimezone(self.store.market.zone)
        return f"{self.store}, {local:%a} {shown(local)}"

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be chosen, seats aside."""
        return not self.is_closed and now < self.cutoff_at

    @property
    def seats_left(self) -> int:
        """Seats neither sold nor held."""
        return max(0, self.seats - self.taken)
