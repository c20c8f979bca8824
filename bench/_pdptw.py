"""Readers of the published pick-up and delivery sets, as problems of the engine: depot trips without a budget."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dispatch.engine.problem import NO_LIMIT, Deliveries, Problem, Trips
from dispatch.engine.travel import Travel

# Li & Lim, 100 locations: vehicles and distance of the best known solutions, as at SINTEF TOP;
# noted from memory, so check them there before quoting a gap.
LI_LIM = {
    "lc101": (10, 828.94),
    "lc102": (10, 828.94),
    "lc103": (9, 1035.35),
    "lc104": (9, 860.01),
    "lc105": (10, 828.94),
    "lc106": (10, 828.94),
    "lc107": (10, 828.94),
    "lc108": (10, 826.44),
    "lc109": (9, 1000.60),
    "lr101": (19, 1650.80),
    "lr102": (17, 1487.57),
    "lr103": (13, 1292.68),
    "lr104": (9, 1013.39),
    "lr105": (14, 1377.11),
    "lr106": (12, 1252.62),
    "lr107": (10, 1111.31),
    "lr108": (9, 968.97),
    "lr109": (11, 1208.96),
}


@dataclass(frozen=True, slots=True)
class Published:
    """One published instance and the best anybody found: vehicles and cost, in the set's own unit."""

    name: str
    problem: Problem
    scale: float
    vehicles: int
    best: float


def published(path: Path) -> Published:
    """An instance of either set by its file; the best known of Sartori & Buriol stand in a file beside."""
    return li_lim(path) if path.stem in LI_LIM else sartori_buriol(path, path.parent / "bks.dat")


def li_lim(path: Path, scale: float = 1_000.0) -> Published:
    """A Li & Lim file: straight distances, times in the same unit, here in thousandths rounded up."""
    rows = np.array([[float(x) for x in line.split()] for line in path.read_text().splitlines()[1:] if line.strip()])
    capacity = int(path.read_text().split()[1])
    place = rows[:, 1:3]
    straight = np.sqrt(((place[:, None] - place[None]) ** 2).sum(axis=2))
    vehicles, best = LI_LIM[path.stem]
    table = np.ceil(straight * scale - 1e-6).astype(np.int32)
    times = np.round(rows[:, 4:7] * scale).astype(np.int64)
    return Published(path.stem, _problem(table, rows, times, capacity, vehicles), scale, vehicles, best)


def sartori_buriol(path: Path, best_known: Path) -> Published:
    """A Sartori & Buriol file: minutes on real roads, a full table."""
    text = path.read_text()
    head = dict(line.split(":", 1) for line in text.split("NODES")[0].splitlines() if ":" in line)
    nodes, edges = text.split("NODES")[1].split("EDGES")
    rows = np.array([[float(x) for x in line.split()] for line in nodes.splitlines() if line.strip()])
    table = np.array([[int(x) for x in line.split()] for line in edges.splitlines() if line.strip()[:1].isdigit()])
    found = next(line.split(";") for line in best_known.read_text().splitlines() if line.startswith(path.stem + ";"))
    vehicles, best = int(found[2]), float(found[3])
    times = rows[:, 4:7].astype(np.int64)
    problem = _problem(table.astype(np.int32), rows, times, int(head["CAPACITY"]), vehicles)
    return Published(path.stem, problem, 1.0, vehicles, best)


def _problem(
    table: NDArray[np.int32], rows: NDArray[np.float64], times: NDArray[np.int64], capacity: int, vehicles: int
) -> Problem:
    """Requests and vehicles; columns of `rows`: id, x, y, demand, from, by, service, pick-up, drop."""
    pick = np.flatnonzero(rows[:, 3] > 0)
    drop = rows[pick, 8].astype(np.int64)
    n, m = len(pick), vehicles
    free, zero, unlimited = np.zeros(n, np.int64), np.zeros(m, np.int64), np.full(m, NO_LIMIT)
    deliveries = Deliveries(
        pickup=pick,
        dropoff=drop,
        store=free,
        ready_s=times[pick, 0],
        pick_by_s=times[pick, 1],
        drop_from_s=times[drop, 0],
        due_s=times[drop, 1],
        pick_s=times[pick, 2],
        drop_s=times[drop, 2],
        units=rows[pick, 3].astype(np.int64),
        grams=free,
        heaviest_grams=free,
        needs=free,
        ride_s=free + NO_LIMIT,
        urgency=free + 1,
        trip=free - 1,
    )
    trips = Trips(
        origin=zero,
        destination=zero,
        depart_s=zero + times[0, 0],
        leave_by_s=unlimited,
        latest_s=zero + times[0, 1],
        extra_s=unlimited,
        extra_m=unlimited,
        route_m=unlimited,
        units=zero + capacity,
        grams=unlimited,
        item_grams=unlimited,
        max_orders=unlimited,
        refuses=zero,
        waited_s=zero,
        fixed_cost=zero,
        stops_from=np.zeros(m + 1, np.int64),
        stops=np.zeros(0, np.int64),
        barred_stores=np.zeros((0, 2), np.int64),
        barred_deliveries=np.zeros((0, 2), np.int64),
    )
    return Problem(deliveries, trips, Travel.dense(table))
