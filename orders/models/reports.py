"""What a card gateway has told us: the inbox of its reports."""

from django.db import models
from django.db.models import Q


class GatewayReport(models.Model):
    """One report of a card gateway, kept once however often it comes.

    It says only which payment to look at: what is true is read from the gateway when the report is applied.
    """

    gateway = models.CharField(max_length=20)
    event_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=80)
    object_ref = models.CharField(max_length=120)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["retry_at"], name="report_unapplied", condition=Q(done_at__isnull=True))]
        constraints = [models.UniqueConstraint(fields=["gateway", "event_id"], name="one_row_a_gateway_report")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_ref}"
