"""Two rolling hours: orders and trips become known as time passes, and a route is fixed when its driver leaves.

    python -m bench.rolling --orders 600 --trips 300 --seeds 1,2 --methods arrival,homeward:0.3,vroom:2 [--adds-on]

Every cycle the method sees what is known and has not left. `arrival` inserts each order where it costs least as soon
as it is known and never moves it; the others plan anew and commit only at departure; `plain` is homeward without the
look at an order's later chances. The number is VROOM's exploration level, or seconds of search in each cycle, or with
an `i` behind it steps of search. With `--adds-on` a second round is rolled in which a run under way takes more orders,
from where its driver is, as production does; there nothing given to a run is taken back. (VROOM cannot be told so.)

Two bounds stand beside them, both by the relaxed choice among all bundles: hindsight knows every order and trip; "in
time" does so too, but gives a trip no order that becomes known after its driver has left, since with routes fixed at
departure that is out of everybody's reach. (With `--adds-on` it is not.)
"""

import argparse
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench._bounds import most_served
from bench._bundles import all_bundles
from bench._evening import AHEAD_SECONDS, CYCLE_SECONDS, HOURS_SECONDS, Cycle, Evening, evening
from bench._method import plan_from
from bench._peers import vroom
from bench._report import machine, save
from dispatch.engine.plan import Plan
from dispatch.engine.problem import Problem
from dispatch.engine.solve import solve, warm_up
from dispatch.engine.validate import validate

Method = Callable[[Evening, Cycle, int], Plan]
LAST_SECOND = HOURS_SECONDS + AHEAD_SECONDS + 2 * 3_600  # by then the last driver is at home
BOUND_SECONDS = 60.0


def roll(world: Evening, method: Method) -> dict[str, object]:
    """Let the evening pass; what was brought, how far out of the way, and how long the cycles took."""
    wall: list[float] = []
    cpu: list[float] = []
    for now in range(0, LAST_SECOND, CYCLE_SECONDS):
        if (cycle := world.cycle(now)) is not None:
            clocks = time.perf_counter(), time.process_time()
            plan = method(world, cycle, now)
            wall.append(time.perf_counter() - clocks[0])
            cpu.append(time.process_time() - clocks[1])
            if broken := validate(cycle.problem, plan):
                raise SystemExit(f"A plan of cycle {now} breaks a rule: {broken[0]}")
            world.adopt(cycle, plan, now)
        world.pass_until(now + CYCLE_SECONDS)
    return {
        "served": world.brought,
        "detour_s": world.added_s,
        "cycle_p99_s": round(float(np.quantile(wall, 0.99)), 3),
        "cycle_cpu_s": round(float(np.mean(cpu)), 3),
        "cycles": len(wall),
    }


def with_chances(world: Evening, cycle: Cycle, now: int) -> Problem:
    """A cycle's problem with orders weighed by their later chances, as production weighs them."""
    deliveries = replace(cycle.problem.deliveries, urgency=world.urgency(cycle, now))
    return replace(cycle.problem, deliveries=deliveries)


def method_of(name: str) -> Method:
    """A method by its name; the number is its effort in each cycle."""
    kind, _, effort = name.partition(":")
    steps = int(effort[:-1]) if effort.endswith("i") else None
    seconds = float(effort or 0) if steps is None else None
    methods: dict[str, Method] = {
        # Keep what is planned as it is and insert each new order where it costs least.
        "arrival": lambda _, cycle, __: solve(cycle.problem, seed=1, warm=cycle.before),
        "vroom": lambda _, cycle, __: plan_from(cycle.problem, vroom(cycle.instance, int(effort), threads=2)),
        "plain": lambda _, cycle, __: solve(
            cycle.problem, seed=1, seconds=seconds, iterations=steps, warm=cycle.before
        ),
        "homeward": lambda world, cycle, now: solve(
            with_chances(world, cycle, now), seed=1, seconds=seconds, iterations=steps, warm=cycle.before
        ),
    }
    if kind not in methods:
        raise SystemExit(f"There is no method {name!r}: arrival, vroom:X, plain:SECONDS, homeward:SECONDS.")
    return methods[kind]


def main() -> None:
    """Roll every method over every seed and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=600)
    parser.add_argument("--trips", type=int, default=300)
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--methods", default="arrival,plain:0.3,homeward:0.3")
    parser.add_argument("--adds-on", action="store_true", help="roll once more with runs under way taking more")
    parser.add_argument("--json", type=Path, help="write the rows there as JSON")
    parser.add_argument("--keep", action="store_true", help="keep the rows under bench/results by commit")
    args = parser.parse_args()
    warm_up()
    print(f"{machine()}; {args.orders} orders, {args.trips} trips, two hours, a cycle each {CYCLE_SECONDS} s")
    rows: list[dict[str, object]] = []
    for seed in [int(seed) for seed in args.seeds.split(",")]:
        world = evening(args.orders, args.trips, seed)
        most, in_time = (
            most_served(all_bundles(world.instance, may), world.instance, BOUND_SECONDS) for may in (None, world.may())
        )
        print(f"seed {seed}: at most {most:.1f} served in hindsight, {in_time:.1f} in time\n{HEADINGS}")
        for adds_on in (False, True)[: 1 + args.adds_on]:
            for name in args.methods.split(","):
                if not (adds_on and name.startswith("vroom")):
                    row = roll(evening(args.orders, args.trips, seed, adds_on=adds_on), method_of(name))
                    about = {"seed": seed, "method": name, "adds_on": adds_on, "hindsight": most, "in_time": in_time}
                    rows.append(about | row)
                    print(_line(rows[-1]), flush=True)
    if args.json:
        args.json.write_text(json.dumps({"machine": machine(), "rows": rows}, indent=2) + "\n", encoding="utf-8")
    if args.keep:
        print(f"kept in {save('rolling', {'rows': rows})}")


HEADINGS = "  method            add-ons   served  hindsight  in time  s/order  cycle p99  CPU each"


def _line(row: Mapping[str, object]) -> str:
    served, detour, slow, cpu = (float(str(row[k])) for k in ("served", "detour_s", "cycle_p99_s", "cycle_cpu_s"))
    shares = [100 * served / float(str(row[bound])) for bound in ("hindsight", "in_time")]
    reached = f"{shares[0]:>9.1f} %{shares[1]:>7.1f} %"
    name, adds_on = str(row["method"]), "yes" if row["adds_on"] else "no"
    each = f"{detour / max(1.0, served):>7.0f} s"
    return f"  {name:<18}{adds_on:>7}{served:>9.0f}{reached}{each}{slow:>9.2f} s{cpu:>9.2f} s"


if __name__ == "__main__":
    main()
