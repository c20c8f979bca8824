"""Where shoppers live."""

from uuid import uuid4

from django.conf import settings
from django.db import models


class Address(models.Model):
    """One place a shopper has groceries brought to."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    shopper = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="addresses")
    line1 = models.CharField("street address", max_length=120)
    line2 = models.CharField("apartment, floor", max_length=60, blank=True)
    city = models.CharField(max_length=60)
    state = models.CharField(max_length=2)
    zip_code = models.CharField(max_length=5)
    lat = models.FloatField()
    lng = models.FloatField()
    is_approximate = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "addresses"
        constraints = [
            models.UniqueConstraint(fields=["shopper", "line1", "line2", "zip_code"], name="address_once_a_shopper")
        ]

    def __str__(self) -> str:
        return f"{self.line1}, {self.city} {self.zip_code}"
