"""Where Homeward serves: markets, their stores, when those are open and which ZIP codes they reach."""

from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from common.geo import Point

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Market(models.Model):
    """One metro: a shard of dispatch, with its own rules, rates and time zone."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    state = models.CharField(max_length=2)
    timezone = models.CharField(max_length=40)
    lat = models.FloatField()
    lng = models.FloatField()
    rule_pack = models.CharField(max_length=40, default="default")
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
        return ZoneInfo(self.timezone)

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
    zip_code = models.CharField(max_length=5)
    lat = models.FloatField()
    lng = models.FloatField()
    phone = models.CharField(max_length=20, blank=True)
    bays = models.PositiveSmallIntegerField(default=4)
    radius_metres = models.PositiveIntegerField(default=16_000)
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
            models.UniqueConstraint(fields=["store", "weekday"], name="hours_once_a_weekday"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="hours_real_weekday"),
            models.CheckConstraint(condition=Q(closes__gt=models.F("opens")), name="hours_close_after_open"),
        ]

    def __str__(self) -> str:
        return f"{self.store}, {WEEKDAYS[self.weekday]} {self.opens:%H:%M}-{self.closes:%H:%M}"


class ServiceZip(models.Model):
    """One ZIP code that one store delivers to."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="service_zips")
    zip_code = models.CharField(max_length=5, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "zip_code"], name="service_zip_once")]

    def __str__(self) -> str:
        return f"{self.zip_code} from {self.store}"


class ClosingDay(models.Model):
    """A day on which a store delivers nothing."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="closing_days")
    on = models.DateField()
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "on"], name="closing_day_once")]

    def __str__(self) -> str:
        return f"{self.store} closed on {self.on}"
