"""Driving between the locations of a problem, small and exact or large and sparse."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil, cos, radians, sqrt

import h3
import numpy as np
from numpy.typing import ArrayLike, NDArray

from common.geo import Point
from providers.routing.base import Routing, Table

Surviving = Callable[[NDArray[np.int32], NDArray[np.int32]], NDArray[np.bool_]]
FAR = 100_000_000  # seconds or metres: there is no way; also what a hostile table entry becomes
DENSE_UP_TO = 600  # locations; above, pace by cells: memory and questions grow with cells, not with pairs
ZONE_RESOLUTION = 7  # H3, about 5 km2
METRES_PER_DEGREE = 111_195.0
LEAST_STRAIGHT_METRES = 300.0  # pace between neighbours is that of a drive at least this long


@dataclass(frozen=True, slots=True)
class Travel:
    """Seconds and metres between any two of L locations, in one of two forms.

    Dense: `seconds` and `metres` int32 (L, L). Paced: `place` metres east and north float32 (L, 2), `zone` int32
    (L,), and between zones seconds and metres driven per straight metre, float32 (Z, Z); memory grows with L + Z^2.
    The form that is not used has shape (0, 0). A location is 0 from itself in both.
    """

    seconds: NDArray[np.int32]
    metres: NDArray[np.int32]
    place: NDArray[np.float32]
    zone: NDArray[np.int32]
    seconds_a_metre: NDArray[np.float32]
    metres_a_metre: NDArray[np.float32]

    @classmethod
    def dense(cls, seconds: ArrayLike, metres: ArrayLike | None = None) -> "Travel":
        """Use a full table; entries that are negative or no number mean there is no way."""
        table = _entries(seconds)
        lengths = _entries(metres) if metres is not None else np.zeros_like(table)
        if table.ndim != 2 or table.shape[0] != table.shape[1] or lengths.shape != table.shape:
            raise ValueError("A travel table has one row and one column per location.")
        nothing = np.zeros((0, 0), np.float32)
        return cls(table, lengths, np.zeros((0, 2), np.float32), np.zeros(0, np.int32), nothing, nothing)

    @classmethod
    def paced(
        cls,
        place: ArrayLike,
        seconds_a_metre: ArrayLike,
        metres_a_metre: ArrayLike = 1.0,
        zone: ArrayLike | None = None,
    ) -> "Travel":
        """Use straight lines times the pace between zones; without zones one pace holds everywhere."""
        places = np.ascontiguousarray(place, np.float32).reshape(-1, 2)
        zones = np.zeros(len(places), np.int32) if zone is None else np.ascontiguousarray(zone, np.int32)
        pace = np.atleast_2d(np.asarray(seconds_a_metre, np.float32))
        stretch = np.broadcast_to(np.atleast_2d(np.asarray(metres_a_metre, np.float32)), pace.shape).copy()
        none = np.zeros((0, 0), np.int32)
        return cls(none, none, places, zones, np.ascontiguousarray(pace), stretch)

    @property
    def is_dense(self) -> bool:
        """Whether every pair is stored."""
        return len(self.place) == 0

    @property
    def locations(self) -> int:
        """Number of locations, L."""
        return len(self.seconds) if self.is_dense else len(self.place)

    def usable(self) -> NDArray[np.bool_]:
        """Whether each location lies anywhere, (L,)."""
        if self.is_dense:
            return np.ones(self.locations, np.bool_)
        return np.asarray(np.isfinite(self.place).all(axis=1), np.bool_)

    def legs(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Seconds and metres from each location of a to the one beside it in b, all (k,)."""
        if self.is_dense:
            return self.seconds[a, b].astype(np.int64), self.metres[a, b].astype(np.int64)
        apart = self.place[a] - self.place[b]
        straight = np.sqrt(apart[:, 0] * apart[:, 0] + apart[:, 1] * apart[:, 1])
        paces = (self.seconds_a_metre[self.zone[a], self.zone[b]], self.metres_a_metre[self.zone[a], self.zone[b]])
        seconds, metres = (np.minimum(np.ceil(straight * pace), FAR).astype(np.int64) for pace in paces)
        return np.where(a == b, 0, seconds), np.where(a == b, 0, metres)

    def leg(self, a: int, b: int) -> tuple[int, int]:
        """Seconds and metres from location a to location b."""
        if a == b:
            return 0, 0
        if self.is_dense:
            return int(self.seconds[a, b]), int(self.metres[a, b])
        east, north = self.place[a] - self.place[b]
        straight = np.float32(np.sqrt(east * east + north * north))
        i, j = self.zone[a], self.zone[b]
        seconds = float(straight * self.seconds_a_metre[i, j])
        metres = float(straight * self.metres_a_metre[i, j])
        return min(FAR, ceil(seconds)), min(FAR, ceil(metres))


