"""Posting to the books: once per source, to the cent, in the right accounts."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from common.transactions import WrongTransaction
from ledger import chart
from ledger.actions import LedgerConflict, Line, PeriodClosed, Unbalanced, UnknownAccount, account, close_books, post
from ledger.models import Account, Entry, Kind, Posting
from ledger.queries import balance, balances, ledger_sum, owed, trial_balance

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SALE = [Line(chart.GATEWAY, 4_320), Line(chart.SALES, -4_000), Line(chart.SALES_TAX_PAYABLE, -320)]

pytestmark = pytest.mark.django_db


def sell(lines: list[Line] = SALE, source: str = "order:1", on: datetime = NOON) -> Posting:
    """Book a sale of $43.20."""
    return post(kind="sale", source=source, occurred_at=on, lines=lines, memo="Groceries")


def test_a_sale_is_in_each_account_it_touches() -> None:
    posting = sell()

    assert balances([chart.GATEWAY, chart.SALES, chart.SALES_TAX_PAYABLE, chart.BANK]) == {
        chart.GATEWAY: 4_320,
        chart.SALES: -4_000,
        chart.SALES_TAX_PAYABLE: -320,
        chart.BANK: 0,
    }
    assert (posting.occurred_on, posting.memo, ledger_sum()) == (date(2026, 11, 20), "Groceries", 0)


def test_the_same_thing_is_booked_once() -> None:
    first, second = sell(), sell()

    assert first == second
    assert Entry.objects.count() == 3


def test_the_same_source_with_other_amounts_is_refused() -> None:
    sell()

    with pytest.raises(LedgerConflict):
        sell([Line(chart.GATEWAY, 1), Line(chart.SALES, -1)])


def test_lines_of_one_account_are_added_and_zeroes_left_out() -> None:
    sell([Line(chart.GATEWAY, 100), Line(chart.SALES, -60), Line(chart.SALES, -40), Line(chart.DELIVERY_FEES, 0)])

    assert balance(chart.SALES) == -100
    assert Entry.objects.count() == 2


@pytest.mark.parametrize(
    "lines", [[], [Line(chart.BANK, 1)], [Line(chart.BANK, 0)], [Line(chart.BANK, 5), Line(chart.BANK, -5)]]
)
def test_lines_that_move_nothing_or_do_not_balance_are_refused(lines: list[Line]) -> None:
    with pytest.raises(Unbalanced):
        sell(lines)


def test_a_driver_is_owed_what_was_earned() -> None:
    ann = chart.driver_payable(uuid4())

    post(
        kind="earning",
        source="delivery:1",
        occurred_at=NOON,
        lines=[Line(chart.DELIVERY_COST, 912), Line(chart.TIPS_PAYABLE, 300), Line(ann, -1_212)],
    )

    assert owed(ann) == 1_212
    assert Account.objects.get(code=ann).kind == Kind.LIABILITY


def test_an_account_outside_the_chart_is_opened_by_kind_only() -> None:
    with pytest.raises(UnknownAccount):
        sell([Line("slush", 1), Line(chart.SALES, -1)])

    assert account("slush", Kind.ASSET) == account("slush", "asset")
    with pytest.raises(LedgerConflict):
        account("slush", Kind.EXPENSE)


def test_posting_needs_the_transaction_of_what_it_books(transactional_db: None) -> None:
    with pytest.raises(WrongTransaction):
        sell()


def test_a_posting_inside_a_savepoint_is_whole() -> None:
    with transaction.atomic(), transaction.atomic():
        sell()
    connection.check_constraints()

    assert ledger_sum() == 0


def test_a_closed_day_takes_no_more_postings_and_the_next_one_does() -> None:
    close_books(before=date(2026, 11, 20), reason="Week 47")
    close_books(before=date(2026, 11, 20), reason="Week 47, again")
    sell()

    with pytest.raises(PeriodClosed), transaction.atomic():
        sell(source="order:2", on=datetime(2026, 11, 19, 23, 59, tzinfo=UTC))


def test_an_earlier_lock_opens_nothing_again() -> None:
    close_books(before=date(2026, 11, 20), reason="Week 47")
    close_books(before=date(2026, 1, 1), reason="Last year")

    with pytest.raises(PeriodClosed), transaction.atomic():
        sell(on=datetime(2026, 6, 1, tzinfo=UTC))


def test_the_trial_balance_lists_debits_and_credits_and_adds_up() -> None:
    sell()
    post(kind="refund", source="1", occurred_at=NOON, lines=[Line(chart.REFUNDS, 500), Line(chart.GATEWAY, -500)])

    rows = {row.code: row for row in trial_balance()}

    assert (rows[chart.GATEWAY].debit_cents, rows[chart.GATEWAY].credit_cents) == (4_320, 500)
    assert rows[chart.GATEWAY].balance_cents == 3_820
    assert sum(row.balance_cents for row in rows.values()) == 0
    assert trial_balance(until=date(2026, 11, 20)) == []


def test_every_account_of_the_chart_has_a_kind_and_strangers_have_none() -> None:
    assert {chart.kind_of(code) for code in chart.HOUSE_ACCOUNTS} == set(Kind)
    assert chart.kind_of(chart.firm_payable("acme")) == Kind.LIABILITY
    assert [chart.kind_of(code) for code in ("driver::payable", "driver:1:bonus", "eve")] == [None, None, None]


def test_an_empty_posting_cannot_be_committed() -> None:
    def post_nothing() -> None:
        with transaction.atomic():
            Posting.objects.create(kind="sale", source="order:1", occurred_at=NOON)
            connection.check_constraints()

    with pytest.raises(IntegrityError, match="does not balance"):
        post_nothing()


class BooksBalance(TestCase):
    """Whatever is posted, the books add up to zero and each account to the sum of its lines."""

    @given(st.lists(st.lists(st.integers(-(10**9), 10**9), min_size=2, max_size=5), max_size=8))
    def test_any_sequence_of_postings_leaves_the_ledger_at_zero(self, amounts: list[list[int]]) -> None:
        codes = list(chart.HOUSE_ACCOUNTS)
        expected = dict.fromkeys(codes, 0)
        for number, row in enumerate(amounts):
            parts = [*row, -sum(row)]
            lines = [Line(codes[i], cents) for i, cents in enumerate(parts)]
            if any(parts):
                post(kind="any", source=str(number), occurred_at=NOON, lines=lines)
                expected = {
                    code: expected[code] + sum(line.amount_cents for line in lines if line.account == code)
                    for code in codes
                }
        connection.check_constraints()

        assert ledger_sum() == 0
        assert balances(codes) == expected
