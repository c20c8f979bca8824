"""Drivers, what they drive, what they will not do, and the firm that engages them."""

from datetime import date
from typing import ClassVar
from uuid import uuid4

import pgtrigger
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from stdnum.us import rtn

from common.states import Moves, guard
from drivers.states import DRIVER_MOVES, DriverStatus
from stores.checks import in_known_zone


def bank_that_exists(value: str) -> None:
    """A routing number whose last digit checks."""
    if not rtn.is_valid(value):
        raise ValidationError("Check the routing number: nine digits, the last of which must match.")


class Firm(models.Model):
    """A contractor-management firm: recruits, screens, pays and accounts for drivers."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(max_length=80, unique=True)
    company_id = models.CharField(
        "ACH company id",
        max_length=10,
        validators=[RegexValidator(r"^[0-9A-Z]{10}\Z", "Write the ten characters that your bank gave you.")],
        help_text="Ten characters that the bank gave the firm, often a 1 and the tax number.",
    )
    bank_name = models.CharField(max_length=23)
    bank_routing = models.CharField("routing number", max_length=9, validators=[bank_that_exists])
    timezone = models.CharField("time zone", max_length=40, default="America/Chicago", validators=[in_known_zone])

    def __str__(self) -> str:
        return self.name


class FirmRole(models.TextChoices):
    """What a member of a firm may do; each role may do what the one before may."""

    VIEWER = "viewer", "Viewer: reads"
    BOOKKEEPER = "bookkeeper", "Bookkeeper: closes weeks, books returns"
    OWNER = "owner", "Owner: approves and pays"


class FirmMember(models.Model):
    """One person working for one firm."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="firm_memberships")
    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="members")
    role = models.CharField(max_length=10, choices=FirmRole.choices, default=FirmRole.VIEWER)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "firm"], name="firm_member_once"),
            models.CheckConstraint(condition=Q(role__in=FirmRole.values), name="firm_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} of {self.firm}"

    @property
    def keeps_books(self) -> bool:
        """Whether this person may close weeks and book what the bank returns."""
        return self.role in {FirmRole.BOOKKEEPER, FirmRole.OWNER}

    @property
    def pays(self) -> bool:
        """Whether this person may approve a week, hold its bank file in hand, and say that it was paid."""
        return self.role == FirmRole.OWNER


def only_contractors(name: str) -> pgtrigger.Trigger:
    """A trigger that lets a row name no employed driver: the firm's wall, kept by the database."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("driver_id"),  # type: ignore[no-untyped-call]  # has no stubs
        func="""
            IF EXISTS (SELECT 1 FROM drivers_driver WHERE id = NEW.driver_id AND employer_id IS NOT NULL) THEN
                RAISE EXCEPTION 'an employed driver is paid by the payroll: no row of % may name one', TG_TABLE_NAME;
            END IF;
            RETURN NEW;
        """,
    )


class Driver(models.Model):
    """One person who drives: independent and engaged by a firm, or employed by a store whose van they take out.

    There is no score here and no rate of acceptance, by design: declining costs nothing. Who is employed gets no
    offers, no earnings and no statements: the database refuses such rows, and nobody is turned from one into the other.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="driver")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, null=True, blank=True, related_name="drivers")
    employer = models.ForeignKey(
        "stores.Store", on_delete=models.PROTECT, null=True, blank=True, related_name="van_drivers"
    )
    market = models.ForeignKey("stores.Market", on_delete=models.PROTECT, related_name="drivers")
    first_name = models.CharField(max_length=40)
    status = models.CharField(max_length=20, choices=DriverStatus.choices, default=DriverStatus.APPLIED)
    licence_expires_on = models.DateField(null=True, blank=True)
    insurance_expires_on = models.DateField(null=True, blank=True)
    is_age_verified = models.BooleanField("may carry age-restricted items", default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    MOVES: ClassVar[Moves] = DRIVER_MOVES

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=DriverStatus.values), name="driver_status_known"),
            models.CheckConstraint(
                condition=Q(firm__isnull=False, employer__isnull=True) | Q(firm__isnull=True, employer__isnull=False),
                name="driver_of_a_firm_or_a_store",
            ),
        ]
        triggers = [guard(DRIVER_MOVES), pgtrigger.ReadOnly(name="employment_is_kept", fields=["employer"])]

    def __str__(self) -> str:
        return self.first_name

    @property
    def is_employed(self) -> bool:
        """Whether a store's payroll pays, and no firm."""
        return self.employer_id is not None

    @property
    def engaged_by(self) -> Firm:
        """The firm of an independent driver.

        Raises:
            LookupError: a store employs this one, so no firm has anything to do with them.
        """
        if self.firm is None:
            raise LookupError(f"driver {self.pk} is employed by a store")
        return self.firm

    def may_drive(self, today: date) -> bool:
        """Whether offers may be made and claimed: active, with licence and insurance in force."""
        papers = (self.licence_expires_on, self.insurance_expires_on)
        return self.status == DriverStatus.ACTIVE and all(paper is not None and paper >= today for paper in papers)


class Vehicle(models.Model):
    """What a driver drives, and how much fits."""

    driver = models.OneToOneField(Driver, on_delete=models.CASCADE, related_name="vehicle")
    description = models.CharField(max_length=60)
    plate = models.CharField(max_length=12, blank=True)
    room = models.PositiveIntegerField(default=192, help_text="Units of room; 24 are one bag.")
    max_grams = models.PositiveIntegerField(default=150_000)
    has_cold_box = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.description


class Limits(models.Model):
    """What a driver will never be asked to do. Never scored; empty means no limit."""

    driver = models.OneToOneField(Driver, on_delete=models.CASCADE, related_name="limits")
    max_metres = models.PositiveIntegerField(null=True, blank=True, help_text="Longest drive of a whole trip.")
    max_heaviest_grams = models.PositiveIntegerField(null=True, blank=True)
    max_total_grams = models.PositiveIntegerField(null=True, blank=True)
    no_alcohol = models.BooleanField(default=False)
    no_stairs = models.BooleanField(default=False)
    no_pets = models.BooleanField(default=False)
    excluded_stores = models.ManyToManyField("stores.Store", blank=True, related_name="+")

    class Meta:
        verbose_name_plural = "limits"

    def __str__(self) -> str:
        return f"limits of {self.driver}"
