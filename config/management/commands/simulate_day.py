"""`python manage.py simulate_day`: the same day under several policies, side by side, with a report."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from common.errors import DomainError
from dispatch.simulator.compare.days import Tell, compare
from dispatch.simulator.compare.figures import Figures
from dispatch.simulator.compare.policy import POLICIES, Policy
from dispatch.simulator.compare.real import NotOverActions, RealDay, compare_real, made_up_commutes
from dispatch.simulator.compare.report import report
from dispatch.simulator.compare.scenario import Scenario
from dispatch.simulator.compare.stages import a_day, a_stored_day, an_evening
from dispatch.simulator.compare.table import table_of
from dispatch.simulator.replay.commutes import BadCommutes, read_commutes
from dispatch.simulator.replay.replay import Wanted
from dispatch.simulator.replay.world import CENTRE

LARGE = 1_000  # orders from which an engine that is not compiled makes people wait


class Command(BaseCommand):
    help = "Live one day under several policies, over the pure engine or the real actions, and compare what came of it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--market", default="", help="code of a market on file: its stores, rates, ladder and law")
        parser.add_argument("--orders", type=int, default=400)
        parser.add_argument("--trips", type=int, default=300)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--date", type=date.fromisoformat, default=_yesterday(), help="YYYY-MM-DD, else yesterday")
        parser.add_argument("--policies", type=_policies, default="nearest,greedy,homeward",
                            help=f"comma-separated, of: {', '.join(POLICIES)}")  # fmt: skip
        parser.add_argument("--rules", default="", help="rule pack to pay by; the market's unless told")
        parser.add_argument("--commutes", type=Path, help="drivers' commutes, a file as replay_commutes takes it")
        parser.add_argument("--replay", type=date.fromisoformat, help="YYYY-MM-DD: a day on file of --market")
        parser.add_argument("--report", type=Path, default=Path("simulated_day.html"), help="where the page goes")
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument("--pure", action="store_true", help="over the pure engine, without a row: the default, fast")
        mode.add_argument("--real", action="store_true", help="over the real actions, in databases of their own")

    def handle(self, *_args: Any, **options: Any) -> None:
        if min(options["orders"], options["trips"]) < 1:
            raise CommandError("Ask for at least one order and one trip.")
        if options["replay"] and (options["real"] or not options["market"]):
            raise CommandError("--replay needs --market, and goes over the pure engine.")
        try:
            day, found = self._live(options)
        except (BadCommutes, NotOverActions, DomainError) as trouble:
            raise CommandError(str(trouble)) from trouble
        how = "Over the real actions." if options["real"] else "Over the pure engine."
        options["report"].write_text(report(day, found, how=how), encoding="utf-8")
        if options["json"]:
            self.stdout.write(json.dumps({"seed": day.seed, "date": str(day.on), "days": [f.plain() for f in found]}))
        else:
            Console(width=110).print(table_of(found, f"{day.name}, {day.on}, seed {day.seed}"))
            self.stdout.write(f"The report is in {options['report']}.")

    def _live(self, options: dict[str, Any]) -> tuple[Scenario, Sequence[Figures]]:
        policies: Sequence[Policy] = options["policies"]
        if options["real"]:
            return self._over_actions(options, policies)
        if options["replay"]:
            day = a_stored_day(options["market"], on=options["replay"], seed=options["seed"], rules=options["rules"])
        else:
            day = a_day(
                options["market"],
                on=options["date"],
                orders=options["orders"],
                trips=options["trips"],
                seed=options["seed"],
                rules=options["rules"],
                commutes=options["commutes"],
            )
        if len(day.orders) >= LARGE and not settings.ENGINE_COMPILED:
            self.stderr.write("A day this large takes long with the engine uncompiled: set ENGINE_COMPILED=on.")
        with _shown(self, f"seed {day.seed}") as tell:
            return day, compare(day, policies, tell)

    def _over_actions(self, options: dict[str, Any], policies: Sequence[Policy]) -> tuple[Scenario, Sequence[Figures]]:
        wanted = Wanted(options["orders"], options["trips"], options["seed"], options["date"])
        file = options["commutes"]
        commutes = read_commutes(file, CENTRE) if file else made_up_commutes(wanted.seed, wanted.orders + wanted.trips)
        with _shown(self, f"seed {wanted.seed}") as tell:
            found = compare_real(RealDay(commutes, wanted), policies, tell)
        return an_evening(wanted, found), found


def _policies(text: str) -> list[Policy]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in POLICIES]
    if unknown or not names:
        raise CommandError(f"There is no policy {', '.join(unknown) or 'named'}; there are {', '.join(POLICIES)}.")
    return [POLICIES[name] for name in dict.fromkeys(names)]


@contextmanager
def _shown(command: Command, what: str) -> Iterator[Tell]:
    """A bar on a terminal, and elsewhere a line for each policy as it begins."""
    command.stderr.write(f"Simulating, {what}.")
    if not sys.stderr.isatty():
        begun: set[str] = set()

        def say(title: str, _share: float) -> None:
            if title not in begun:
                begun.add(title)
                command.stderr.write(title)

        yield say
        return
    bar = Progress(TextColumn("{task.description:<42}"), BarColumn(), TimeElapsedColumn(), console=Console(stderr=True))
    with bar:
        task = bar.add_task(what, total=1.0)
        yield lambda title, share: bar.update(task, description=title, completed=share)


def _yesterday() -> date:
    return datetime.now(UTC).date() - timedelta(days=1)
