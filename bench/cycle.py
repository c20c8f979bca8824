"""The whole production cycle on real PostgreSQL, in its parts, against the box that was set for its search.

    python -m bench.cycle --size 2000x1000 --cycles 20 --seconds 1 --workers 2 --seed 1

Everything waits at once and nobody has been asked, the worst a cycle can meet: market lock, snapshot, rows, travel
times, search, check, proposals, and all that is written. After each cycle what it wrote is taken back. SQL is what
passes between a statement's sending and its answer.
"""

import argparse
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import numpy as np

from bench._metros import metro
from bench._report import machine, save
from common.local_services.place import default_folder
from common.local_services.session import LocalServices

GOAL_SQL_MS, GOAL_OVER_MS = 60, 200
SPLIT_FROM = 3_000  # as DISPATCH_SPLIT_FROM
MATCHING = "dispatch.actions.matching."
PARTS = {
    "snapshot": MATCHING + "snapshot_of",
    "rows": MATCHING + "cycle_rows",
    "travel times": "dispatch.queries.cycle_rows.build_problem",
    "check": "dispatch.terms.searching.validate",
    "proposals": MATCHING + "propose",
    "making offers": MATCHING + "make_offers",
    "considerations": MATCHING + "keep_considerations",
    "note": MATCHING + "_note",
}
Figures = dict[str, float]


class Stopwatch:
    """Milliseconds by the name of what was timed, and SQL of all of it."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()

    def timed(self, name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, its time added to a name."""

        def run(*given: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return act(*given, **named)
            finally:
                self.spent[name] += (time.perf_counter() - started) * 1_000  # type: ignore[assignment]  # Counter adds floats as well

        return run

    def execute(self, act: Callable[..., Any], sql: str, given: Any, many: bool, context: Any) -> Any:
        """Django's wrapper around a statement."""
        self.spent["statements"] += 1
        return self.timed("SQL", act)(sql, given, many, context)


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="2000x1000", help="orders x trips")
    parser.add_argument("--cycles", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=1.0, help="box of the search")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep the figures under bench/results by commit")
    words = parser.parse_args()
    parent = default_folder()
    parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="bench-", dir=parent) as folder:
        services = LocalServices(folder=Path(folder), durable=True)
        try:
            urls = services.start()
            _settings(Path(folder), urls.owner_url, urls.redis_url)
            cycles = _measure(words)
        finally:
            services.purge()
            Path(folder).mkdir(exist_ok=True)
    _tell(words, cycles)


def _settings(folder: Path, database_url: str, redis_url: str) -> None:
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "HOMEWARD_LOCAL_DIR": str(folder),
        "HOMEWARD_ENV_FILE": "",
        "ROUTING_PROFILE": "",
        "ENGINE_COMPILED": "on",
        "LOG_LEVEL": "ERROR",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _measure(words: argparse.Namespace) -> list[Figures]:
    from django.utils import timezone

    from bench._waiting import wait_in_a_market
    from dispatch.actions.matching import match_market
    from dispatch.engine.solve import solve, warm_up

    orders, trips = (int(part) for part in words.size.split("x"))
    now = timezone.now()
    market = wait_in_a_market(metro(orders, trips, words.seed), now)
    warm_up()
    search = partial(solve, workers=words.workers, split_from=SPLIT_FROM)
    cycles = []
    for number in range(words.cycles + 1):
        watch = Stopwatch()
        with _undone(), _watched(watch):
            run = partial(match_market, market_id=market.pk, now=now, seconds=words.seconds, seed=number)
            cycle = watch.timed("whole", run)(solver=watch.timed("search", search))
        assert cycle is not None
        assert not cycle.violations
        if number:  # the first one fills the caches of roads and pages
            cycles.append(dict(watch.spent) | {"matched": cycle.matched, "offers": cycle.offers})
    return cycles


@contextmanager
def _watched(watch: Stopwatch) -> Iterator[None]:
    from django.db import connection
    from django.utils.module_loading import import_string

    with ExitStack() as stack:
        for name, path in PARTS.items():
            stack.enter_context(patch(path, watch.timed(name, import_string(path))))
        stack.enter_context(connection.execute_wrapper(watch.execute))
        yield


@contextmanager
def _undone() -> Iterator[None]:
    """Take back what a cycle wrote: offers with their items, considerations, the standing plan, steps."""
    from django.db import connection

    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE dispatch_offer, dispatch_consideration, dispatch_cycle, dispatch_standingplan CASCADE")
        cursor.execute("UPDATE dispatch_delivery SET step = 'new', step_at = NULL")
        cursor.execute("UPDATE drivers_trip SET last_offered_at = NULL")
        cursor.execute("VACUUM ANALYZE dispatch_delivery, drivers_trip")


def _tell(words: argparse.Namespace, cycles: list[Figures]) -> None:
    print(f"{machine()}; metro {words.size}, seed {words.seed}; {len(cycles)} cycles, ms; {words.workers} workers")
    print(f"  {'part':<16}{'median':>10}{'slowest':>10}")
    for name in ("whole", "search", *PARTS, "SQL", "statements", "matched", "offers"):
        values = [one.get(name, 0.0) for one in cycles]
        print(f"  {name:<16}{np.median(values):>10.0f}{max(values):>10.0f}")
    over = [one["whole"] - words.seconds * 1_000 for one in cycles]
    sql = float(np.median([one["SQL"] for one in cycles]))
    print(f"  over the box of {words.seconds} s: p99 {np.percentile(over, 99):.0f} ms (goal: {GOAL_OVER_MS})")
    print(f"  SQL of a cycle: {sql:.0f} ms (goal: {GOAL_SQL_MS} at 2000x1000)")
    if words.keep:
        print(f"kept in {save('cycle', {'size': words.size, 'seed': words.seed, 'cycles': cycles})}")


if __name__ == "__main__":
    main()
