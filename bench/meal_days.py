"""Whole days of the Meal Delivery Routing Problem, order by order as they are placed, with a plan each minute.

    python -m bench.meal_days --days 0,1 --seeds 1 --methods arrival:90,arrival:2,homeward:2 --json rows.json

`arrival` inserts each order where it costs the least driving as soon as it is placed, and never moves it; `homeward`
plans anew from the last plan with `--steps` of search. The number is what is promised: so many minutes after the
soonest an order could be at its door, and never more than the published limit after it was placed; so `arrival:90`
knows that limit alone. Whoever cannot keep a promise gives the order more minutes. Both have the same couriers and
the published evaluator's rules and figures (`_meals.py`): click-to-door, its overage beyond the published target,
ready-to-pickup. Every plan of every minute is validated. HOMEWARD_DATA names the folder of the days.
"""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench._meals import Day, Method, Routes, Streets, read_day, unfold
from bench._method import plan_from
from bench._metros import DATA
from bench._report import machine, save
from dispatch.engine.plan import Plan
from dispatch.engine.problem import NONE, Problem
from dispatch.engine.solve import solve, warm_up
from dispatch.engine.validate import validate

Row = dict[str, str | int | float]
HEAD = "  method        delivered  click-to-door      p90   over  ready-to-pickup  driven/order      cpu"
GOAL = 0.9


def method_of(name: str, steps: int, seed: int) -> tuple[Method, int]:
    """A method and its promise in seconds by name."""
    kind, _, minutes = name.partition(":")
    if kind not in ("arrival", "homeward") or not minutes.isdigit():
        raise SystemExit(f"There is no method {name!r}: arrival:MINUTES, homeward:MINUTES (what is promised).")

    def run(problem: Problem, before: Routes) -> Plan:
        iterations = steps if kind == "homeward" else None
        plan = solve(problem, seed=seed, iterations=iterations, warm=plan_from(problem, before))
        broken = validate(problem, plan)
        if broken:
            raise SystemExit(f"A plan of {name} breaks a rule: {broken[0]}")
        return plan

    return run, 60 * int(minutes)


def figures(day: Day, streets: Streets) -> Row:
    """The published evaluator's figures, in minutes, over what was delivered."""
    done = streets.dropped != NONE
    click_to_door = (streets.dropped - day.placed)[done] / 60
    ready_to_pickup = (streets.picked - day.ready)[done] / 60
    return {
        "orders": len(done),
        "delivered": int(done.sum()),
        "click_to_door": float(click_to_door.mean()),
        "click_to_door_p90": float(np.quantile(click_to_door, 0.9)),
        "overage": float(np.maximum(0, click_to_door - day.target_s / 60).mean()),
        "ready_to_pickup": float(ready_to_pickup.mean()),
        "driven_an_order": streets.driven_s / 60 / max(1, int(done.sum())),
    }


def measure(day: Day, name: str, steps: int, seed: int) -> Row:
    """One method over one day."""
    method, promise = method_of(name, steps, seed)
    started = time.process_time()
    streets = unfold(day, method, promise)
    return {
        "day": day.name,
        "method": name,
        "seed": seed,
        **figures(day, streets),
        "cpu_s": time.process_time() - started,
    }


def line(row: Row) -> str:
    """One row of the table."""
    return (
        f"  {row['method']:<14}{row['delivered']:>5}/{row['orders']:<5}{row['click_to_door']:>11.2f}"
        f"{row['click_to_door_p90']:>9.1f}{row['overage']:>7.2f}{row['ready_to_pickup']:>17.2f}"
        f"{row['driven_an_order']:>14.2f}{row['cpu_s']:>9.1f}"
    )


def beside_arrival(rows: Sequence[Row]) -> list[str]:
    """Per day, click-to-door of every search over that of every insertion, and who delivers fewer."""
    said = []
    for row in (row for row in rows if str(row["method"]).startswith("homeward")):
        there = [other for other in rows if other["day"] == row["day"]]
        most = max(int(other["delivered"]) for other in there)
        ratios = ", ".join(
            f"{float(row['click_to_door']) / float(other['click_to_door']):.3f} of {other['method']}'s"
            for other in there
            if str(other["method"]).startswith("arrival")
        )
        said.append(
            f"  {row['day']} {row['method']} seed {row['seed']}: delivers {row['delivered']} of the {most} that anybody"
            f" does; click-to-door {ratios or 'beside nothing'} (goal {GOAL})"
        )
    return said


def folders(wanted: str) -> list[Path]:
    """The folders of some days, by the number each name starts with."""
    there = {path.parent.name.split("o")[0]: path.parent for path in sorted((DATA / "mdrp").glob("*/orders.txt"))}
    if not there:
        print(f"skipped: no days in {DATA}/mdrp (set HOMEWARD_DATA)")
        return []
    absent = [day for day in wanted.split(",") if day not in there]
    if absent:
        raise SystemExit(f"There is no day {', '.join(absent)}: {', '.join(there)}.")
    return [there[day] for day in wanted.split(",")]


def main() -> None:
    """Let every day pass under every method and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", default="0", help="0,1,2,3,4,5; the last is five times as large")
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--methods", default="arrival:90,arrival:2,homeward:2")
    parser.add_argument("--steps", type=int, default=300, help="of search in each plan of homeward")
    parser.add_argument("--json", type=Path, help="write the rows here as well")
    parser.add_argument("--keep", action="store_true", help="keep the rows under bench/results by commit")
    args = parser.parse_args()
    for name in args.methods.split(","):
        method_of(name, args.steps, 1)
    warm_up()
    print(f"{machine()}; minutes; {args.steps} steps a plan; CPU seconds a day")
    rows: list[Row] = []
    for folder in folders(args.days):
        day = read_day(folder)
        print(f"{day.name}: {len(day.placed)} orders, {len(day.on)} couriers\n{HEAD}")
        for name in args.methods.split(","):
            for seed in args.seeds.split(",")[: 1 if name.startswith("arrival") else None]:
                rows.append(measure(day, name, args.steps, int(seed)))
                print(line(rows[-1]), flush=True)
    print("\n".join(beside_arrival(rows)))
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    if args.keep:
        print(f"kept in {save('meal_days', {'rows': rows})}")


if __name__ == "__main__":
    main()
