"""Which published instances there are, and which of them a run asks for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench._metros import DATA, meal_day
from bench._pdptw import published

MOMENTS = 10  # half hours of Meal Delivery Routing days
APART_MINUTES = 90
SETS = ("lilim", "pdptw", "mdrp")


@dataclass(frozen=True, slots=True)
class Case:
    """One published instance: how to ask for it, how large it is, and the best anybody found."""

    chosen: str
    name: str
    ask: dict[str, object]
    places: int | None  # its published size; a moment of a day has none
    requests: int
    vehicles: int
    best: float | None = None
    scale: float = 1.0


def wanted(sets: str, sizes: str) -> list[Case]:
    """Every instance of some sets that has one of some sizes; what is absent or has no such size is said."""
    chosen, sizes_asked = sets.split(","), [size for size in sizes.split(",") if size]
    for name in chosen:
        if name not in SETS:
            raise SystemExit(f"There is no set {name!r}: {', '.join(SETS)}.")
    for size in sizes_asked:
        if not re.fullmatch(r"n?\d+|\d+x\d+", size):
            raise SystemExit(
                f"{size!r} is no size: n100 or 100 is a published one, 500x250 at most 500 requests and 250 vehicles."
            )
    there = [case for name in chosen for case in _cases(name)]
    found = [case for case in there if not sizes_asked or any(suits(case, size) for size in sizes_asked)]
    for name in {case.chosen for case in there} - {case.chosen for case in found}:
        print(f"left out {name}: none of its instances has a size of {sizes} ({_sizes_of(name, there)})")
    if there and not found:
        raise SystemExit(f"No instance has a size of {sizes}.")
    return found


def suits(case: Case, size: str) -> bool:
    """Whether an instance has a published size (n100, 100), or at most so many requests and vehicles (500x250)."""
    requests, _, vehicles = size.partition("x")
    if vehicles:
        return case.requests <= int(requests) and case.vehicles <= int(vehicles)
    return case.places == int(size.removeprefix("n"))


def _sizes_of(chosen: str, there: Sequence[Case]) -> str:
    mine = [case for case in there if case.chosen == chosen]
    places = sorted({case.places for case in mine if case.places})
    most = f"{max(case.requests for case in mine)}x{max(case.vehicles for case in mine)}"
    return ", ".join([*(f"n{size}" for size in places), f"at most {most}"])


def _cases(chosen: str) -> Iterator[Case]:
    """All instances of one set, or a line that says what is absent."""
    folder = DATA / chosen
    paths = sorted(folder.glob("*.txt")) if chosen != "mdrp" else sorted(folder.glob("*/orders.txt"))
    if not paths:
        print(f"skipped {chosen}: no instances in {folder} (set HOMEWARD_DATA)")
    if chosen == "mdrp":
        yield from _moment_cases([path.parent for path in paths])
        return
    for path in paths:
        item = published(path)
        size = re.search(r"n(\d+)", path.stem)
        yield Case(
            chosen,
            item.name,
            {"kind": chosen, "instance": path.stem},
            int(size[1]) if size else 100,
            len(item.problem.deliveries),
            item.vehicles,
            item.best,
            item.scale,
        )


def _moment_cases(folders: Sequence[Path]) -> Iterator[Case]:
    for folder, minute in moments(folders):
        instance = meal_day(folder, minute)
        ask: dict[str, object] = {"kind": "mdrp", "folder": folder.name, "minute": minute}
        yield Case("mdrp", instance.name, ask, None, len(instance.store), len(instance.depart))


def moments(folders: Sequence[Path], count: int = MOMENTS) -> list[tuple[Path, int]]:
    """The busiest quarter hours: the busiest of each day in turn, then the next that lies 90 minutes off, and so on."""
    waiting = {folder: _waiting(folder) for folder in folders}
    found: list[tuple[Path, int]] = []
    while len(found) < count and any(waiting.values()):
        for folder, orders in waiting.items():
            if orders and len(found) < count:
                busiest = max(orders, key=lambda minute: orders[minute])
                found.append((folder, busiest))
                waiting[folder] = {m: n for m, n in orders.items() if abs(m - busiest) >= APART_MINUTES}
    return found


def _waiting(folder: Path) -> dict[int, int]:
    """Orders of the last half hour at each quarter hour that has any."""
    placed = [int(row.split()[3]) for row in (folder / "orders.txt").read_text().splitlines()[1:] if row.strip()]
    counted = {minute: sum(minute - 30 < at <= minute for at in placed) for minute in range(0, 1_440, 15)}
    return {minute: orders for minute, orders in counted.items() if orders}
