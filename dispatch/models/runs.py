"""Drivers at work: runs, their stops, proofs and positions."""

from typing import Any, ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q

from common.geo import Point
from common.states import Moves, guard
from dispatch.states import RUN_MOVES, RunStatus

MAX_WRONG_CODES = 5
SEEN_METRES = 250  # phones err by this much among tall buildings: so near a place, a phone says that it is there


class Run(models.Model):
    """One driver carrying one or more deliveries along one trip. A driver has at most one active run."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    driver = models.ForeignKey("drivers.Driver", on_delete=models.PROTECT, related_name="runs")
    trip = models.ForeignKey("drivers.Trip", on_delete=models.PROTECT, related_name="runs")
    market = models.ForeignKey("stores.Market", on_delete=models.PROTECT, related_name="runs")
    status = models.CharField(max_length=10, choices=RunStatus.choices, default=RunStatus.ACTIVE)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    give_up_reason = models.CharField(max_length=120, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lng = models.FloatField(null=True, blank=True)
    heading = models.PositiveSmallIntegerField(null=True, blank=True)
    located_at = models.DateTimeField(null=True, blank=True)

    MOVES: ClassVar[Moves] = RUN_MOVES

    class Meta:
        indexes = [models.Index(fields=["market"], name="run_active_by_market", condition=Q(status=RunStatus.ACTIVE))]
        constraints = [
            models.UniqueConstraint(
                fields=["driver"], name="one_active_run_a_driver", condition=Q(status=RunStatus.ACTIVE)
            ),
            models.CheckConstraint(condition=Q(status__in=RunStatus.values), name="run_status_known"),
        ]
        triggers = [guard(RUN_MOVES)]

    def __str__(self) -> str:
        return f"run {self.public_id}"


class RunDelivery(models.Model):
    """One delivery carried by one run, on the terms of one offer. The second lock: a delivery has one live carrier.

    In a staff van there is no offer, and nothing that it would pay.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="carried")
    delivery = models.ForeignKey("dispatch.Delivery", on_delete=models.PROTECT, related_name="carriers")
    offer = models.ForeignKey("dispatch.Offer", on_delete=models.PROTECT, null=True, blank=True, related_name="carried")
    pay_cents = models.BigIntegerField()
    tip_cents = models.BigIntegerField()
    dropped_at = models.DateTimeField(null=True, blank=True, help_text="When the run gave this delivery back.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["delivery"], name="one_live_carrier_a_delivery", condition=Q(dropped_at__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(offer__isnull=False) | Q(pay_cents=0, tip_cents=0), name="without_an_offer_no_pay"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery} on {self.run}"


class Stop(models.Model):
    """One place a run goes to: a store to fetch a delivery, a door to bring it to, or the store again to return it.

    Stops are done in the order of `position`; what is reached keeps its place whatever joins the run later.
    """

    class Kind(models.TextChoices):
        PICKUP = "pickup", "Pick up"
        DROP = "drop", "Deliver"
        RETURN = "return", "Bring back"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="stops")
    delivery = models.ForeignKey("dispatch.Delivery", on_delete=models.PROTECT, related_name="stops")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    position = models.PositiveSmallIntegerField()
    lat = models.FloatField()
    lng = models.FloatField()
    eta_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True, blank=True)
    arrived_metres = models.PositiveIntegerField(null=True, blank=True, help_text="How far off the arrival was told.")
    bay = models.PositiveSmallIntegerField(null=True, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    handed_over_by = models.CharField(max_length=80, blank=True)
    bags = models.PositiveSmallIntegerField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    wrong_codes = models.PositiveSmallIntegerField(default=0, help_text="Wrong codes typed here; a few lock the stop.")
    fail_reason = models.CharField(max_length=120, blank=True, help_text="Why the delivery could not be made here.")
    is_dropped = models.BooleanField(default=False)
    why_unseen = models.CharField(max_length=20, blank=True, help_text="Why the phone did not show the driver here.")
    rang_at = models.DateTimeField(null=True, blank=True, help_text="When the driver rang and nobody came.")
    back_cents = models.BigIntegerField(null=True, blank=True, help_text="What bringing it back to the store pays.")
    back_seconds = models.PositiveIntegerField(default=0)
    back_metres = models.PositiveIntegerField(default=0)
    attempt_cents = models.BigIntegerField(
        null=True, blank=True, help_text="Pay for the attempt, where it was broken off before the door."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "delivery", "kind"], name="stop_once_a_run"),
            models.UniqueConstraint(fields=["run", "position"], name="one_stop_a_place_in_a_run"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(arrived_at__isnull=False), name="stop_done_after_arrival"
            ),
            models.CheckConstraint(condition=Q(wrong_codes__lte=MAX_WRONG_CODES), name="stop_guesses_are_few"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.position}"

    @property
    def point(self) -> Point:
        """Where it is."""
        return Point(self.lat, self.lng)

    @property
    def was_seen(self) -> bool:
        """Whether the driver's phone showed them here."""
        return self.arrived_metres is not None and self.arrived_metres <= SEEN_METRES


class PinMove(models.Model):
    """A door's place put right on the map, by its shopper or by a driver who stood before it."""

    delivery = models.ForeignKey("dispatch.Delivery", on_delete=models.PROTECT, related_name="pin_moves")
    by = models.CharField(max_length=80, help_text="Who moved it, as histories name them.")
    at = models.DateTimeField()
    from_lat = models.FloatField()
    from_lng = models.FloatField()
    to_lat = models.FloatField()
    to_lng = models.FloatField()

    def __str__(self) -> str:
        return f"pin of {self.delivery_id} at {self.at:%H:%M:%S}"


class Proof(models.Model):
    """What shows that a delivery reached its door."""

    class Kind(models.TextChoices):
        PASSCODE = "passcode", "Passcode"
        PHOTO = "photo", "Photo"
        ID_CHECK = "id_check", "ID checked"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    delivery = models.ForeignKey("dispatch.Delivery", on_delete=models.PROTECT, related_name="proofs")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="proofs")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    photo = models.FileField(upload_to="proofs/%Y/%m/%d", blank=True)
    lat = models.FloatField(null=True, blank=True)
    lng = models.FloatField(null=True, blank=True)
    metres = models.PositiveIntegerField(null=True, blank=True, help_text="How far from the door it was given.")
    at = models.DateTimeField()
    note = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery", "kind"], name="proof_once_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.delivery}"


class Command(models.Model):
    """One thing a driver's phone asked for, under a key the phone made: asked again, it is answered again."""

    driver = models.ForeignKey("drivers.Driver", on_delete=models.PROTECT, related_name="commands")
    key = models.UUIDField()
    kind = models.CharField(max_length=30)
    payload_hash = models.CharField(max_length=64)
    answer: models.JSONField[Any, Any] = models.JSONField(default=dict)
    status = models.PositiveSmallIntegerField(default=200)
    at = models.DateTimeField()
    phone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["driver", "key"], name="command_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Position(models.Model):
    """Where a run was at one moment. Kept only between claim and completion, then pruned."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="positions")
    lat = models.FloatField()
    lng = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["run", "-at"], name="position_of_run")]

    def __str__(self) -> str:
        return f"{self.lat:.5f}, {self.lng:.5f}"
