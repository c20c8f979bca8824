"""Ten thousand random problems, kind and hostile, each solved and checked: how many plans break a rule.

    python -m bench.hostile --problems 10000 --seed 1

Towns with every limit in use, runs under way, markets cut into parts, and rows that no honest caller sends: what is no
number, budgets of nothing, windows in the past, one store, everything at one point, hundreds of stops in one run.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime
from math import inf, nan
from typing import Any, TypeVar

import numpy as np

from bench._report import machine, save
from common.geo import Point
from dispatch.engine.build import DeliveryRow, TripRow, build_problem
from dispatch.engine.problem import Need, Problem
from dispatch.engine.solve import solve, warm_up
from dispatch.engine.validate import validate
from providers.routing.builtin import BuiltinRouting

NOON = datetime(2026, 6, 1, 17, tzinfo=UTC)
STRANGE = (nan, inf, -inf, 0, -1, -5_000, 1e300, -1e300, 2**62, -(2**63), 0.5)
NOWHERE = (Point(nan, 0.0), Point(91.0, 0.0), Point(0.0, inf))
STEPS, FEW_STEPS = 60, 5
CUT_SHARE = 0.3  # of the problems that are solved in parts
LONG = "hundreds of stops"
Rows = tuple[list[DeliveryRow], list[TripRow]]
Row = TypeVar("Row", DeliveryRow, TripRow)
Maker = Callable[[np.random.Generator], Rows]


def town(rng: np.random.Generator, most: int = 14) -> Rows:
    """Stores, doors and trips around them, with all limits in use."""
    stores = [_point(rng) for _ in range(4)]
    deliveries = [_delivery(rng, stores) for _ in range(int(rng.integers(0, most)))]
    return deliveries, [_trip(rng) for _ in range(int(rng.integers(0, 10)))]


def hostile(rng: np.random.Generator) -> Rows:
    """A town in which some columns of some rows hold what nobody should send."""
    deliveries, trips = town(rng)
    return [_spoilt(rng, row) for row in deliveries], [_spoilt(rng, row) for row in trips]


def under_way(rng: np.random.Generator) -> Rows:
    """A town whose trips are committed to some stops, some of them loaded, some of them late."""
    deliveries, trips = town(rng)
    for number in range(len(trips)):
        stops: list[tuple[int, bool]] = []
        for i in range(len(deliveries)):
            if deliveries[i].trip < 0 and rng.random() < 0.15 and len(stops) < 4:
                deliveries[i] = replace(deliveries[i], trip=number)
                stops += [(i, True)] if rng.random() < 0.5 else [(i, False), (i, True)]
        trips[number] = replace(trips[number], stops=tuple(stops))
    return deliveries, trips


def no_budget(rng: np.random.Generator) -> Rows:
    """Trips that may not drive a second more."""
    deliveries, trips = town(rng)
    return deliveries, [replace(row, extra_s=0, extra_m=0) for row in trips]


def in_the_past(rng: np.random.Generator) -> Rows:
    """Windows that are over, trips that have left."""
    deliveries, trips = town(rng)
    past = [replace(row, due_s=float(rng.integers(-7_200, 60))) for row in deliveries]
    return past, [replace(row, leave_by_s=float(rng.integers(-3_600, 600))) for row in trips]


def one_store(rng: np.random.Generator) -> Rows:
    """Everything comes from one store."""
    deliveries, trips = town(rng)
    store = _point(rng)
    return [replace(row, pickup=store, store=1) for row in deliveries], trips


def one_point(rng: np.random.Generator) -> Rows:
    """Stores, doors and drivers in one place."""
    deliveries, trips = town(rng)
    here = _point(rng)
    still = [replace(row, origin=here, destination=here) for row in trips]
    return [replace(row, pickup=here, dropoff=here) for row in deliveries], still


def long_run(rng: np.random.Generator) -> Rows:
    """One driver for hundreds of stops along a road."""
    count = int(rng.integers(100, 250))
    along = [
        DeliveryRow(
            pickup=Point(0.0, 0.001 * i), dropoff=Point(0.0, 0.3 + 0.001 * i), store=i % 3, ready_s=0, due_s=inf
        )
        for i in range(count)
    ]
    return along, [TripRow(origin=Point(0.0, -0.1), destination=Point(0.0, 0.8), max_orders=inf)]


# how many in a thousand
KINDS: dict[str, tuple[Maker, int]] = {
    "town": (town, 250),
    "hostile": (hostile, 349),
    "under way": (under_way, 200),
    "no budget": (no_budget, 50),
    "in the past": (in_the_past, 50),
    "one store": (one_store, 50),
    "one point": (one_point, 50),
    LONG: (long_run, 1),
}


def _point(rng: np.random.Generator) -> Point:
    return Point(float(rng.normal(36.1, 0.03)), float(rng.normal(-86.8, 0.04)))


def _delivery(rng: np.random.Generator, stores: list[Point]) -> DeliveryRow:
    store, ready = int(rng.integers(4)), float(rng.integers(0, 1_200))
    return DeliveryRow(
        pickup=stores[store],
        dropoff=_point(rng),
        store=store,
        ready_s=ready,
        due_s=ready + float(rng.integers(1_200, 4_800)),
        drop_from_s=float(rng.choice([-inf, ready + 900])),
        pick_by_s=float(rng.choice([inf, ready + 2_400])),
        units=int(rng.integers(1, 5)),
        grams=int(rng.integers(1_000, 30_000)),
        heaviest_grams=int(rng.integers(500, 9_000)),
        needs=Need(int(rng.choice([0, 0, 0, 1, 2, 8]))),
        ride_s=float(rng.choice([inf, 1_500])),
        urgency=int(rng.choice([1, 1, 3])),
    )


def _trip(rng: np.random.Generator) -> TripRow:
    return TripRow(
        origin=_point(rng),
        destination=None if rng.random() < 0.2 else _point(rng),
        depart_s=float(rng.integers(0, 900)),
        leave_by_s=float(rng.integers(600, 2_000)),
        latest_s=float(rng.integers(3_000, 7_200)),
        extra_s=float(rng.integers(300, 2_100)),
        extra_m=float(rng.integers(4_000, 25_000)),
        route_m=float(rng.choice([inf, 30_000])),
        units=int(rng.choice([4, 8, 12])),
        grams=60_000,
        item_grams=float(rng.choice([inf, 6_000])),
        max_orders=int(rng.integers(1, 4)),
        refuses=Need(int(rng.choice([0, 8, 9, 10]))),
        excluded_stores=(int(rng.integers(4)),) if rng.random() < 0.2 else (),
        excluded_deliveries=(int(rng.integers(14)),) if rng.random() < 0.2 else (),
    )


def _spoilt(rng: np.random.Generator, row: Row) -> Row:
    """Up to three columns of a row made strange."""
    names = [column.name for column in fields(row) if isinstance(getattr(row, column.name), int | float | Point)]
    for name in rng.choice(names, int(rng.integers(0, 4)), replace=False).tolist():
        is_place, is_bits = isinstance(getattr(row, name), Point), name in ("needs", "refuses", "store", "trip")
        if not is_bits:
            choice: Any = NOWHERE[int(rng.integers(3))] if is_place else STRANGE[int(rng.integers(len(STRANGE)))]
            row = replace(row, **{name: choice})
    return row


def problem_of(rows: Rows, rng: np.random.Generator) -> Problem:
    """The rows as a problem; every other one with travel times by cells."""
    return build_problem(*rows, routing=BuiltinRouting(), at=NOON, dense_up_to=600 if rng.random() < 0.5 else 0)


def main() -> None:
    """Solve and check so many problems, print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problems", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep the counts under bench/results by commit")
    args = parser.parse_args()
    warm_up()
    rng, started = np.random.default_rng(args.seed), time.perf_counter()
    solved, failed, served = Counter[str](), Counter[str](), 0
    shares = np.array([share for _, share in KINDS.values()], np.float64)
    for kind in rng.choice(list(KINDS), args.problems, p=shares / shares.sum()).tolist():
        problem = problem_of(KINDS[kind][0](rng), rng)
        cut = 1 if rng.random() < CUT_SHARE else None
        plan = solve(problem, seed=1, iterations=FEW_STEPS if kind == LONG else STEPS, split_from=cut, workers=2)
        solved[kind] += 1
        served += plan.served
        broken = validate(problem, plan)
        failed[kind] += bool(broken)
        if broken:
            print(f"  {kind}, problem {solved.total()}: {broken[0]}")
    wall = time.perf_counter() - started
    print(f"{machine()}; seed {args.seed}; {solved.total()} problems, {served} deliveries served, {wall:.0f} s")
    for kind in KINDS:
        print(f"  {kind:<20}{solved[kind]:>7} problems{failed[kind]:>5} broken")
    print(f"  in all {failed.total()} plans broke a rule (goal: 0)")
    if args.keep:
        counts = {"seed": args.seed, "problems": dict(solved), "broken": dict(failed), "served": served, "wall_s": wall}
        print(f"kept in {save('hostile', counts)}")


if __name__ == "__main__":
    main()
