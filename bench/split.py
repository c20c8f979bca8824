"""What cutting a market into parts by H3 cells costs and brings.

    python -m bench.split --size 10000x5000 --large 50000x25000 --seconds 10 --seed 1

Loss: the same market, the same box, cut and not cut. Speed-up: steps in the same box with one worker and with two.
Then a market that only parts can hold, in four times the box, with its memory.
"""

import argparse

from bench._report import machine, save
from bench.dispatch import HEAD, Row, line, run_one


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="10000x5000", help="orders x trips")
    parser.add_argument("--large", default="50000x25000", help="orders x trips in parts only; empty for none")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep the rows under bench/results by commit")
    args = parser.parse_args()
    print(f"{machine()}; seed {args.seed}")
    rows = _run(args.size, args.seed, [f"whole:{args.seconds}", f"homeward:{args.seconds}"])
    said: dict[str, object] = {}
    if len(rows) == 2:
        said["loss_percent"] = round(100 * (1 - rows[1]["served"] / max(1, rows[0]["served"])), 3)
        print(f"  cut against whole: {said['loss_percent']} % of served lost (goal: under 1; below 0 is a gain)")
    single = _run(args.size, args.seed, [f"alone:{args.seconds}"])
    if len(rows) == 2 and single:
        one, two = (row["iterations"] / row["wall_s"] for row in (single[0], rows[1]))
        said["speed_up"] = round(two / max(1e-9, one), 2)
        print(f"  two workers take {said['speed_up']} times the steps of one in the same time")
    large = _run(args.large, args.seed, [f"homeward:{4 * args.seconds}"]) if args.large else []
    if args.keep:
        print(f"kept in {save('split', {'rows': [*rows, *single, *large], **said})}")


def _run(size: str, seed: int, methods: list[str]) -> list[Row]:
    orders, trips = (int(part) for part in size.split("x"))
    print(f"metro {orders} orders x {trips} trips\n{HEAD}")
    rows = []
    for name in methods:
        row = run_one({"kind": "metro", "orders": orders, "trips": trips, "seed": seed, "method": name})
        if row is not None:
            rows.append(row)
            print(line(row), flush=True)
    return rows


if __name__ == "__main__":
    main()
