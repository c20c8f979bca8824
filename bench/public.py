"""Measure the engine on published instances, beside the best anybody has found.

    python -m bench.public --seconds 10 --sets lilim,pdptw,mdrp --seeds 1

Li & Lim and Sartori & Buriol: all requests served with the published number of vehicles, cost against the best known.
Meal Delivery Routing (Reyes et al. 2018): the busiest half hours, total travel beside VROOM and insertion.
The data is not part of this project; HOMEWARD_DATA names the folder, and what is absent is said and left out. The
sets: SINTEF TOP (Li & Lim), cssartori/pdptw-instances, grubhub/mdrplib.
"""

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path

from bench._metros import DATA
from bench._pdptw import Published, li_lim, sartori_buriol
from bench._report import machine, save
from bench.dispatch import line, run_one
from dispatch.engine.solve import solve, warm_up
from dispatch.engine.validate import validate

Rows = list[dict[str, object]]


def published(chosen: str) -> Iterator[Published]:
    """Instances of one set, or a line that says what is absent."""
    folder = DATA / chosen
    files = sorted(folder.glob("*.txt"))
    if not files:
        print(f"skipped {chosen}: no instances in {folder} (set HOMEWARD_DATA)")
    for path in files:
        yield li_lim(path) if chosen == "lilim" else sartori_buriol(path, folder / "bks.dat")


def against_best(chosen: str, seconds: float, seeds: list[int]) -> Rows:
    """Solve a set and print each cost beside the best known."""
    rows: Rows = []
    print("  instance      vehicles  served        cost   best known     gap     wall  check")
    for item in published(chosen):
        for seed in seeds:
            started = time.perf_counter()
            plan = solve(item.problem, seed=seed, seconds=seconds)
            wall = time.perf_counter() - started
            broken = validate(item.problem, plan)
            cost, total = plan.extra_s / item.scale, len(item.problem.deliveries)
            gap = 100 * (cost / item.best - 1)
            check = "ok" if not broken else f"INVALID {broken[0].code}"
            whole = f"{gap:>+7.2f} %" if plan.served == total else "   unserved"
            print(
                f"  {item.name:<14}{item.vehicles:>8}{plan.served:>5}/{total:<4}{cost:>10.2f}{item.best:>13.2f}"
                f"{whole}{wall:>9.2f}  {check}",
                flush=True,
            )
            rows.append(
                {"set": chosen, "instance": item.name, "seed": seed, "vehicles": item.vehicles, "cost": cost}
                | {"best": item.best, "served": plan.served, "total": total, "wall_s": wall, "valid": not broken}
            )
    gaps = [float(str(r["cost"])) / float(str(r["best"])) - 1 for r in rows if r["served"] == r["total"]]
    if gaps:
        print(f"  all served in {len(gaps)} of {len(rows)}; mean gap there {100 * sum(gaps) / len(gaps):+.2f} %")
    return rows


def busiest_minute(folder: Path) -> int:
    """The minute at whose end the most orders of the last half hour wait."""
    placed = [int(row.split()[3]) for row in (folder / "orders.txt").read_text().splitlines()[1:] if row.strip()]
    return max(range(0, 1_440, 15), key=lambda minute: sum(minute - 30 < at <= minute for at in placed))


def meal_days(methods: str) -> Rows:
    """The busiest half hour of each Meal Delivery Routing day: detour here is total travel, VROOM's own objective."""
    rows: Rows = []
    folders = sorted(path for path in (DATA / "mdrp").glob("*") if (path / "orders.txt").exists())
    if not folders:
        print(f"skipped mdrp: no days in {DATA}/mdrp (set HOMEWARD_DATA)")
    for folder in folders:
        minute = busiest_minute(folder)
        print(f"  {folder.name} at minute {minute}")
        for method in methods.split(","):
            row = run_one({"kind": "mdrp", "folder": folder.name, "minute": minute, "method": method})
            if row is not None:
                print(line(row), flush=True)
                rows.append(dict(row))
    _beside_vroom(rows)
    return rows


def _beside_vroom(rows: Rows) -> None:
    """Total travel of our last method over VROOM's, on the days where both deliver the same."""
    ours = {row["instance"]: row for row in rows if str(row["method"]).startswith("homeward")}
    theirs = {row["instance"]: row for row in rows if str(row["method"]).startswith("vroom")}
    ratios = [
        float(str(ours[day]["detour_s"])) / float(str(theirs[day]["detour_s"]))
        for day in ours.keys() & theirs.keys()
        if ours[day]["served"] == theirs[day]["served"]
    ]
    if ratios:
        mean = sum(ratios) / len(ratios)
        print(
            f"  travel over VROOM's on {len(ratios)} days: mean {mean:.3f}, most {max(ratios):.3f} (goals 0.99, 1.01)"
        )


def main() -> None:
    """Read the wishes, run every set, keep the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", default="lilim,pdptw,mdrp")
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--methods", default="insertion,vroom:5,homeward:1", help="for mdrp")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", action="store_true", help="keep the rows under bench/results by commit")
    args = parser.parse_args()
    warm_up()
    seeds = [int(seed) for seed in args.seeds.split(",")]
    print(f"{machine()}; {args.seconds} s an instance, seeds {args.seeds}; cost in each set's own unit")
    rows: Rows = []
    for chosen in args.sets.split(","):
        print(chosen)
        rows += meal_days(args.methods) if chosen == "mdrp" else against_best(chosen, args.seconds, seeds)
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    if args.keep:
        print(f"kept in {save('public', {'rows': rows})}")


if __name__ == "__main__":
    main()
