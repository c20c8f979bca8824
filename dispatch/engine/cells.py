"""Cut a market into parts along H3 cells, and give every trip to the part where it is of most use."""

from dataclasses import dataclass

import h3
import numpy as np
from numpy.typing import NDArray

from dispatch.engine.problem import NONE, Problem
from dispatch.engine.travel import METRES_PER_DEGREE

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

COARSEST, FINEST = 6, 9  # H3 resolutions, about 36 km2 and 0.1 km2
CROWDED = 200  # deliveries in one cell: cells as large as that cut no even parts
FARTHEST_METRES = 20_000.0  # a detour that is not limited otherwise is still not longer than this
NEAR_METRES = 500.0  # nobody is held to less than this
LEAST_CHOICES = 8
DELIVERIES_AT_ONCE = 64  # rows of the one table that is deliveries x trips
LEAST_PACE = 0.001  # seconds a metre
BARGAINS = 60  # rounds in which parts outbid each other for trips
MOST_BID = 1.5  # a part that lacks everything does not bid more: forty parts would never settle
TRIPS_AT_ONCE = 256  # rows of the one table that is trips x spots


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells in which deliveries lie, halfway between store and door."""

    of: Ints  # (n,) cell of each delivery
    middle: Floats  # (C, 2) metres east and north
    deliveries: Ints  # (C,) how many lie in each
    around: Ints  # (C,) number of the larger cell that each lies in


def cells_of(problem: Problem) -> Cells:
    """Find the cell of every delivery, as fine as the market is dense; what lies nowhere is put with the first cell."""
    ends = [_places(problem, column) for column in (problem.deliveries.pickup, problem.deliveries.dropoff)]
    degrees = np.clip((ends[0] + ends[1]) / 2 / METRES_PER_DEGREE, -80, 80).tolist()
    for resolution in range(COARSEST, FINEST + 1):
        names = [h3.latlng_to_cell(north, east, resolution) for east, north in degrees]
        cells, of, count = np.unique(np.array(names), return_inverse=True, return_counts=True)
        if count.max(initial=0) <= CROWDED:
            break
    middle = np.array([h3.cell_to_latlng(str(name))[::-1] for name in cells]).reshape(-1, 2) * METRES_PER_DEGREE
    larger = np.array([h3.cell_to_parent(str(name), COARSEST) for name in cells])
    return Cells(of, middle, count, np.unique(larger, return_inverse=True)[1])


def part_cells(cells: Cells, parts: int, heading: float) -> Ints:
    """Which part, 0 to parts - 1, each cell belongs to: halved again and again across, first along a heading."""
    part = np.zeros(len(cells.middle), np.int64)
    _halve(cells, np.arange(len(part)), parts, heading, part)
    return part


def _halve(cells: Cells, rows: Ints, parts: int, heading: float, part: Ints) -> None:
    """Cut some cells into parts of about as many deliveries each; numbers go on from that of the first cell."""
    if parts < 2 or len(rows) < 2:
        return
    along = cells.middle[rows] @ np.array([np.cos(heading), np.sin(heading)])
    rows = rows[np.argsort(along, kind="stable")]
    so_far = np.cumsum(cells.deliveries[rows])
    low = parts // 2
    cut = int(np.searchsorted(so_far, so_far[-1] * low / parts)) + 1
    cut = min(cut, len(rows) - 1)
    part[rows[cut:]] += low
    _halve(cells, rows[:cut], low, heading + np.pi / 2, part)
    _halve(cells, rows[cut:], parts - low, heading + np.pi / 2, part)


def part_trips(problem: Problem, cells: Cells, part: Ints, wanted: Floats, trips: Ints) -> Ints:
    """Give each of some trips to a part, (k,): where it is of most use, at prices that even out seats and wants.

    `wanted` says how many deliveries of each cell want a seat, (C,). Parts with too few seats bid more for the next
    round, as in an auction. Memory is trips x parts. What a part has in one larger cell counts as lying in one spot.
    """
    parts = int(part.max(initial=0)) + 1
    keys, spot = np.unique(part * (int(cells.around.max(initial=0)) + 1) + cells.around, return_inverse=True)
    weight = np.bincount(spot, cells.deliveries)
    middle = np.column_stack([np.bincount(spot, cells.deliveries * along) / weight for along in cells.middle.T])
    inside = np.zeros((len(keys), parts))
    np.add.at(inside, (spot, part), wanted)
    use = np.zeros((len(trips), parts))
    for first in range(0, len(trips), TRIPS_AT_ONCE):
        rows = slice(first, first + TRIPS_AT_ONCE)
        use[rows] = _nearness(problem, middle, trips[rows]) @ inside
    seats = np.clip(problem.trips.max_orders[trips], 0, 4).astype(np.float64)
    goal = np.bincount(part, wanted, parts) + 1e-3
    goal *= (seats.sum() + parts) / goal.sum()
    price, chosen = np.ones(parts), np.zeros(len(trips), np.int64)
    for number in range(BARGAINS):
        chosen = (use * price).argmax(axis=1)
        lacking = np.clip(goal / (np.bincount(chosen, seats, parts) + 1.0), 1 / MOST_BID, MOST_BID)
        price *= lacking ** (0.5 / (1 + number / 10))
    return chosen


def passing_best(problem: Problem, deliveries: Ints, most: int) -> Ints:
    """Trips that some deliveries lie best on the way of, each with the same number of choices, about `most` in all."""
    ends = [_places(problem, column[deliveries]) for column in (problem.deliveries.pickup, problem.deliveries.dropoff)]
    origin, end, budget = _ways(problem, np.arange(len(problem.trips)))
    choices = min(len(origin), max(LEAST_CHOICES, most // max(1, len(deliveries))))
    found = [np.zeros(0, np.int64)]
    for first in range(0, len(deliveries), DELIVERIES_AT_ONCE) if choices else ():
        store, door = (place[first : first + DELIVERIES_AT_ONCE] for place in ends)
        around = _apart(store, origin) + _apart(door, end) - np.hypot(*(origin - end).T)
        found.append(np.argpartition(around / budget, choices - 1, axis=1)[:, :choices].ravel())
    return np.unique(np.concatenate(found))


def _nearness(problem: Problem, spots: Floats, rows: Ints) -> Floats:
    """How well some trips can reach each spot within their budget, (rows, S): 1 on the way, then less and less."""
    origin, end, budget = _ways(problem, rows)
    around = _apart(origin, spots) + _apart(end, spots) - np.hypot(*(origin - end).T)[:, None]
    return np.asarray(np.exp(-2.0 * around / budget[:, None]) + 1e-9, np.float64)


def _ways(problem: Problem, rows: Ints) -> tuple[Floats, Floats, Floats]:
    """Origins, destinations (rows, 2) and the most detour in metres (rows,) of some trips."""
    trips, travel = problem.trips, problem.travel
    ends = np.where(trips.destination[rows] == NONE, trips.origin[rows], trips.destination[rows])
    pace = max(LEAST_PACE, float(np.nanmedian(travel.seconds_a_metre)))
    budget = np.clip(trips.extra_s[rows] / pace, NEAR_METRES, FARTHEST_METRES)
    return _places(problem, trips.origin[rows]), _places(problem, ends), budget


def _places(problem: Problem, locations: Ints) -> Floats:
    """Metres east and north of locations; of one that is nowhere, any."""
    place = np.nan_to_num(problem.travel.place.astype(np.float64), posinf=0.0, neginf=0.0)
    return np.asarray(place[np.clip(locations, 0, len(place) - 1)], np.float64)


def _apart(a: Floats, b: Floats) -> Floats:
    """Straight metres between all of a and all of b, one axis after the other: a table of pairs of points is slow."""
    east, north = (a[:, axis, None] - b[None, :, axis] for axis in (0, 1))
    east *= east
    north *= north
    east += north
    return np.asarray(np.sqrt(east, out=east), np.float64)
