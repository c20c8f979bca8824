"""Locking drivers, their trips and their bookings, in that order, after any delivery, offer and run."""

from common.transactions import needs_transaction
from drivers.models import Booking, Driver, Trip


@needs_transaction
def lock_driver(driver_id: int) -> Driver:
    """Lock one driver: what a driver may have at most one of is decided under this lock."""
    return (
        Driver.objects.select_for_update(no_key=True, of=("self",)).select_related("market", "user").get(pk=driver_id)
    )


@needs_transaction
def lock_trip(trip_id: int) -> Trip:
    """Lock one trip, after its driver."""
    return Trip.objects.select_for_update(no_key=True, of=("self",)).select_related("market").get(pk=trip_id)


@needs_transaction
def lock_booking(booking_id: int) -> Booking:
    """Lock one booking, after its driver; the block's row is only ever written to, never waited for before this."""
    return (
        Booking.objects.select_for_update(no_key=True, of=("self",))
        .select_related("block__store__market", "driver__market", "driver__user")
        .get(pk=booking_id)
    )
