"""R29: no cell of a spreadsheet starts a formula, however it begins; numbers stay numbers, in every export."""

import csv
import re
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest

from common.sheets import Sheet, harmless

ROOT = Path(__file__).resolve().parents[2]
FORMULAS = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "|cmd", "%x", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u00a0=1+1",
    "\u200b=1+1", "\uff1d1+1", "\uff0b1+1", "\uff0d1", "\uff20SUM(A1)", "\ufeff@x", "-1+2+app|' x'!B2",
)  # fmt: skip


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_starts_a_formula(cell: str) -> None:
    out = StringIO()

    Sheet(out).row([cell, "next"])

    back = next(csv.reader(StringIO(out.getvalue(), newline="")))
    assert back[0].startswith("'")
    assert back[1] == "next"


@pytest.mark.parametrize("cell", ["-12.30", "12.30", "0.00", "-1,234.56", "Ann's", "2026-06-05 17:10", "", None, -5])
def test_what_is_no_formula_stays_as_it_is(cell: object) -> None:
    assert harmless(cell) == cell


def test_an_amount_below_zero_stays_a_number() -> None:
    out = StringIO()

    Sheet(out).row([Decimal("-12.30"), "-12.30", 4])

    assert out.getvalue() == "-12.30,-12.30,4\r\n"


def test_every_export_writes_by_this_helper() -> None:
    rooms = ("accounts", "common", "config", "dispatch", "drivers", "ledger", "orders", "payouts", "stores")
    writers = re.compile(r"csv\.(writer|DictWriter)\(|from defusedcsv")
    found = {
        str(path.relative_to(ROOT))
        for room in rooms
        for path in (ROOT / room).rglob("*.py")
        if writers.search(path.read_text(encoding="utf-8"))
    }

    assert found == {"common/sheets.py"}
