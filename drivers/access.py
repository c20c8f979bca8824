"""The only road from a request to a driver's rows: absent and foreign are both not found."""

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import User
from drivers.models import Block, Booking, Driver, RecurringTrip, SavedPlace, Trip


def driver_of(user: User) -> Driver:
    """The independent driver that a user is; not found for everybody else."""
    return get_object_or_404(_drivers(), user=user, firm__isnull=False)


def at_the_wheel(user: User) -> Driver:
    """Whoever may be on a run: an independent driver, or one of a store's staff with its van."""
    return get_object_or_404(_drivers(), user=user)


def somebody_who_drives(user: User) -> Driver | None:
    """The driver that a user is, independent or of a store's staff; None for everybody else."""
    return _drivers().filter(user=user).first()


def _drivers() -> QuerySet[Driver]:
    return Driver.objects.select_related("market", "firm", "user", "vehicle")


def trip_of(driver: Driver, public_id: UUID) -> Trip:
    """One of a driver's own trips."""
    return get_object_or_404(Trip.objects.select_related("market"), driver=driver, public_id=public_id)


def saved_place_of(driver: Driver, public_id: UUID) -> SavedPlace:
    """One of a driver's own saved places."""
    return get_object_or_404(SavedPlace, driver=driver, public_id=public_id)


def recurring_trip_of(driver: Driver, public_id: UUID) -> RecurringTrip:
    """One of a driver's own repeating trips."""
    return get_object_or_404(RecurringTrip, driver=driver, public_id=public_id)


def block_of(driver: Driver, public_id: UUID) -> Block:
    """A block in a driver's own market."""
    return get_object_or_404(Block, store__market=driver.market_id, public_id=public_id)


def booking_of(driver: Driver, public_id: UUID) -> Booking:
    """One of a driver's own places in blocks."""
    bookings = Booking.objects.select_related("block__store", "trip")
    return get_object_or_404(bookings, driver=driver, public_id=public_id)