def _entries(table: ArrayLike) -> NDArray[np.int32]:
    values = np.asarray(table)
    if values.dtype.kind == "f":
        values = np.ceil(np.nan_to_num(values, nan=FAR, posinf=FAR, neginf=FAR))
    entries = np.where((values < 0) | (values > FAR), FAR, values).astype(np.int32)
    if entries.ndim == 2 and entries.shape[0] == entries.shape[1]:
        np.fill_diagonal(entries, 0)
    return np.ascontiguousarray(entries)


def travel_between(
    points: Sequence[Point],
    routing: Routing,
    at: datetime,
    *,
    dense_up_to: int = DENSE_UP_TO,
    surviving: Surviving | None = None,
) -> Travel:
    """Ask a road engine about all points: every pair when they are few, else one pair per pair of H3 cells.

    Two points are then apart their straight line times the pace between their cells, so no memory grows with the
    pairs of points and the same few questions serve every cycle. `surviving` says, from zones (L,) and estimated
    seconds between them (Z, Z), about which pairs of cells to ask; between the others the estimate stands.
    """
    if len(points) <= dense_up_to:
        table = routing.table(points, points, at)
        return Travel.dense(table.seconds, table.metres)
    cells = [h3.latlng_to_cell(point.lat, point.lng, ZONE_RESOLUTION) for point in points]
    names, numbers = np.unique(np.array(cells), return_inverse=True)
    middles = [Point(*h3.cell_to_latlng(str(name))) for name in names]
    place = plane(points)
    zone: NDArray[np.int32] = np.asarray(numbers, np.int32)
    wanted = surviving(zone, routing.estimator.table(middles, middles, at).seconds) if surviving else None
    table = routing.table(middles, middles, at, wanted)
    pace, stretch = _paces(table, plane([*points, *middles])[len(points) :])
    return Travel.paced(place, pace, stretch, zone)


def _paces(table: Table, place: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Seconds and metres per straight metre between cells, (Z, Z); within a cell that of its nearest others."""
    straight = np.sqrt(((place[:, None, :].astype(np.float64) - place[None]) ** 2).sum(axis=2))
    apart = np.maximum(straight, LEAST_STRAIGHT_METRES)
    pace, stretch = table.seconds / apart, table.metres / apart
    for ratio in (pace, stretch):
        near = np.where(straight > 0, straight, np.inf)
        nearest = near.argmin(axis=1)
        own = ratio[np.arange(len(ratio)), nearest] if len(ratio) > 1 else np.ones(len(ratio))
        np.fill_diagonal(ratio, own)
    return pace.astype(np.float32), stretch.astype(np.float32)


def plane(points: Sequence[Point]) -> NDArray[np.float32]:
    """Metres east and north of the points' middle, float32 (n, 2); true to 0.1 % over a metro."""
    degrees = np.array([(point.lat, point.lng) for point in points], np.float64).reshape(-1, 2)
    if len(degrees) == 0:
        return np.zeros((0, 2), np.float32)
    lat, lng = np.median(degrees, axis=0)
    east = (degrees[:, 1] - lng) * METRES_PER_DEGREE * cos(radians(lat))
    return np.column_stack([east, (degrees[:, 0] - lat) * METRES_PER_DEGREE]).astype(np.float32)


def straight_metres(a: Sequence[float], b: Sequence[float]) -> float:
    """Straight metres between two places of the plane."""
    return sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2)
