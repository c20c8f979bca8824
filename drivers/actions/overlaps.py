"""A driver is in one place at a time: trips and booked blocks must not overlap."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.functional import lazy

from common.errors import DomainError
from drivers.actions.trip_plans import TripOverlaps
from drivers.models import Booking, Driver, Trip
from drivers.models.blocks import HOLDING
from drivers.states import TripStatus

LIVE = (TripStatus.OPEN, TripStatus.COMMITTED)


class BlockOverlaps(DomainError):
    """You have booked a block at that time. Give it back first, or choose another time."""

    code = "block_overlaps"


def check_no_overlap(driver: Driver, starts_at: datetime, ends_at: datetime, *, booking: Booking | None = None) -> None:
    """Refuse a span in which a locked driver has a trip or a booked block; `booking` is the one the span belongs to.

    Raises:
        TripOverlaps, BlockOverlaps: with what is in the way.
    """
    trip = Trip.objects.filter(driver=driver, status__in=LIVE, departs_at__lt=ends_at, arrive_by__gt=starts_at).first()
    if trip is not None:
        raise TripOverlaps(
            "You already have a trip from %(day)s %(starts)s to %(ends)s (%(trip)s)."
            " Cancel it first, or choose another time.",
            trip=trip,
            **spoken_span(driver, trip.departs_at, trip.arrive_by),
        )
    held = Booking.objects.filter(driver=driver, status__in=HOLDING, starts_at__lt=ends_at, ends_at__gt=starts_at)
    other = held.exclude(pk=booking.pk if booking else 0).select_related("block__store").first()
    if other is not None:
        raise BlockOverlaps(
            "You have booked a block at %(store)s from %(day)s %(starts)s to %(ends)s."
            " Give it back first, or choose another time.",
            store=other.block.store.name,
            **spoken_span(driver, other.starts_at, other.ends_at),
        )


def spoken_span(driver: Driver, starts_at: datetime, ends_at: datetime) -> dict[str, object]:
    """A span as a refusal tells it, on the clock of the driver's market."""
    starts, ends = (at.astimezone(driver.market.zone) for at in (starts_at, ends_at))
    return {"day": lazy(date_format, str)(starts, "D"), "starts": clock(starts), "ends": clock(ends)}


def clock(at: datetime) -> str:
    """A local time as people say it: 5:10 pm."""
    return f"{at.hour % 12 or 12}:{at:%M} {'am' if at.hour < 12 else 'pm'}"
