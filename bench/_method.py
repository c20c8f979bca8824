"""One method on one instance, in a process of its own: peers cannot disturb each other, and memory is their own."""

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

from bench._bounds import optimum
from bench._metros import DATA, Instance, instance_of, meal_day
from bench._pdptw import published
from bench._peers import Matrix, Routes, nearest_driver, or_tools_on, pyvrp_on, vroom_on
from dispatch.engine.drive import drive
from dispatch.engine.plan import Plan, PlannedStop, TripPlan
from dispatch.engine.problem import Problem
from dispatch.engine.solve import cheapest_insertion, solve, warm_up
from dispatch.engine.validate import validate

SPLIT_FROM = 3_000  # as DISPATCH_SPLIT_FROM


def plan_from(problem: Problem, routes: Routes) -> Plan:
    """A peer's routes as a plan, so that the same validator checks them."""
    plans = []
    for trip, codes in sorted(routes.items()):
        depart = int(problem.trips.depart_s[trip])
        driven = drive(problem, trip, codes, depart)
        times = zip(codes, driven.arrive, driven.start, driven.leave, strict=True)
        seconds, metres = problem.direct(trip)
        plans.append(
            TripPlan(
                trip=trip,
                stops=tuple(PlannedStop(c // 2, bool(c % 2), a, s, e) for c, a, s, e in times),
                deliveries=tuple(c // 2 for c in codes if c % 2 == 0),
                depart_s=depart,
                finish_s=driven.finish,
                added_s=driven.seconds - seconds,
                added_m=driven.metres - metres,
                extra_s=driven.seconds - seconds,
                extra_m=driven.metres - metres,
            )
        )
    given = {delivery for plan in plans for delivery in plan.deliveries}
    unserved = tuple(i for i in range(len(problem.deliveries)) if i not in given)
    return Plan(trips=tuple(plans), unserved=unserved, invalid=(), invalid_trips=())


def method(name: str, problem: Problem, instance: Instance | None, seed: int = 1) -> Callable[[], Plan]:
    """What to run by its name: nearest, insertion, vroom:5, ortools:10, pyvrp:30, exact:60, homeward:1 (its effort).

    `homeward` works as in production; `whole` never cuts a market, `alone` has one worker, `steps` counts steps
    instead of seconds: the same answer on a busy machine. Published problems have no instance but a full table.
    """
    kind, _, effort = name.partition(":")

    def matrix() -> Matrix:
        return instance.matrix() if instance else problem.travel.seconds

    runs: dict[str, Callable[[], Plan]] = {
        "insertion": lambda: cheapest_insertion(problem),
        "vroom": lambda: plan_from(problem, vroom_on(problem, matrix(), int(effort), threads=2)),
        "ortools": lambda: plan_from(problem, or_tools_on(problem, matrix(), float(effort))),
        "pyvrp": lambda: plan_from(problem, pyvrp_on(problem, matrix(), float(effort), seed)),
        "homeward": lambda: solve(problem, seed=seed, seconds=float(effort), workers=2, split_from=SPLIT_FROM),
        "whole": lambda: solve(problem, seed=seed, seconds=float(effort), workers=2),
        "alone": lambda: solve(problem, seed=seed, seconds=float(effort), workers=1, split_from=SPLIT_FROM),
        "steps": lambda: solve(problem, seed=seed, iterations=int(effort)),
    }
    if instance:
        runs["nearest"] = lambda: plan_from(problem, nearest_driver(instance))
        runs["exact"] = lambda: plan_from(problem, optimum(instance, float(effort)).routes)
    if kind not in runs:
        raise SystemExit(f"There is no method {name!r} here: {', '.join(sorted(runs))}.")
    if effort and not effort.replace(".", "", 1).isdigit():
        raise SystemExit(f"The effort of a method is a number, as in {kind}:5, not {effort!r}.")
    return runs[kind]


def problem_of(ask: dict[str, Any]) -> tuple[str, Problem, Instance | None]:
    """The problem that is asked for, its name, and the instance it comes from unless it is a published table."""
    if ask["kind"] in ("lilim", "pdptw"):
        found = published(DATA / ask["kind"] / f"{ask['instance']}.txt")
        return found.name, found.problem, None
    if ask["kind"] == "mdrp":
        instance = meal_day(DATA / "mdrp" / ask["folder"], ask["minute"])
    else:
        instance = instance_of(ask["kind"], ask["orders"], ask["trips"], ask["seed"])
    return instance.name, instance.problem(), instance


def main() -> None:
    """Run what the one argument, a JSON object, asks for, and print what came of it as JSON."""
    ask = json.loads(sys.argv[1])
    name, problem, instance = problem_of(ask)
    run = method(ask["method"], problem, instance, ask.get("luck", 1))
    warm_up()
    before = resource.getrusage(resource.RUSAGE_SELF)
    started = time.perf_counter()
    plan = run()
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF)
    violations = validate(problem, plan)
    print(
        json.dumps(
            {
                "instance": name,
                "orders": len(problem.deliveries),
                "trips": len(problem.trips),
                "method": ask["method"],
                "served": plan.served,
                "detour_s": plan.extra_s,
                "wall_s": round(wall, 3),
                "cpu_s": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 3),
                "extra_mb": round((after.ru_maxrss - before.ru_maxrss) / 1024, 1),
                "peak_mb": round(after.ru_maxrss / 1024),
                "iterations": plan.iterations,
                "violations": [f"{v.code} trip {v.trip} delivery {v.delivery}: {v.detail}" for v in violations[:5]],
            }
        )
    )


if __name__ == "__main__":
    main()
