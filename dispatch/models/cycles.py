"""What dispatch did and why: cycles, who was considered, and what operations must look at."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Q


class Cycle(models.Model):
    """One look at one market: what went in, what came out, how long it took.

    `violations` are the rules that the plan broke; `replay` then holds the rows it was made from.
    """

    market = models.ForeignKey("stores.Market", on_delete=models.CASCADE, related_name="cycles")
    at = models.DateTimeField()
    wall_ms = models.PositiveIntegerField()
    deliveries = models.PositiveIntegerField()
    trips = models.PositiveIntegerField()
    matched = models.PositiveIntegerField()
    offers = models.PositiveIntegerField()
    seed = models.BigIntegerField()
    engine_version = models.CharField(max_length=40)
    violations: models.JSONField[Any, Any] = models.JSONField(default=list)
    replay: models.JSONField[Any, Any] = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["market", "-at"], name="cycle_of_market")]

    def __str__(self) -> str:
        return f"cycle of {self.market_id} at {self.at:%H:%M:%S}"


class StandingPlan(models.Model):
    """The routes of a market's last plan, which its next cycle starts from. Losing them costs search time, no more.

    `routes` is a list of [trip, [[delivery, is it the drop], ...]] in driving order, by primary keys.
    """

    market = models.OneToOneField(
        "stores.Market", on_delete=models.CASCADE, primary_key=True, related_name="standing_plan"
    )
    at = models.DateTimeField()
    routes: models.JSONField[Any, Any] = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"plan of {self.market_id} at {self.at:%H:%M:%S}"


class Consideration(models.Model):
    """One trip weighed for one delivery in the last cycle that saw it: what it would add, and what spoke against it."""

    delivery = models.ForeignKey("dispatch.Delivery", on_delete=models.CASCADE, related_name="considerations")
    trip = models.ForeignKey("drivers.Trip", on_delete=models.CASCADE, related_name="considerations")
    added_seconds = models.IntegerField(null=True, blank=True)
    added_metres = models.IntegerField(null=True, blank=True)
    over = models.IntegerField(default=0, help_text="By how much the deciding limit would be passed, in its own unit.")
    reason = models.CharField(max_length=40, help_text="Code of the engine's reason; `chosen` for the best match.")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery", "trip"], name="considered_once")]

    def __str__(self) -> str:
        return f"{self.trip_id} for {self.delivery_id}: {self.reason}"


class Alarm(models.Model):
    """Something operations must look at, until somebody has."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    market = models.ForeignKey("stores.Market", on_delete=models.CASCADE, related_name="alarms")
    delivery = models.ForeignKey(
        "dispatch.Delivery", on_delete=models.CASCADE, null=True, blank=True, related_name="alarms"
    )
    kind = models.CharField(max_length=40)
    text = models.CharField(max_length=300)
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [models.Index(fields=["market", "-at"], name="alarm_open", condition=Q(resolved_at__isnull=True))]
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "kind"], name="one_open_alarm_a_kind", condition=Q(resolved_at__isnull=True)
            ),
            models.UniqueConstraint(
                fields=["market", "kind"],
                name="one_open_market_alarm_a_kind",
                condition=Q(resolved_at__isnull=True, delivery__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.text
