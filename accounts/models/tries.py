"""How often secrets were guessed at lately."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Tries(models.Model):
    """How often something was tried since a moment: one row for each account, code, mailbox and network address.

    The row knows its subject by a keyed digest only, so nobody can read from it who has an account here.
    """

    class Kind(models.TextChoices):
        PASSWORD = "password", "Passwords for one e-mail address"
        CODE = "code", "Codes for one sign-in"
        MAIL = "mail", "Mails asked for, for one e-mail address"
        ADDRESS = "address", "Anything from one network address"

    MOST: ClassVar[dict[str, int]] = {Kind.PASSWORD: 5, Kind.CODE: 5, Kind.MAIL: 5, Kind.ADDRESS: 60}

    kind = models.CharField(max_length=8, choices=Kind.choices)
    digest = models.CharField(max_length=64)
    count = models.PositiveSmallIntegerField(default=0)
    began_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "tries"
        indexes = [models.Index(fields=["began_at"], name="tries_by_age")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "digest"], name="tries_once_a_subject"),
            models.CheckConstraint(
                condition=Q(kind__in=["password", "code", "mail"], count__lte=5) | Q(kind="address", count__lte=60),
                name="tries_within_their_limit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.count} of {self.kind}"
