"""Where Homeward serves: markets, their stores, when those are open and which ZIP codes they reach."""

from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from common.clock import MIDNIGHT, span, zone_of
from common.geo import Point
from stores.checks import (
    bays_enough,
    in_known_zone,
    known_zip,
    latitude,
    longitude,
    not_over,
    reach_sensible,
    state_of_the_union,
    with_known_rules,
)

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Market(models.Model):
    """One metro: a shard of dispatch, with its own rules, rates and time zone."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    state = models.CharField(max_length=2, validators=[state_of_the_union])
    timezone = models.CharField("time zone", max_length=40, validators=[in_known_zone])
    lat = models.FloatField("latitude", validators=[latitude])
    lng = models.FloatField("longitude", validators=[longitude])
    rule_pack = models.CharField("law that applies", max_length=40, default="default", validators=[with_known_rules])
    currency = models.CharField(max_length=3, default="USD")
    block_release_minutes = models.PositiveSmallIntegerField(
        "free release of a block until, minutes before", default=45, help_text="Where a store says nothing else."
    )
    is_paused = models.BooleanField(default=False)
    paused_reason = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The clock people live by here."""
        return zone_of(self.timezone)

    @property
    def point(self) -> Point:
        """The middle of the market."""
        return Point(self.lat, self.lng)


class Store(models.Model):
    """One shop from which groceries leave."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    market = models.ForeignKey(Market, on_delete=models.PROTECT, related_name="stores")
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=60, unique=True)
    line1 = models.CharField("street address", max_length=120)
    city = models.CharField(max_length=60)
    zip_code = models.CharField("ZIP code", max_length=5, validators=[known_zip])
    lat = models.FloatField("latitude", validators=[latitude])
    lng = models.FloatField("longitude", validators=[longitude])
    phone = models.CharField(max_length=20, blank=True)
    bays = models.PositiveSmallIntegerField("pickup bays", default=4, validators=[bays_enough])
    radius_metres = models.PositiveIntegerField(
        "delivers up to, meters", default=16_000, validators=[reach_sensible], help_text="16,000 meters are 10 miles."
    )
    min_basket_cents = models.BigIntegerField(default=3_000)
    hold_buffer_bp = models.PositiveIntegerField(default=1_500)
    grocery_tax_bp = models.PositiveIntegerField(default=0)
    general_tax_bp = models.PositiveIntegerField(default=0)
    usual_wait_minutes = models.PositiveSmallIntegerField(default=4)
    staging_places = models.JSONField(default=dict, help_text="Cold class -> shelf codes where bags wait.")
    is_paused = models.BooleanField(default=False)
    paused_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(lat__range=(-90, 90), lng__range=(-180, 180)), name="store_on_earth"),
            models.CheckConstraint(condition=Q(min_basket_cents__gte=0), name="store_minimum_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def point(self) -> Point:
        """Where the store stands."""
        return Point(self.lat, self.lng)


class StoreHours(models.Model):
    """When a store is open on one weekday (0 is Monday), local time."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        verbose_name_plural = "store hours"
        constraints = [
            models.UniqueConstraint(
                fields=["store", "weekday"],
                name="hours_once_a_weekday",
                violation_error_message="This store has hours for that weekday already. Change those instead.",
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="hours_real_weekday"),
            models.CheckConstraint(
                condition=Q(closes__gt=models.F("opens")) | Q(closes=MIDNIGHT),
                name="hours_close_after_open",
                violation_error_message="A store closes after it opens. For the end of the day write midnight (12 am).",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store}, {WEEKDAYS[self.weekday]} {span(self.opens, self.closes)}"


class ServiceZip(models.Model):
    """One ZIP code that one store delivers to."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="service_zips")
    zip_code = models.CharField("ZIP code", max_length=5, db_index=True, validators=[known_zip])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "zip_code"], name="service_zip_once")]

    def __str__(self) -> str:
        return f"{self.zip_code} from {self.store}"


class ClosingDay(models.Model):
    """A day on which a store delivers nothing."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="closing_days")
    on = models.DateField(validators=[not_over])
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "on"], name="closing_day_once")]

    def __str__(self) -> str:
        return f"{self.store} closed on {self.on}"
