"""Places that drivers come back to."""

from uuid import uuid4

from django.db import models
from django.db.models import Q


class SavedPlace(models.Model):
    """One place under a name of the driver's own: "Home", "Work". Nobody else sees it."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    driver = models.ForeignKey("drivers.Driver", on_delete=models.CASCADE, related_name="saved_places")
    name = models.CharField(max_length=40)
    label = models.CharField(max_length=120)
    lat = models.FloatField()
    lng = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["driver", "name"], name="saved_place_once_a_name"),
            models.CheckConstraint(
                condition=Q(lat__range=(-90, 90), lng__range=(-180, 180)), name="saved_place_on_earth"
            ),
        ]

    def __str__(self) -> str:
        return self.name
