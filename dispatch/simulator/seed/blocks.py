"""Blocks of the demo: every store opens some hours each day, and some drivers have booked."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, time, timedelta
from itertools import cycle
from uuid import uuid5

from common.errors import DomainError
from drivers.actions.blocks import make_blocks
from drivers.actions.bookings import book_block
from drivers.models import Block, BlockRule, Driver
from stores.models import Store

SPANS = ((time(11), time(14), 2, 5_400), (time(16), time(19), 3, 6_000), (time(18), time(20), 1, 0))  # places, cents
AHEAD = timedelta(hours=4)  # those of today are left to the visitor
BOOKED_EVERY = 3


def seed_blocks(stores: Sequence[Store], drivers: Sequence[Driver], *, now: datetime) -> int:
    """Open a week of blocks in every store and book some; return how many are new. A repeat adds and books nothing."""
    BlockRule.objects.bulk_create(
        (
            BlockRule(store=store, weekday=day, starts=starts, ends=ends, places=places, guarantee_cents=cents)
            for (starts, ends, places, cents), store in zip(cycle(SPANS), stores, strict=False)
            for day in range(7)
        ),
        ignore_conflicts=True,
    )
    made = make_blocks(now=now)
    later = Block.objects.filter(starts_at__gt=now + AHEAD).select_related("store").order_by("starts_at", "pk")
    for number, block in enumerate(later[::BOOKED_EVERY]):
        local = [driver for driver in drivers if driver.market_id == block.store.market_id]
        if made and local:
            driver = local[number * 7 % len(local)]
            with suppress(DomainError):
                book_block(block_id=block.pk, driver_id=driver.pk, book_key=uuid5(block.public_id, "demo"), now=now)
    return made
