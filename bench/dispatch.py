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
from typing import TypedDict, cast

from bench._metros import DATA
from bench._report import machine, save

METHODS = "nearest,insertion,vroom:0,vroom:5,ortools:10,pyvrp:30,exact:30,homeward:1,homeward:5,homeward:10"
# Orders above which a method takes minutes, hours or gigabytes; --all runs it nevertheless.
LARGEST = {"vroom:0": 2_000, "vroom:5": 100, "ortools": 500, "pyvrp": 500, "exact": 120, "vroom": 500}
BOUND_ALL_UP_TO = 120  # orders up to which every row's detour has its bound; above, only ours has, unless --all
OURS = ("homeward", "whole", "alone")
NEARLY_ALL = 0.99  # of what the longest box serves: a shorter one that comes so far is said to be enough
HEAD = "  method         served   share  s/order     detour     wall      cpu       MB   peak  check"
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
    peak_mb: float
    iterations: int
    violations: list[str]


def run_one(ask: dict[str, object]) -> Row | None:
    """Run one method on one instance in its own process; None, with the reason printed, when it fails."""
    found = in_own_process("bench._method", ask, str(ask["method"]))
    return cast(Row, found) if found is not None else None


def in_own_process(module: str, ask: dict[str, object], name: str) -> dict[str, object] | None:
    """Run a module that takes JSON and prints JSON; None, with the reason printed, when it fails."""
    command = [sys.executable, "-m", module, json.dumps(ask)]
    root = Path(__file__).parents[1]
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=root, timeout=PATIENCE_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        print(f"  {name}: given up after {PATIENCE_SECONDS} s")
        return None
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no output"])[-1]
        print(f"  {name}: failed, {reason}")
        return None
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def bound(ask: dict[str, object], rows: Sequence[Row], *, everything: bool) -> dict[str, object] | None:
    """Say what nobody can beat on an instance, and how far each row is from it.

    The bound on detour is that of a row's own number of served orders; where bundles are many, of our numbers only.
    """
    asked = rows if everything or int(str(ask["orders"])) <= BOUND_ALL_UP_TO else [r for r in rows if _is_ours(r)]
    numbers = sorted({row["served"] for row in asked})
    found = in_own_process("bench._bounds", ask | {"served": numbers}, "bound")
    if found is None:
        return None
    most = float(str(found["served_at_most"]))
    least = dict(zip(numbers, cast(list[float], found.get("detour_at_least", [])), strict=False))
    print(f"  bound: at most {most:.1f} served")
    for row in rows:
        said = f"  {row['method']:<14}{100 * row['served'] / most:>7.2f} % of it"
        if least.get(row["served"], 0.0) > 0:
            said += f", detour {row['detour_s'] / least[row['served']]:.3f} of at least {least[row['served']]:.0f} s"
        print(said)
    return {"instance": rows[0]["instance"] if rows else "", "numbers": numbers, **found}


def _is_ours(row: Row) -> bool:
    return row["method"].split(":")[0] in OURS


def line(row: Row) -> str:
    """One row of the table."""
    per_order = row["detour_s"] / row["served"] if row["served"] else 0.0
    share = 100 * row["served"] / row["orders"] if row["orders"] else 0.0
    checked = "ok" if not row["violations"] else "INVALID " + row["violations"][0]
    return (
        f"  {row['method']:<14}{row['served']:>7}{share:>8.1f} %{per_order:>10.1f}{row['detour_s']:>12}"
        f"{row['wall_s']:>9.2f}{row['cpu_s']:>9.2f}{row['extra_mb']:>9.1f}{row['peak_mb']:>7.0f}  {checked}"
    )


