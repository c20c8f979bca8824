"""Reading blocks: those a driver can book, and the places they hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID, uuid4

from django.db.models import QuerySet

from common.clock import local_day
from drivers.models import Block, Booking, Driver, Limits
from drivers.models.blocks import EARLIEST_CHECK_IN, HOLDING, SHORTEST_STAY
from drivers.states import BookingStatus, TripStatus

SHOWN_AHEAD = timedelta(days=7)
MOST_SHOWN = 100
PAST_SHOWN = 5
SOON = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class OpenBlock:
    """A block as it would be booked now: under way it starts now, with the part of the guarantee that is left."""

    block: Block
    starts_at: datetime
    guarantee_cents: int
    free_until: datetime
    is_late: bool
    is_excluded: bool
    is_mine: bool
    key: UUID

    @property
    def seconds(self) -> int:
        """How long it lasts."""
        return int((self.block.ends_at - self.starts_at).total_seconds())


@dataclass(frozen=True, slots=True)
class BlocksPage:
    """What the page of blocks shows."""

    mine: Sequence[Booking]
    days: Sequence[tuple[date, Sequence[OpenBlock]]]
    past: Sequence[Booking]


def blocks_page(driver: Driver, now: datetime) -> BlocksPage:
    """Blocks of a driver's market by day, and the driver's own. Four queries, however many there are."""
    zone = driver.market.zone
    mine = list(bookings_of(driver).filter(status__in=HOLDING).order_by("starts_at"))
    past = bookings_of(driver).exclude(status__in=HOLDING).order_by("-starts_at")[:PAST_SHOWN]
    never = Limits.excluded_stores.through.objects.filter(limits__driver=driver)
    excluded = set(never.values_list("store_id", flat=True))
    held = {booking.block_id for booking in mine}
    rows = [open_block(block, now, excluded, held) for block in open_blocks(driver, now) if block.pk not in held]
    return BlocksPage(
        mine=mine,
        days=[(day, list(group)) for day, group in groupby(rows, lambda row: local_day(row.starts_at, zone))],
        past=list(past),
    )


def open_blocks(driver: Driver, now: datetime) -> QuerySet[Block]:
    """Blocks of a driver's market that are not closed and not nearly over, the full ones too."""
    blocks = Block.objects.filter(
        store__market=driver.market_id,
        is_closed=False,
        ends_at__gte=now + SHORTEST_STAY,
        starts_at__lt=now + SHOWN_AHEAD,
    )
    return blocks.select_related("store").order_by("starts_at", "ends_at", "store__name")[:MOST_SHOWN]


def open_block(block: Block, now: datetime, excluded: set[int], held: set[int]) -> OpenBlock:
    """A block with what a driver would get by booking it now."""
    starts_at = max(block.starts_at, now)
    free_until = block.starts_at - timedelta(minutes=block.release_minutes)
    return OpenBlock(
        block=block,
        starts_at=starts_at,
        guarantee_cents=block.guarantee_from(starts_at),
        free_until=free_until,
        is_late=now > free_until,
        is_excluded=block.store_id in excluded,
        is_mine=block.pk in held,
        key=uuid4(),
    )


def bookings_of(driver: Driver) -> "QuerySet[Booking]":
    """A driver's bookings with what a line about them shows."""
    return Booking.objects.filter(driver=driver).select_related("block__store", "trip")


@dataclass(frozen=True, slots=True)
class BookingPage:
    """One place of a driver, and what can be done with it now."""

    booking: Booking
    check_in_from: datetime
    can_check_in: bool
    can_release: bool
    is_late_release: bool
    can_leave: bool


def booking_page(booking: Booking, now: datetime) -> BookingPage:
    """What a driver can do with a booking now."""
    check_in_from = booking.starts_at - EARLIEST_CHECK_IN
    is_booked = booking.status == BookingStatus.BOOKED
    trip = getattr(booking, "trip", None)
    return BookingPage(
        booking=booking,
        check_in_from=check_in_from,
        can_check_in=is_booked and check_in_from <= now <= booking.check_in_by,
        can_release=is_booked and now <= booking.check_in_by,
        is_late_release=not booking.is_free_to_release(now),
        can_leave=booking.status == BookingStatus.STARTED and trip is not None and trip.status == TripStatus.OPEN,
    )


def booking_soon(driver: Driver, now: datetime) -> Booking | None:
    """The booked block that a driver should think of now: it starts within two hours and waits for a check-in."""
    soon = bookings_of(driver).filter(status=BookingStatus.BOOKED, starts_at__lte=now + SOON, check_in_by__gte=now)
    return soon.order_by("starts_at").first()
