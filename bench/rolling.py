"""Two rolling hours: orders and trips become known as time passes, and a route is fixed when its driver leaves.

    python -m bench.rolling --orders 600 --trips 300 --seeds 1 --methods arrival,homeward:0.4 [vroom:2]

Every cycle the method sees what is known and has not left. `arrival` inserts each order where it costs least as soon
as it is known and never moves it; the others plan anew and commit only at departure. Two bounds stand beside them, both
by the relaxed choice among all bundles: hindsight knows every order and trip at once; "in time" does so too, but gives
a trip no order that becomes known after its driver has left, since that is out of everybody's reach.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from bench._bounds import most_served
from bench._bundles import all_bundles
from bench._method import plan_from
from bench._metros import Instance, metro
from bench._peers import vroom
from bench._report import machine, save
from dispatch.engine.drive import drive
from dispatch.engine.plan import Plan
from dispatch.engine.problem import Problem
from dispatch.engine.solve import solve, warm_up
from dispatch.engine.validate import validate

Ints = NDArray[np.int64]
Method = Callable[[Instance, Problem, Plan | None], Plan]
HOURS_SECONDS, CYCLE_SECONDS, AHEAD_SECONDS = 7_200, 30, 900
BOUND_SECONDS = 60.0


@dataclass(slots=True)
class Evening:
    """An instance whose rows become known one after the other."""

    instance: Instance
    order_known: Ints
    trip_known: Ints
    fixed: dict[int, list[int]] = field(default_factory=dict)  # routes of those who have left, by trip
    planned: dict[int, list[int]] = field(default_factory=dict)  # routes of the last cycle, by trip

    def open_rows(self, now: int) -> tuple[Ints, Ints]:
        """Orders that are known and on nobody's fixed route, and trips that are known and have not left."""
        gone = {code // 2 for route in self.fixed.values() for code in route}
        known = np.flatnonzero((self.order_known <= now) & (self.instance.due > now))
        orders = np.array([i for i in known.tolist() if i not in gone], np.int64)
        return orders, np.flatnonzero((self.trip_known <= now) & (self.instance.depart >= now))

    def may(self) -> NDArray[np.bool_]:
        """Whether each order is known in the last cycle before each trip leaves, and the trip as well, (n, m)."""
        last = self.instance.depart // CYCLE_SECONDS * CYCLE_SECONDS
        return np.asarray((self.order_known[:, None] <= last) & (self.trip_known <= last), np.bool_)

    def leave(self, until: int) -> None:
        """Fix the routes of all who leave before the next cycle."""
        for trip in [trip for trip in self.planned if self.instance.depart[trip] < until]:
            self.fixed[trip] = self.planned.pop(trip)


def evening(orders: int, trips: int, seed: int) -> Evening:
    """Two hours of the made-up metro: orders come evenly, trips are declared up to a quarter of an hour ahead."""
    base, rng = metro(orders, trips, seed), np.random.default_rng(seed + 1_000)
    known, declared = np.sort(rng.integers(0, HOURS_SECONDS, orders)), rng.integers(0, HOURS_SECONDS, trips)
    depart = declared + rng.integers(0, AHEAD_SECONDS + 1, trips)
    moved = replace(
        base,
        name=f"rolling-{orders}x{trips}-s{seed}",
        ready=known + base.ready // 2,
        due=known + base.due,
        depart=depart,
        latest=base.latest - base.depart + depart,
    )
    return Evening(moved, known, declared)


def some(instance: Instance, orders: Ints, trips: Ints) -> Instance:
    """Some rows of an instance as one of their own."""
    rows = np.r_[np.arange(instance.stores), instance.door[orders], instance.origin[trips], instance.end[trips]]
    columns = {name: getattr(instance, name)[orders] for name in ("store", "ready", "due", "size")}
    columns |= {name: getattr(instance, name)[trips] for name in ("depart", "latest", "budget", "room", "most")}
    return replace(instance, place=instance.place[rows], **columns)


def roll(world: Evening, method: Method) -> dict[str, object]:
    """Let the evening pass; what was served, how far out of the way, and how long the cycles took."""
    times: list[float] = []
    for now in range(0, HOURS_SECONDS + AHEAD_SECONDS + 1, CYCLE_SECONDS):
        orders, trips = world.open_rows(now)
        if len(orders) and len(trips):
            small = some(world.instance, orders, trips)
            problem = small.problem()
            before = _carried(world, problem, small, orders, trips)
            started = time.perf_counter()
            plan = method(small, problem, before)
            times.append(time.perf_counter() - started)
            if validate(problem, plan):
                raise SystemExit(f"A plan of cycle {now} breaks a rule: {validate(problem, plan)[0]}")
            world.planned = {
                int(trips[trip.trip]): [2 * int(orders[s.delivery]) + s.is_drop for s in trip.stops]
                for trip in plan.trips
            }
        world.leave(now + CYCLE_SECONDS)
    whole = world.instance.problem()
    added = 0
    for trip, route in world.fixed.items():
        added += drive(whole, trip, route, int(whole.trips.depart_s[trip])).seconds - whole.direct(trip)[0]
    served = sum(len(route) // 2 for route in world.fixed.values())
    return {"served": served, "detour_s": added, "cycle_p99_s": float(np.quantile(times, 0.99)), "wall_s": sum(times)}


def _carried(world: Evening, problem: Problem, small: Instance, orders: Ints, trips: Ints) -> Plan | None:
    """The last cycle's plan in this cycle's rows."""
    row = {int(order): k for k, order in enumerate(orders)}
    place = {int(trip): k for k, trip in enumerate(trips)}
    kept = {
        place[trip]: [2 * row[code // 2] + code % 2 for code in route if code // 2 in row]
        for trip, route in world.planned.items()
        if trip in place
    }
    return plan_from(problem, {trip: route for trip, route in kept.items() if route})


def on_arrival(_: Instance, problem: Problem, before: Plan | None) -> Plan:
    """Keep what is planned as it is and insert each new order where it costs least."""
    return solve(problem, seed=1, warm=before)


def method_of(name: str) -> Method:
    """A method by its name; the number is its effort in each cycle."""
    kind, _, effort = name.partition(":")
    if kind == "arrival":
        return on_arrival
    if kind == "vroom":
        return lambda small, problem, _: plan_from(problem, vroom(small, int(effort), threads=2))
    if kind == "homeward":
        return lambda _, problem, before: solve(problem, seed=1, seconds=float(effort), warm=before)
    raise SystemExit(f"There is no method {name!r}: arrival, vroom:X, homeward:SECONDS.")


def main() -> None:
    """Roll every method over every seed and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=600)
    parser.add_argument("--trips", type=int, default=300)
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--methods", default="arrival,homeward:0.3")
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
        print(f"seed {seed}: at most {most:.1f} served in hindsight, {in_time:.1f} in time")
        print("  method          served  hindsight  in time    s/order  cycle p99")
        for name in args.methods.split(","):
            row = roll(evening(args.orders, args.trips, seed), method_of(name))
            rows.append({"seed": seed, "method": name, "hindsight": most, "in_time": in_time, **row})
            served, detour, slow = (float(str(row[key])) for key in ("served", "detour_s", "cycle_p99_s"))
            shares = f"{100 * served / most:>9.1f} %{100 * served / in_time:>7.1f} %"
            print(f"  {name:<14}{served:>8.0f}{shares}{detour / max(1.0, served):>9.0f} s{slow:>9.2f} s", flush=True)
    if args.keep:
        print(f"kept in {save('rolling', {'rows': rows})}")


if __name__ == "__main__":
    main()