def scaling(rows: Sequence[Row]) -> list[str]:
    """How CPU time grows with the number of orders: the exponent of a power law per method.

    Of our search, which takes what it is given: the CPU time of the shortest box that serves nearly what the longest
    serves.
    """
    said = []
    for name in sorted({_family(row) for row in rows} - {"ortools", "exact"}):
        points = _points([row for row in rows if _family(row) == name])
        small, large = min(points, default=(0, 0.0)), max(points, default=(0, 0.0))
        if large[0] > small[0]:
            exponent = math.log(large[1] / small[1]) / math.log(large[0] / small[0])
            said.append(f"  {name}: CPU time grows with orders ^ {exponent:.2f} ({small[0]} to {large[0]})")
    return said


def _family(row: Row) -> str:
    """A method's name, its effort left out where that is a time."""
    kind = row["method"].split(":")[0]
    return kind if kind in (*OURS, "ortools", "exact") else row["method"]


def _points(rows: Sequence[Row]) -> list[tuple[int, float]]:
    """Orders and CPU seconds of the quickest run on each instance that serves nearly the most."""
    points = []
    for instance in {row["instance"] for row in rows}:
        mine = [row for row in rows if row["instance"] == instance]
        most = max(row["served"] for row in mine)
        enough = [row["cpu_s"] for row in mine if row["served"] >= NEARLY_ALL * most and row["cpu_s"] > 0]
        points += [(mine[0]["orders"], min(enough))] if enough else []
    return points


def instances(kinds: Iterable[str], sizes: str, seeds: str) -> Iterable[dict[str, object]]:
    """Every instance asked for; kinds whose data is absent are said and left out."""
    for wish in kinds:
        kind, _, own = wish.partition(":")
        if kind == "chatt" and not (DATA / "commutes" / "chattanooga.csv.gz").exists():
            print(f"skipped chatt: {DATA}/commutes/chattanooga.csv.gz is not there (set HOMEWARD_DATA)")
            continue
        for size in (own.replace("+", ",") or sizes).split(","):
            orders, trips = (int(part) for part in size.split("x"))
            for seed in seeds.split(","):
                yield {"kind": kind, "orders": orders, "trips": trips, "seed": int(seed)}


def compare(ask: dict[str, object], methods: Sequence[str], *, everything: bool) -> list[Row]:
    """Run every method on one instance and print its table; say what was left out."""
    print(f"{ask['kind']} {ask['orders']} orders x {ask['trips']} trips, seed {ask['seed']}")
    print(HEAD)
    rows: list[Row] = []
    for name in methods:
        most = LARGEST.get(name, LARGEST.get(name.split(":")[0]))
        if most is not None and int(str(ask["orders"])) > most and not everything:
            print(f"  {name}: left out above {most} orders (--all)")
            continue
        row = run_one(ask | {"method": name})
        if row is not None:
            rows.append(row)
            print(line(row), flush=True)
    return rows


def main() -> None:
    """Read the wishes, run everything, print the tables, keep the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="100x50,500x250,2000x1000,10000x5000", help="orders x trips, with commas")
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--methods", default=METHODS)
    parser.add_argument("--kinds", default="metro,chatt:500x250", help="a kind may have sizes of its own: a:1x1+2x1")
    parser.add_argument("--json", type=Path, help="write the rows here as well")
    parser.add_argument("--all", action="store_true", help="also what takes minutes")
    parser.add_argument("--keep", action="store_true", help="keep the rows under bench/results by commit")
    args = parser.parse_args()
    print(f"{machine()}; served orders, detour in seconds, wall and CPU seconds, MB beyond the instance and in all")
    rows: list[Row] = []
    bounds: list[dict[str, object]] = []
    for ask in instances(args.kinds.split(","), args.sizes, args.seeds):
        mine = compare(ask, args.methods.split(","), everything=args.all)
        rows += mine
        found = bound(ask, mine, everything=args.all)
        bounds += [found] if found else []
    print("\n".join(scaling(rows)))
    if args.json:
        args.json.write_text(json.dumps({"rows": rows, "bounds": bounds}, indent=1) + "\n", encoding="utf-8")
    if args.keep:
        print(f"kept in {save('dispatch', {'rows': rows, 'bounds': bounds})}")


if __name__ == "__main__":
    main()
