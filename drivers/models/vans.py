"""Staff vans: what brings an order when no driver does."""

from datetime import datetime
from fractions import Fraction
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from common.clock import MIDNIGHT, end_moment, moment
from common.money import half_up


class Van(models.Model):
    """One van of one store. Whoever works there takes it out; an hour of it costs the house `cents_an_hour`."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    store = models.ForeignKey("stores.Store", on_delete=models.PROTECT, related_name="vans")
    name = models.CharField(max_length=60, help_text="As shoppers read it: white van.")
    plate = models.CharField(max_length=12, blank=True)
    room = models.PositiveIntegerField(default=480, help_text="Units of room; 24 are one bag.")
    max_grams = models.PositiveIntegerField(default=500_000)
    has_cold_box = models.BooleanField(default=True)
    opens = models.TimeField(help_text="Local time from which it may be out.")
    closes = models.TimeField(help_text="Local time at which it is back.")
    cents_an_hour = models.BigIntegerField(default=3_200, help_text="Wage, fuel and wear; told to operations only.")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "name"], name="van_once_a_store"),
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")) | Q(closes=MIDNIGHT),
                name="van_back_after_it_left",
                violation_error_message="A van is back after it left. For the end of the day write midnight (12 am).",
            ),
            models.CheckConstraint(condition=Q(cents_an_hour__gte=0, room__gt=0), name="van_costs_and_room"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.store}"

    def hours_on(self, now: datetime) -> tuple[datetime, datetime]:
        """Between which moments it may be out on the local day of a moment."""
        here = now.astimezone(self.store.market.zone)
        return (
            moment(here.date(), self.opens, self.store.market.zone),
            end_moment(here.date(), self.closes, self.store.market.zone),
        )

    def cost_cents(self, seconds: int) -> int:
        """What so much time with it costs the house."""
        return half_up(Fraction(self.cents_an_hour * seconds, 3_600))
