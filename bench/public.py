"""Measure the engine on published instances, beside the best anybody has found, VROOM, OR-Tools and insertion.

    python -m bench.public --sets lilim,pdptw,mdrp --sizes n100,100x80 --seeds 1,2 \\
        --methods insertion,vroom:5,ortools:10,homeward:1,homeward:10 --json rows.json

Li & Lim and Sartori & Buriol: served with the published number of vehicles, cost against the best known, in each
set's own unit. Meal Delivery Routing (Reyes et al. 2018): the ten busiest half hours, total travel in seconds, beside
VROOM, whose own objective that is. A size is a published one (n100 or 100: so many places) or 100x80: at most so many
requests and vehicles, the only one a half hour has. Seeds are the search's; whoever draws no lots runs once. Every
method runs in a process of its own on the same table, and the same validator checks what it answers.
The data is not part of this project; HOMEWARD_DATA names the folder, and what is absent is said and left out. The
sets: SINTEF TOP (Li & Lim), cssartori/pdptw-instances, grubhub/mdrplib. `bench/meal_days.py` runs whole days.
"""

import argparse
import json
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import cast

from bench._report import machine, save
from bench._sets import Case, wanted
from bench.dispatch import Row, run_one, scaling

METHODS = "insertion,vroom:5,homeward:1"
SEEDED = ("homeward", "whole", "alone", "steps")
GOALS = {"lilim": 2.0, "pdptw": 3.0}
HEAD = "  method        seed  served       cost   best known      gap     wall      cpu       MB   peak  check"


class Measured(Row):
    """What one method came to on one published instance."""

    chosen: str
    seed: int
    cost: float
    best: float | None
    gap_percent: float | None  # None without a best known, or when not all are served


def measure(case: Case, method: str, seed: int) -> Measured | None:
    """One method with one seed on one instance."""
    row = run_one({**case.ask, "method": method, "luck": seed})
    if row is None:
        return None
    cost = row["detour_s"] / case.scale
    whole = case.best is not None and row["served"] == row["orders"]
    gap = 100 * (cost / case.best - 1) if whole and case.best else None
    more = {"chosen": case.chosen, "seed": seed, "cost": cost, "best": case.best, "gap_percent": gap}
    return cast(Measured, {**row, **more})


def line(row: Measured) -> str:
    """One row of the table."""
    best = f"{row['best']:.2f}" if row["best"] is not None else "-"
    gap = f"{row['gap_percent']:+.2f} %" if row["gap_percent"] is not None else "-"
    checked = "ok" if not row["violations"] else "INVALID " + row["violations"][0]
    return (
        f"  {row['method']:<14}{row['seed']:>4}{row['served']:>8}{row['cost']:>11.2f}{best:>13}{gap:>9}"
        f"{row['wall_s']:>9.2f}{row['cpu_s']:>9.2f}{row['extra_mb']:>9.1f}{row['peak_mb']:>7.0f}  {checked}"
    )


def compare(case: Case, methods: Sequence[str], seeds: Sequence[int]) -> list[Measured]:
    """Every method on one instance, and its table."""
    print(f"{case.chosen} {case.name}: {case.requests} requests, {case.vehicles} vehicles\n{HEAD}")
    rows: list[Measured] = []
    for method in methods:
        for seed in seeds if method.partition(":")[0] in SEEDED else seeds[:1]:
            row = measure(case, method, seed)
            if row is not None:
                rows.append(row)
                print(line(row), flush=True)
    return rows


def beside_best(rows: Sequence[Measured]) -> list[str]:
    """By set and method, how far the costs are from the best known."""
    said = []
    for chosen, method in sorted({(row["chosen"], row["method"]) for row in rows if row["chosen"] in GOALS}):
        mine = [row for row in rows if row["chosen"] == chosen and row["method"] == method]
        gaps = [row["gap_percent"] for row in mine if row["gap_percent"] is not None]
        text = f"  {chosen} {method}: all served in {len(gaps)} of {len(mine)}"
        if gaps:
            text += f"; gap there mean {sum(gaps) / len(gaps):+.2f} %, most {max(gaps):+.2f} %"
        said.append(f"{text} (goal {GOALS[chosen]:.0f} %)")
    return said


def beside_peers(rows: Sequence[Measured]) -> list[str]:
    """By method, total travel over that of VROOM and of insertion on the half hours where as many are served."""
    moments = [row for row in rows if row["chosen"] == "mdrp"]
    methods = sorted({row["method"] for row in moments})
    peers = [name for name in methods if name.partition(":")[0] in ("vroom", "insertion")]
    said = []
    for peer, name in product(peers, methods):
        if name.partition(":")[0] not in SEEDED:
            continue
        theirs = {row["instance"]: row for row in moments if row["method"] == peer}
        pairs = [
            (row, theirs[row["instance"]]) for row in moments if row["method"] == name and row["instance"] in theirs
        ]
        ratios = [a["detour_s"] / b["detour_s"] for a, b in pairs if a["served"] == b["served"] and b["detour_s"]]
        more, fewer = (sum(sign * (a["served"] - b["served"]) > 0 for a, b in pairs) for sign in (1, -1))
        text = f"  mdrp {name} over {peer}: serves more in {more}, fewer in {fewer} of {len(pairs)}"
        if ratios:
            text += f"; travel where equal: mean {sum(ratios) / len(ratios):.3f}, most {max(ratios):.3f}"
        said.append(text + (" (goals 0.99, 1.01)" if peer.startswith("vroom") else ""))
    return said


def growth(rows: Sequence[Measured]) -> list[str]:
    """By set, how time grows with requests; nothing where the largest instance is not twice the smallest."""
    said = []
    for chosen in sorted({row["chosen"] for row in rows}):
        mine = [row for row in rows if row["chosen"] == chosen]
        sizes = [row["orders"] for row in mine]
        if max(sizes) >= 2 * min(sizes):
            said += [f"  {chosen}{text}" for text in scaling(mine)]
    return said


def seeds_of(text: str) -> list[int]:
    """Whole numbers with commas between them."""
    if not all(part.strip().isdigit() for part in text.split(",")):
        raise SystemExit(f"--seeds takes whole numbers with commas between them, not {text!r}.")
    return [int(part) for part in text.split(",")]


def main() -> None:
    """Read the wishes, run every instance, say what the sets come to, keep the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", default="lilim,pdptw,mdrp")
    parser.add_argument("--sizes", default="", help="n100,n400 or 100x80; all when left out")
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--methods", default=METHODS, help="also ortools:10, steps:20000, homeward:60")
    parser.add_argument("--json", type=Path, help="write the rows here as well")
    parser.add_argument("--keep", action="store_true", help="keep the rows under bench/results by commit")
    args = parser.parse_args()
    seeds, methods = seeds_of(args.seeds), args.methods.split(",")
    cases = wanted(args.sets, args.sizes)
    print(f"{machine()}; wall and CPU seconds, MB beyond the instance and in all")
    rows: list[Measured] = []
    for case in cases:
        rows += compare(case, methods, seeds)
    print("\n".join([*beside_best(rows), *beside_peers(rows), *growth(rows)]))
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    if args.keep:
        print(f"kept in {save('public', {'rows': rows})}")


if __name__ == "__main__":
    main()
