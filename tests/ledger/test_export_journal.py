"""C16: the books leave as CSV that an accountant's program reads and a spreadsheet does not execute."""

import csv
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger import chart
from ledger.actions import Line, post
from ledger.queries import journal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def booked() -> None:
    """A sale on the 19th and a refund, with a hostile memo, on the 20th."""
    sale = [Line(chart.GATEWAY, 4_320), Line(chart.SALES, -4_000), Line(chart.SALES_TAX_PAYABLE, -320)]
    refund = [Line(chart.REFUNDS, 105), Line(chart.GATEWAY, -105)]
    post(kind="sale", source="order:1", occurred_at=datetime(2026, 11, 19, 12, tzinfo=UTC), lines=sale)
    post(
        kind="refund",
        source="refund:1",
        occurred_at=datetime(2026, 11, 20, 12, tzinfo=UTC),
        lines=refund,
        memo="=HYPERLINK(1)",
    )


def exported(*arguments: str) -> tuple[list[dict[str, str]], str]:
    """Rows of the CSV, and the line that sums it up."""
    out, err = StringIO(), StringIO()
    call_command("export_journal", *arguments, stdout=out, stderr=err)
    return list(csv.DictReader(StringIO(out.getvalue()))), err.getvalue()


def test_the_journal_has_every_entry_and_adds_up_to_zero() -> None:
    rows, summary = exported()

    assert [(row["kind"], row["account"], row["amount"]) for row in rows] == [
        ("sale", "gateway", "43.20"),
        ("sale", "sales", "-40.00"),
        ("sale", "sales_tax_payable", "-3.20"),
        ("refund", "refunds", "1.05"),
        ("refund", "gateway", "-1.05"),
    ]
    assert "5 rows, which add up to 0.00" in summary


def test_only_the_days_asked_for_are_exported() -> None:
    rows, _ = exported("--since", "2026-11-20", "--until", "2026-11-21")

    assert {row["occurred_on"] for row in rows} == {"2026-11-20"}


def test_the_trial_balance_has_a_row_for_each_account() -> None:
    rows, summary = exported("--trial-balance")

    assert (rows[0]["code"], rows[0]["debit"], rows[0]["credit"]) == ("gateway", "43.20", "1.05")
    assert "4 rows, which add up to 0.00" in summary


def test_a_memo_is_no_formula_to_a_spreadsheet() -> None:
    rows, _ = exported("--since", "2026-11-20")

    assert rows[0]["memo"] == "'=HYPERLINK(1)"


def test_the_journal_is_one_query_however_long() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert len(list(journal(since=date(2026, 1, 1), until=date(2027, 1, 1)))) == 5

    assert len(queries) == 1
