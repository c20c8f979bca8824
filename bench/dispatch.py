"""Measure dispatch side by side: same instance, same travel times, same validator, one run, one table.

    python -m bench.dispatch --sizes 100x50,500x250 --seeds 1,2 --methods insertion,vroom:5,homeward:1,homeward:5

Served comes first, then the detour per served order. Every method runs in a process of its own, one after the other;
compiled kernels are loaded before its clock starts. CPU seconds stand beside wall seconds because machines are shared.
"""

import argparse
import json
import math
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypedDict

from bench._metros import DATA
from bench._report import machine, save

METHODS = "nearest,insertion,vroom:0,vroom:5,ortools:10,homeward:1,homeward:5,homeward:10"
LARGEST = {"vroom": 2_000, "ortools": 500}  # orders above which a peer takes hours or dense tables of gigabytes
PATIENCE_SECONDS = 3_600


class Row(TypedDict):
    """What one method came to on one instance."""

    instance: str
    orders: int
    trips: int
    method: str
    served: int
    detour_s: int
    wall_s: float
    cpu_s: float
    extra_mb: float
    iterations: int
    violations: list[str]


def run_one(ask: dict[str, object]) -> Row | None:
    """Run one method on one instance in its own process; None, with the reason printed, when it fails."""
    command = [sys.executable, "-m", "bench._method", json.dumps(ask)]
    root = Path(__file__).parents[1]
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=root, timeout=PATIENCE_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        print(f"  {ask['method']}: given up after {PATIENCE_SECONDS} s")
        return None
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no output"])[-1]
        print(f"  {ask['method']}: failed, {reason}")
        return None
    row: Row = json.loads(done.stdout.splitlines()[-1])
    return row


def line(row: Row) -> str:
    """One row of the table."""
    per_order = row["detour_s"] / row["served"] if row["served"] else 0.0
    share = 100 * row["served"] / row["orders"] if row["orders"] else 0.0
    checked = "ok" if not row["violations"] else "INVALID " + row["violations"][0]
    return (
        f"  {row['method']:<14}{row['served']:>7}{share:>8.1f} %{per_order:>10.1f}{row['detour_s']:>12}"
        f"{row['wall_s']:>9.2f}{row['cpu_s']:>9.2f}{row['extra_mb']:>9.1f}  {checked}"
    )


def scaling(rows: Sequence[Row]) -> list[str]:
    """How wall time grows with the number of orders, per method without a time box: the exponent of a power law."""
    said = []
    for name in sorted({row["method"] for row in rows if row["method"].split(":")[0] not in ("homeward", "ortools")}):
        points = [(row["orders"], row["wall_s"]) for row in rows if row["method"] == name and row["wall_s"] > 0]
        small, large = min(points, default=(0, 0.0)), max(points, default=(0, 0.0))
        if large[0] > small[0]:
            exponent = math.log(large[1] / small[1]) / math.log(large[0] / small[0])
            said.append(f"  {name}: time grows with orders ^ {exponent:.2f} ({small[0]} to {large[0]})")
    return said


def instances(kinds: Iterable[str], sizes: str, seeds: str) -> Iterable[dict[str, object]]:
    """Every instance asked for; kinds whose data is absent are said and left out."""
    for kind in kinds:
        if kind == "chatt" and not (DATA / "commutes" / "chattanooga.csv.gz").exists():
            print(f"skipped chatt: {DATA}/commutes/chattanooga.csv.gz is not there (set HOMEWARD_DATA)")
            continue
        for size in sizes.split(","):
            orders, trips = (int(part) for part in size.split("x"))
            for seed in seeds.split(","):
                yield {"kind": kind, "orders": orders, "trips": trips, "seed": int(seed)}


def main() -> None:
    """Read the wishes, run everything, print the tables, keep the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="100x50,500x250,2000x1000", help="orders x trips, with commas")
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--methods", default=METHODS)
    parser.add_argument("--kinds", default="metro,chatt")
    parser.add_argument("--json", type=Path, help="write the rows here as well")
    parser.add_argument("--keep", action="store_true", help="keep the rows under bench/results by commit")
    args = parser.parse_args()
    print(f"{machine()}; served orders, detour in seconds, wall and CPU seconds, MB beyond the instance")
    rows: list[Row] = []
    for ask in instances(args.kinds.split(","), args.sizes, args.seeds):
        print(f"{ask['kind']} {ask['orders']} orders x {ask['trips']} trips, seed {ask['seed']}")
        print("  method         served   share  s/order     detour     wall      cpu       MB  check")
        for name in args.methods.split(","):
            most = LARGEST.get(name.split(":")[0])
            if most is not None and int(str(ask["orders"])) > most:
                print(f"  {name}: left out above {most} orders")
                continue
            row = run_one(ask | {"method": name})
            if row is not None:
                rows.append(row)
                print(line(row), flush=True)
    print("\n".join(scaling(rows)))
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    if args.keep:
        print(f"kept in {save('dispatch', {'rows': rows})}")


if __name__ == "__main__":
    main()
