"""Places by the names that people use: neighborhoods, landmarks and streets of a market."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from common.geo import Point


class NamedPlace(models.Model):
    """One name of one place: "Germantown", "Vanderbilt", "Fatherland St". A place with two names is two rows.

    `key` is the name as it is compared (`providers.geocoding.address.street_key`). A street may have no point:
    then only that it exists is known. Once a market has streets here, an address in a street that is not among them
    is asked to be shown on a map.
    """

    class Kind(models.TextChoices):
        NEIGHBORHOOD = "area", "Neighborhood"
        LANDMARK = "landmark", "Landmark"
        STREET = "street", "Street"

    market = models.ForeignKey("stores.Market", on_delete=models.CASCADE, related_name="named_places")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=80)
    key = models.CharField(max_length=80, editable=False)
    lat = models.FloatField("latitude", null=True, blank=True)
    lng = models.FloatField("longitude", null=True, blank=True)

    class Meta:
        indexes = [GinIndex(OpClass(F("key"), name="gin_trgm_ops"), name="named_place_by_part")]
        constraints = [
            models.UniqueConstraint(fields=["market", "kind", "key"], name="named_place_once_a_market"),
            models.CheckConstraint(condition=Q(kind__in=["area", "landmark", "street"]), name="named_place_kind_known"),
            models.CheckConstraint(
                condition=Q(lat__isnull=False, lat__range=(-90, 90), lng__isnull=False, lng__range=(-180, 180))
                | Q(kind="street", lat__isnull=True, lng__isnull=True),
                name="named_place_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def point(self) -> Point | None:
        """Where it is, if that is known."""
        return None if self.lat is None or self.lng is None else Point(self.lat, self.lng)
