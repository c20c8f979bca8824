"""How drivers and their trips move."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.states import table


class DriverStatus(models.TextChoices):
    """Where a driver stands with the contractor firm."""

    APPLIED = "applied", "Applied"
    SCREENING = "screening", "Screening"
    APPROVED = "approved", "Approved"
    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    SUSPENDED = "suspended", "Suspended"
    DEACTIVATED = "deactivated", "Deactivated"
    REJECTED = "rejected", "Rejected"


DRIVER_MOVES = table(
    {
        DriverStatus.APPLIED: {DriverStatus.SCREENING, DriverStatus.REJECTED},
        DriverStatus.SCREENING: {DriverStatus.APPROVED, DriverStatus.REJECTED},
        DriverStatus.APPROVED: {DriverStatus.ACTIVE, DriverStatus.SUSPENDED},
        DriverStatus.ACTIVE: {DriverStatus.PAUSED, DriverStatus.SUSPENDED, DriverStatus.DEACTIVATED},
        DriverStatus.PAUSED: {DriverStatus.ACTIVE, DriverStatus.SUSPENDED, DriverStatus.DEACTIVATED},
        DriverStatus.SUSPENDED: {DriverStatus.ACTIVE, DriverStatus.DEACTIVATED},
        DriverStatus.DEACTIVATED: {DriverStatus.ACTIVE},
        DriverStatus.REJECTED: set(),
    }
)


class TripStatus(models.TextChoices):
    """What has become of a declared trip."""

    OPEN = "open", _("Open")
    COMMITTED = "committed", _("Committed")
    FINISHED = "finished", _("Finished")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")


TRIP_MOVES = table(
    {
        TripStatus.OPEN: {TripStatus.COMMITTED, TripStatus.CANCELLED, TripStatus.EXPIRED},
        TripStatus.COMMITTED: {TripStatus.OPEN, TripStatus.FINISHED, TripStatus.CANCELLED},
        TripStatus.FINISHED: set(),
        TripStatus.CANCELLED: set(),
        TripStatus.EXPIRED: set(),
    }
)


class BookingStatus(models.TextChoices):
    """What has become of a place in a block."""

    BOOKED = "booked", _("Booked")
    STARTED = "started", _("Checked in")
    ENDED = "ended", _("Ended")
    LEFT = "left", _("Left early")
    RELEASED = "released", _("Given back")
    LAPSED = "lapsed", _("Not checked in")
    CANCELLED = "cancelled", _("Called off by the store")


BOOKING_MOVES = table(
    {
        BookingStatus.BOOKED: {
            BookingStatus.STARTED,
            BookingStatus.RELEASED,
            BookingStatus.LAPSED,
            BookingStatus.CANCELLED,
        },
        BookingStatus.STARTED: {BookingStatus.ENDED, BookingStatus.LEFT},
        BookingStatus.ENDED: set(),
        BookingStatus.LEFT: set(),
        BookingStatus.RELEASED: set(),
        BookingStatus.LAPSED: set(),
        BookingStatus.CANCELLED: set(),
    }
)
