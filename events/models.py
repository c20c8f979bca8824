"""Facts that happened: the outbox, the history of every status, and signs of life."""

from typing import Any

from django.db import models
from django.db.models import Q


class Event(models.Model):
    """One fact, written in the same transaction as what it tells of, then relayed to whoever listens."""

    topic = models.CharField(max_length=60)
    payload: models.JSONField[Any, Any] = models.JSONField(default=dict)
    at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True, help_text="When a relay last took it up.")
    relayed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=200, blank=True, help_text="Why it could not be sent the last time.")
    quarantined_at = models.DateTimeField(null=True, blank=True, help_text="When the relay gave up on it.")

    class Meta:
        indexes = [models.Index(fields=["id"], name="event_unrelayed", condition=Q(relayed_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.topic} {self.payload}"


class StatusChange(models.Model):
    """One move of one thing from a status to the next: when, by whom and why. Never changed."""

    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    from_status = models.CharField(max_length=20, blank=True)
    to_status = models.CharField(max_length=20)
    at = models.DateTimeField()
    actor = models.CharField(max_length=80, default="system")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "object_id", "id"], name="statuschange_of_thing")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}: {self.from_status} -> {self.to_status}"


class Heartbeat(models.Model):
    """The last sign of life of one kind of process."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()
    detail = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%H:%M:%S}"
