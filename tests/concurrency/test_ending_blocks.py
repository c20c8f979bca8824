"""D8: a block that many workers end at once pays its guarantee once."""

import time
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import IntegrityError

from dispatch.actions import blocks
from dispatch.actions.blocks import end_block
from drivers.actions.bookings import check_in
from drivers.models import Booking
from drivers.states import BookingStatus
from ledger.queries import ledger_sum
from payouts.models import Earning
from tests import make
from tests.concurrency.at_once import at_once

WORKERS = 8

pytestmark = pytest.mark.django_db(transaction=True)


def ended_by_many() -> list[object]:
    """Let eight workers end the same block at the same moment."""
    booking = make.booking()
    check_in(booking_id=booking.pk, at=None, room=96, max_orders=2, has_cold_box=True, now=booking.starts_at)
    return list(
        at_once(lambda pk: end_block(booking_id=pk, now=booking.ends_at + timedelta(minutes=1)), [booking.pk] * WORKERS)
    )


def test_eight_workers_pay_one_guarantee() -> None:
    answers = ended_by_many()

    assert sorted(str(answer) for answer in answers) == ["False"] * (WORKERS - 1) + ["True"]
    assert Earning.objects.get().pay_cents == 6_000
    assert Booking.objects.get().status == BookingStatus.ENDED
    assert ledger_sum() == 0


def test_control_without_the_lock_workers_trip_over_each_other_and_the_books_still_hold_one() -> None:
    def unlocked(booking_id: int) -> Booking:
        found = Booking.objects.select_related("block__store", "driver").get(pk=booking_id)
        time.sleep(0.1)
        return found

    with patch.object(blocks, "lock_with_driver", unlocked), patch.object(blocks, "move", lambda *_, **__: None):
        answers = ended_by_many()

    assert sum(isinstance(answer, IntegrityError) for answer in answers) + answers.count(True) == WORKERS
    assert Earning.objects.count() == 1
