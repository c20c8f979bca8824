"""Write the books as CSV for an accounting program: the journal of some days, or the trial balance."""

from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import astuple, fields
from datetime import date
from decimal import Decimal

from django.core.management.base import BaseCommand

from common.sheets import Sheet
from ledger.queries import JournalRow, TrialBalanceRow, journal, trial_balance


class Command(BaseCommand):
    """Prints CSV on standard output, and on standard error what it sums to."""

    help = "Export the journal (or --trial-balance) as CSV. Days are UTC; --until is the first day left out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=date.fromisoformat, default=date.min, metavar="YYYY-MM-DD")
        parser.add_argument("--until", type=date.fromisoformat, default=date.max, metavar="YYYY-MM-DD")
        parser.add_argument("--trial-balance", action="store_true")

    def handle(self, *, since: date, until: date, **options: object) -> None:
        rows: Iterable[JournalRow | TrialBalanceRow] = (
            trial_balance(until=until) if options["trial_balance"] else journal(since=since, until=until)
        )
        names = fields(TrialBalanceRow if options["trial_balance"] else JournalRow)
        sheet = Sheet(self.stdout)
        sheet.row([field.name.replace("_cents", "") for field in names])
        count = total = 0
        for row in rows:
            count, total = count + 1, total + (row.amount_cents if isinstance(row, JournalRow) else row.balance_cents)
            sheet.row(
                [
                    Decimal(value).scaleb(-2) if field.name.endswith("_cents") else value
                    for field, value in zip(names, astuple(row), strict=True)
                ]
            )
        self.stderr.write(f"{count} rows, which add up to {Decimal(total).scaleb(-2)}.")
