"""`python manage.py replay_commutes FILE`: real commutes carry an evening of orders, from basket to bank file."""

from argparse import ArgumentParser
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from dispatch.simulator.replay.commutes import BadCommutes, Commute, read_commutes
from dispatch.simulator.replay.database import own_database
from dispatch.simulator.replay.figures import Figures
from dispatch.simulator.replay.replay import Wanted, keep_cards_apart, replay
from dispatch.simulator.replay.table import table_of
from dispatch.simulator.replay.world import CENTRE

FRIDAY = 4


class Command(BaseCommand):
    help = (
        "Replay commutes of a .csv or .csv.gz file (home_lat, home_lon, work_lat, work_lon, leaves_home, leaves_work)"
        " in a Chattanooga market, in a database of its own that is dropped afterwards."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--orders", type=int, default=200)
        parser.add_argument("--trips", type=int, default=100)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--date", type=_day, default=_last_friday(), help="YYYY-MM-DD; the last Friday unless told")
        parser.add_argument("--keep", action="store_true", help="keep the database and say its name")

    def handle(self, *_args: Any, **options: Any) -> None:
        wanted = Wanted(options["orders"], options["trips"], options["seed"], options["date"])
        if min(wanted.orders, wanted.trips) < 1:
            raise CommandError("Ask for at least one order and one trip.")
        try:
            commutes = read_commutes(options["file"], CENTRE)
            figures = _live(commutes, wanted, keep=options["keep"])
        except BadCommutes as trouble:
            raise CommandError(str(trouble)) from trouble
        title = f"{options['file'].name}, {wanted.on}, seed {wanted.seed}: {len(commutes)} commutes on file"
        Console(width=110).print(table_of(figures, title))
        if options["keep"]:
            self.stdout.write(f"Kept in the database {_name(wanted)}; drop it when you have seen enough.")
        faults = figures.money.faults()
        if faults:
            raise CommandError("The money does not balance: " + "; ".join(faults))


def _live(commutes: list[Commute], wanted: Wanted, *, keep: bool) -> Figures:
    """Run the replay in its own database, with a bar that shows the simulated time."""
    bar = Progress(TextColumn("{task.description:<36}"), BarColumn(), TimeElapsedColumn(), console=Console(stderr=True))
    with TemporaryDirectory(prefix="homeward-replay-") as folder, bar:
        keep_cards_apart(Path(folder))
        task = bar.add_task("Making a database", total=1.0)
        with own_database(_name(wanted), keep=keep):
            return replay(commutes, wanted, lambda what, share: bar.update(task, description=what, completed=share))


def _name(wanted: Wanted) -> str:
    return f"homeward_replay_{wanted.on:%Y%m%d}_{wanted.seed}"


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _last_friday() -> date:
    today = datetime.now(UTC).date()
    return today - timedelta(days=(today.weekday() - FRIDAY) % 7 or 7)
