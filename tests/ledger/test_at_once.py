"""Postings, accounts and the closing of a period when many connections want them at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier, Event

import pytest
from django.db import connection, transaction

from ledger import chart
from ledger.actions import Line, PeriodClosed, account, close_books, post
from ledger.models import Account, Entry, Posting
from ledger.queries import ledger_sum

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LINES = [Line(chart.GATEWAY, 1_000), Line(chart.SALES, -1_000)]

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(count: int, step: Callable[[int], int]) -> list[int]:
    """Run a step on its own connection in each of several threads that start together."""
    barrier = Barrier(count)

    def run(number: int) -> int:
        try:
            barrier.wait(timeout=10)
            return step(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@transaction.atomic
def book(source: str, lines: list[Line] = LINES) -> int:
    """Post in a transaction of its own."""
    return post(kind="sale", source=source, occurred_at=NOON, lines=lines).pk


def test_one_thing_booked_by_sixteen_at_once_is_booked_once() -> None:
    keys = at_once(16, lambda _: book("order:1"))

    assert len(set(keys)) == 1
    assert Entry.objects.count() == 2


def test_an_account_opened_by_sixteen_at_once_is_one() -> None:
    accounts = at_once(16, lambda _: account(chart.driver_payable("ann")).pk)

    assert len(set(accounts)) == 1


def test_accounts_first_used_in_opposite_orders_do_not_deadlock() -> None:
    codes = [chart.driver_payable(f"driver{n}") for n in range(8)]

    def one_way_or_the_other(number: int) -> int:
        ordered = codes if number % 2 else codes[::-1]
        return book(f"run:{number}", [Line(chart.DELIVERY_COST, 8), *(Line(code, -1) for code in ordered)])

    at_once(12, one_way_or_the_other)

    assert Account.objects.filter(code__in=codes).count() == 8
    assert (Posting.objects.count(), ledger_sum()) == (12, 0)


def test_closing_the_books_waits_for_postings_under_way() -> None:
    posted, released = Event(), Event()

    def slow_posting() -> None:
        try:
            with transaction.atomic():
                post(kind="sale", source="slow", occurred_at=NOON, lines=LINES)
                posted.set()
                released.wait(timeout=10)
        finally:
            connection.close()

    def closing() -> int:
        try:
            close_books(before=date(2026, 11, 21), reason="Week 47")
            return Posting.objects.count()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        pool.submit(slow_posting)
        posted.wait(timeout=10)
        closed = pool.submit(closing)
        with pytest.raises(TimeoutError):
            closed.result(timeout=0.3)
        released.set()

        assert closed.result(timeout=10) == 1
    with pytest.raises(PeriodClosed):
        book("late")
