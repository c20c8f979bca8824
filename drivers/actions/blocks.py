"""Opening blocks in a store, once or every week, changing them, and calling them off while drivers can still plan."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from common.clock import end_moment, local_day, moment
from common.errors import DomainError, InvalidInput
from common.sweeping import each
from drivers.actions.bookings import lock_with_driver, open_place
from drivers.models import Block, BlockRule, Booking
from drivers.models.blocks import LONGEST_BLOCK
from drivers.states import BookingStatus
from events.actions.move import move
from stores.models import ClosingDay, Store

DAYS_AHEAD = 7
LATEST_OPENING = timedelta(days=60)


class PlacesBooked(DomainError):
    """More places than that are booked in this block already."""

    code = "places_booked"


class TooLateToCallOff(DomainError):
    """Drivers who booked this block can no longer plan anything else. Close it; those who booked keep their places."""

    code = "too_late_to_call_off"


@transaction.atomic(durable=True)
def open_block(
    *, store_id: int, starts_at: datetime, ends_at: datetime, places: int, guarantee_cents: int,
    release_minutes: int | None, check_in_minutes: int, now: datetime,
) -> Block:  # fmt: skip
    """Open a block to the drivers of a store's market; the same span of the same store again is refused.

    Raises:
        InvalidInput: it does not fit together, or there is one at that time already.
    """
    store = Store.objects.select_related("market").get(pk=store_id)
    if not now < ends_at or not starts_at < ends_at <= starts_at + LONGEST_BLOCK:
        raise InvalidInput("A block ends after it starts, lasts 12 hours at most, and is not over yet.")
    if starts_at - now > LATEST_OPENING:
        raise InvalidInput("Blocks are opened up to 60 days ahead.")
    check_terms(places, guarantee_cents)
    if Block.objects.filter(store=store, starts_at=starts_at, ends_at=ends_at).exists():
        raise InvalidInput("There is a block at exactly that time. Give it more places instead.")
    release = store.market.block_release_minutes if release_minutes is None else release_minutes
    return Block.objects.create(
        store=store, starts_at=starts_at, ends_at=ends_at, places=places, guarantee_cents=guarantee_cents,
        release_minutes=release, check_in_minutes=check_in_minutes,
    )  # fmt: skip


@transaction.atomic(durable=True)
def change_block(
    *, block_id: int, now: datetime, places: int | None = None, guarantee_cents: int | None = None,
    is_closed: bool | None = None,
) -> Block:  # fmt: skip
    """Change what is named of one block that has not ended. Who has booked keeps the guarantee that was booked.

    Raises:
        PlacesBooked: fewer places than are booked.
        InvalidInput: the block is over, or a number makes no sense.
    """
    block = Block.objects.select_for_update(no_key=True, of=("self",)).get(pk=block_id)
    if now >= block.ends_at:
        raise InvalidInput("This block is over; nothing in it can be changed.")
    changes = {"places": places, "guarantee_cents": guarantee_cents, "is_closed": is_closed}
    named = {name: value for name, value in changes.items() if value is not None}
    check_terms(named.get("places", 1), named.get("guarantee_cents", 0))
    if places is not None and places < block.booked:
        raise PlacesBooked(f"{block.booked} places are booked in this block already; it cannot have fewer.")
    for name, value in named.items():
        setattr(block, name, value)
    if named:
        block.save(update_fields=list(named))
    return block


def check_terms(places: int, guarantee_cents: int) -> None:
    """Refuse a block without a place, or with a guarantee below nothing."""
    if places < 1 or guarantee_cents < 0:
        raise InvalidInput("A block has one place at least, and a guarantee is not below zero.")


def call_off_block(*, block_id: int, by: str, now: datetime) -> int:
    """Close a block and take back its bookings while drivers can still plan; return how many. A repeat goes on.

    It is closed first, so that nobody books meanwhile; each booking is then taken back on its own.

    Raises:
        TooLateToCallOff: somebody has booked and could no longer give it back freely either.
    """
    block = Block.objects.get(pk=block_id)
    booked = list(block.bookings.filter(status=BookingStatus.BOOKED).order_by("pk").values_list("pk", flat=True))
    if booked and now > block.starts_at - timedelta(minutes=block.release_minutes):
        raise TooLateToCallOff
    Block.objects.filter(pk=block_id).update(is_closed=True)
    booked = list(block.bookings.filter(status=BookingStatus.BOOKED).order_by("pk").values_list("pk", flat=True))
    for pk in booked:
        call_off_booking(booking_id=pk, by=by, now=now)
    return len(booked)


@transaction.atomic(durable=True)
def call_off_booking(*, booking_id: int, by: str, now: datetime) -> Booking:
    """Take back one driver's booking because the store needs nobody then; a booking that has moved on is left alone."""
    booking = lock_with_driver(booking_id)
    if booking.status == BookingStatus.BOOKED:
        move(booking, BookingStatus.CANCELLED, now=now, by=by)
        open_place(booking, now=now)
    return booking


def make_blocks(*, now: datetime, store_id: int | None = None) -> int:
    """Open the coming week's blocks of every weekly rule, on the market's clock; return how many are new.

    What exists stays as it is, so a second call adds nothing, and a block called off is not opened again.
    """
    rules = BlockRule.objects.select_related("store__market").order_by("pk")
    if store_id is not None:
        rules = rules.filter(store_id=store_id)
    made: list[int] = []
    each(rules.iterator(), lambda rule: made.append(make_blocks_of(rule, now=now)), sweep="blocks")
    return sum(made)


@transaction.atomic(durable=True)
def make_blocks_of(rule: BlockRule, *, now: datetime) -> int:
    """Open the coming week's blocks of one rule; the unique span makes a repeat, or two at once, harmless."""
    wanted = [block for block in blocks_of(rule, now) if now < block.starts_at < block.ends_at]
    spans = Block.objects.filter(store=rule.store_id, starts_at__in=[block.starts_at for block in wanted])
    before = spans.count()
    Block.objects.bulk_create(wanted, ignore_conflicts=True)
    return spans.count() - before


def blocks_of(rule: BlockRule, now: datetime) -> Iterator[Block]:
    """The blocks that a rule asks for in the coming week, save on days the store is closed."""
    market = rule.store.market
    today = local_day(now, market.zone)
    days = [day for n in range(DAYS_AHEAD + 1) if (day := today + timedelta(days=n)).weekday() == rule.weekday]
    closed = set(ClosingDay.objects.filter(store=rule.store_id, on__in=days).values_list("on", flat=True))
    for day in days:
        if day not in closed:
            yield Block(
                store=rule.store,
                starts_at=moment(day, rule.starts, market.zone),
                ends_at=end_moment(day, rule.ends, market.zone),
                places=rule.places,
                guarantee_cents=rule.guarantee_cents,
                check_in_minutes=rule.check_in_minutes,
                release_minutes=market.block_release_minutes if rule.release_minutes is None else rule.release_minutes,
            )
