"""What drivers are offered: snapshots that nobody can change afterwards."""

from typing import Any, ClassVar
from uuid import uuid4

import pgtrigger
from django.db import models
from django.db.models import F, Q

from common.states import Moves, guard
from dispatch.states import OFFER_MOVES, OfferStatus
from drivers.models.people import only_contractors

CHANGING = ["status", "answered_at", "decline_reason", "seen_at"]


class Offer(models.Model):
    """One offer to one driver for one trip, exactly as shown; with `run` it adds to a run under way.

    `snapshot` holds what the driver sees (stops in order, legs, deadlines, loads, the reason), `digest` is a SHA-256
    over it and over every amount. All but the answer is frozen by a trigger.
    """

    class Kind(models.TextChoices):
        RESERVED = "reserved", "Reserved for you"
        BOARD = "board", "On the board"
        ASSIGNED = "assigned", "Assigned by operations"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    market = models.ForeignKey("stores.Market", on_delete=models.PROTECT, related_name="offers")
    driver = models.ForeignKey("drivers.Driver", on_delete=models.PROTECT, related_name="offers")
    trip = models.ForeignKey("drivers.Trip", on_delete=models.PROTECT, related_name="offers")
    run = models.ForeignKey(
        "dispatch.Run", on_delete=models.PROTECT, null=True, blank=True, related_name="add_ons",
        help_text="The run under way that this would be added to; none for an offer that starts a run.",
    )  # fmt: skip
    kind = models.CharField(max_length=10, choices=Kind.choices)
    status = models.CharField(max_length=10, choices=OfferStatus.choices, default=OfferStatus.OPEN)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    decline_reason = models.CharField(max_length=60, blank=True)
    added_seconds = models.PositiveIntegerField()
    added_metres = models.PositiveIntegerField()
    base_cents = models.BigIntegerField()
    detour_cents = models.BigIntegerField()
    handling_cents = models.BigIntegerField()
    raise_cents = models.BigIntegerField(default=0)
    floor_cents = models.BigIntegerField(default=0, help_text="Top-up to the rule pack's floor.")
    pay_cents = models.BigIntegerField(help_text="All but the tip.")
    tip_cents = models.BigIntegerField(default=0)
    tip_is_authorised = models.BooleanField(default=True)
    rule_pack = models.CharField(max_length=60)
    engine_version = models.CharField(max_length=40)
    routing_version = models.CharField(max_length=60)
    snapshot: models.JSONField[Any, Any] = models.JSONField()
    digest = models.CharField(max_length=64)

    MOVES: ClassVar[Moves] = OFFER_MOVES

    class Meta:
        indexes = [
            models.Index(fields=["driver", "-made_at"], name="offer_of_driver"),
            models.Index(fields=["market", "-made_at"], name="offer_of_market"),
            models.Index(fields=["expires_at"], name="offer_open", condition=Q(status=OfferStatus.OPEN)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["trip"],
                name="one_open_reserved_offer_a_trip",
                condition=Q(kind="reserved", status=OfferStatus.OPEN),
            ),
            models.CheckConstraint(condition=Q(status__in=OfferStatus.values), name="offer_status_known"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="offer_can_be_answered"),
            models.CheckConstraint(
                condition=Q(
                    pay_cents=F("base_cents")
                    + F("detour_cents")
                    + F("handling_cents")
                    + F("raise_cents")
                    + F("floor_cents")
                ),
                name="offer_pay_adds_up",
            ),
        ]
        triggers = [
            guard(OFFER_MOVES),
            only_contractors("offer_to_a_contractor"),
            pgtrigger.ReadOnly(name="offer_is_a_snapshot", exclude=CHANGING),
            pgtrigger.Protect(name="offer_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"offer {self.public_id}"

    @property
    def total_cents(self) -> int:
        """Pay and tip together: what the button says."""
        return self.pay_cents + self.tip_cents


class OfferItem(models.Model):
    """One delivery in an offer, with its own part of the pay and its own tip.

    `raises` is how often its pay had been raised by then: who declines is asked again only after another raise.
    """

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="items")
    delivery = models.ForeignKey("dispatch.Delivery", on_delete=models.PROTECT, related_name="offer_items")
    pay_cents = models.BigIntegerField()
    tip_cents = models.BigIntegerField(default=0)
    raises = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "delivery"], name="delivery_once_an_offer"),
            models.CheckConstraint(condition=Q(pay_cents__gte=0, tip_cents__gte=0), name="offer_item_not_negative"),
        ]
        triggers = [pgtrigger.Protect(name="offer_item_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.delivery} in {self.offer}"
