"""What cutting a market into parts by H3 cells costs and brings, and what a second worker brings.

    python -m bench.split --size 10000x5000 --large 50000x25000 --seconds 10 --seed 1

Bound: the most that anybody could serve. Loss: cut and not cut in the same box. Speed-up: one worker's plan after the
box is the mark; two workers get ever longer boxes until they reach it, and so does one: wall seconds to equal quality.
Then a market that only parts can hold. Reached is as many served and, among as many, no more detour.
"""

import argparse
from collections.abc import Sequence

from bench._report import machine, save
from bench.dispatch import HEAD, Row, in_own_process, line, run_one

SHARES = (0.4, 0.5, 0.6, 0.7, 0.85)  # of one worker's box, given to two; half is perfect
GOAL_SHARE = 99.0


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="10000x5000", help="orders x trips")
    parser.add_argument("--large", default="50000x25000", help="orders x trips in parts only; empty for none")
    parser.add_argument("--seconds", type=float, default=10, help="box; the large market has three times as much")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep the rows under bench/results by commit")
    args = parser.parse_args()
    print(f"{machine()}; seed {args.seed}; detour, wall and CPU in seconds")
    said: dict[str, object] = {}
    whole, cut, mark = _run(
        args.size, args.seed, [f"{name}:{args.seconds:g}" for name in ("whole", "homeward", "alone")]
    )
    most = _most(args.size, args.seed)
    said["loss_percent"] = round(100 * (1 - cut["served"] / max(1, whole["served"])), 3)
    said["share_of_bound"] = round(100 * cut["served"] / most, 3)
    print(f"  two workers serve {said['share_of_bound']} % of the {most} that could be (goal: {GOAL_SHARE} in 10 s)")
    print(f"  cut against whole: {said['loss_percent']} % of served lost (goal: under 1; below 0 is a gain)")
    tried = _until_reached(args.size, args.seed, mark, args.seconds)
    said["speed_up"] = round(mark["wall_s"] / tried[-1]["wall_s"], 2) if _reaches(tried[-1], mark) else None
    if said["speed_up"]:
        print(f"  two workers reach in {tried[-1]['wall_s']:.1f} s what one has after {mark['wall_s']:.1f} s:", end=" ")
        print(f"{said['speed_up']} times as fast")
    else:
        print(f"  two workers did not reach it in {SHARES[-1]} of the time")
    large = _run(args.large, args.seed, [f"homeward:{3 * args.seconds:g}"]) if args.large else []
    if args.keep:
        print(f"kept in {save('split', {'rows': [whole, cut, mark, *tried, *large], **said})}")


def _until_reached(size: str, seed: int, mark: Row, seconds: float) -> list[Row]:
    """Two workers with more and more of one worker's box, until they are as good."""
    tried: list[Row] = []
    for share in SHARES:
        tried += _run(size, seed, [f"homeward:{share * seconds:g}"], is_first=False)
        if _reaches(tried[-1], mark):
            break
    return tried


def _reaches(row: Row, mark: Row) -> bool:
    return (row["served"], -row["detour_s"]) >= (mark["served"], -mark["detour_s"])


def _most(size: str, seed: int) -> int:
    orders, trips = (int(part) for part in size.split("x"))
    ask: dict[str, object] = {"kind": "metro", "orders": orders, "trips": trips, "seed": seed}
    found = in_own_process("bench._bounds", ask, "bound")
    return int(float(str(found["served_at_most"]))) if found else orders  # a bound by LP need not be whole


def _run(size: str, seed: int, methods: Sequence[str], *, is_first: bool = True) -> list[Row]:
    orders, trips = (int(part) for part in size.split("x"))
    if is_first:
        print(f"metro {orders} orders x {trips} trips\n{HEAD}")
    rows = []
    for name in methods:
        row = run_one({"kind": "metro", "orders": orders, "trips": trips, "seed": seed, "method": name})
        if row is None:
            raise SystemExit(f"{name} was not measured")
        rows.append(row)
        print(line(row), flush=True)
    return rows


if __name__ == "__main__":
    main()
