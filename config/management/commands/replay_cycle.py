"""`python manage.py replay_cycle 4711`: solve again what a failed cycle was given."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dispatch.engine.build import build_problem
from dispatch.engine.solve import solve
from dispatch.engine.validate import validate
from dispatch.models import Cycle
from dispatch.terms.replaying import NotKept, rows_of
from providers.routing.gateway import gateway


class Command(BaseCommand):
    help = "Solve again what a failed cycle was given, with its seed and over today's roads, and check the plan."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "cycle", type=int, nargs="?", help="its number; the last one that kept its rows unless named"
        )
        parser.add_argument("--seconds", type=float, default=1.0, help="time box of the search")
        parser.add_argument("--seed", type=int, help="instead of the cycle's own")
        parser.add_argument(
            "--write", type=Path, help="also write the rows to this file: it names places, handle with care"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        cycle = _cycle(options["cycle"])
        try:
            deliveries, trips = rows_of(cycle.replay)
        except NotKept as trouble:
            raise CommandError(str(trouble)) from trouble
        if options["write"]:
            options["write"].write_text(json.dumps(cycle.replay, indent=1) + "\n", encoding="utf-8")
        seed = cycle.seed if options["seed"] is None else options["seed"]
        was = ", ".join(sorted({one["code"] for one in cycle.violations})) or "nothing"
        self.stdout.write(f"Cycle {cycle.pk} of {cycle.market.code}, {cycle.at:%d %b %Y %H:%M:%S} UTC: {was}")
        self.stdout.write(f"{len(deliveries)} deliveries, {len(trips)} trips, seed {seed}, {options['seconds']} s")
        problem = build_problem(deliveries, trips, routing=gateway(), at=cycle.at)
        plan = solve(problem, seed=seed, seconds=options["seconds"])
        left = f"{len(plan.unserved)} left, {len(plan.invalid)} unusable"
        self.stdout.write(f"{plan.served} served, {plan.extra_s} s of detour, {left}, {plan.iterations} iterations")
        broken = validate(problem, plan)
        for one in broken:
            self.stdout.write(f"  {one.code}: trip {one.trip}, delivery {one.delivery}: {one.detail}")
        self.stdout.write("The plan breaks a rule." if broken else "The plan keeps every rule.")


def _cycle(pk: int | None) -> Cycle:
    rows = Cycle.objects.exclude(replay={}).select_related("market").order_by("pk")
    found = rows.last() if pk is None else rows.filter(pk=pk).first()
    if found is None:
        named = "No cycle" if pk is None else f"Cycle {pk} is not there, or"
        raise CommandError(f"{named} kept its rows: only cycles whose plan was refused or whose search failed do.")
    return found
