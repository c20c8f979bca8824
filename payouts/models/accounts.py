"""Where drivers' money goes, and how that may change."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from drivers.models.people import only_contractors

MOST_WRONG_CODES = 5


class PayoutAccount(models.Model):
    """Where a driver's money goes. The number is sealed; only the last four digits can be read.

    Nothing is paid to a frozen one: its driver said that the change was somebody else's.
    """

    driver = models.OneToOneField("drivers.Driver", on_delete=models.CASCADE, related_name="payout_account")
    routing = models.CharField(max_length=9)
    sealed_number = models.BinaryField()
    last4 = models.CharField(max_length=4)
    is_savings = models.BooleanField(default=False)
    holder = models.CharField(max_length=22)
    changed_at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        triggers = [only_contractors("account_of_a_contractor")]

    def __str__(self) -> str:
        return f"account ending in {self.last4}"


class AccountChange(models.Model):
    """One wish to be paid to another account. It takes effect when its driver tells a code, and can be disowned.

    `contact` is the e-mail address the driver had as it was asked for: the code and the notice go there. Without a
    digest of a code it is the authenticator's that is asked.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    driver = models.ForeignKey("drivers.Driver", on_delete=models.CASCADE, related_name="account_changes")
    routing = models.CharField(max_length=9)
    sealed_number = models.BinaryField()
    last4 = models.CharField(max_length=4)
    is_savings = models.BooleanField(default=False)
    holder = models.CharField(max_length=22)
    contact = models.EmailField(max_length=254)
    language = models.CharField(max_length=7, default="en")
    code_digest = models.CharField(max_length=64, blank=True)
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    noticed_at = models.DateTimeField(null=True, blank=True)
    disowned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["driver", "-asked_at"], name="account_changes_of_driver")]
        constraints = [
            models.CheckConstraint(condition=Q(wrong_codes__lte=MOST_WRONG_CODES), name="account_change_wrong_codes"),
            models.CheckConstraint(
                condition=Q(noticed_at__isnull=True) | Q(confirmed_at__isnull=False),
                name="account_change_noticed_once_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"change to the account ending in {self.last4}"
