"""Who works where."""

from django.conf import settings
from django.db import models


class StaffRole(models.TextChoices):
    """What a member of staff may do; each role may do what the one before may."""

    PICKER = "picker", "Picker"
    LEAD = "lead", "Lead"
    MANAGER = "manager", "Manager"


class StoreStaff(models.Model):
    """One person working in one store."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="store_memberships")
    store = models.ForeignKey("stores.Store", on_delete=models.CASCADE, related_name="staff")
    role = models.CharField(max_length=10, choices=StaffRole.choices, default=StaffRole.PICKER)

    class Meta:
        verbose_name_plural = "store staff"
        constraints = [
            models.UniqueConstraint(fields=["user", "store"], name="staff_once_a_store"),
            models.CheckConstraint(condition=models.Q(role__in=StaffRole.values), name="staff_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.store}"
