"""What a road network taught the estimator about one region: how far its cells lie from some landmarks.

Between two places, driving times to and from landmarks give a bound from below (the triangle inequality of ALT search,
Goldberg and Harrelson 2005) and one from above (by way of a landmark). Rivers, ridges and freeways are in both, so a
fitted mean of the two and the formula is near the truth where the formula alone is not. Nothing is searched, no map
is needed: a table of whole seconds per H3 cell.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import h3
import numpy as np
from numpy.typing import NDArray

from common.geo import Point

RESOLUTION = 9  # H3, about 0.1 km2
RINGS = 3  # a place without streets takes the cell of the nearest within some 800 m
FORMULA_UP_TO, LANDMARKS_FROM = 300.0, 1_500.0  # straight metres; neighbours share a landmark's rounding
TOP_METRES_PER_SECOND = 36.0
CHUNK = 4_000_000  # entries worked on at a time

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Landmarks:
    """Seconds of free flow between k cells and l landmarks, uint16 (k, l), and how to mix what they say.

    `cells` are H3 indices, sorted uint64 (k,). `mix` are the shares of lower bound, upper bound and formula, and
    seconds on top, (4,); `bend` says how far metres follow seconds away from the formula.
    """

    cells: NDArray[np.uint64]
    towards: NDArray[np.uint16]
    away: NDArray[np.uint16]
    mix: Floats
    bend: float
    _row: dict[int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the cells, and refuse arrays that do not fit together."""
        if not (len(self.cells) == len(self.towards) == len(self.away)) or self.towards.shape != self.away.shape:
            raise ValueError("Landmarks need one row a cell.")
        object.__setattr__(self, "_row", {int(cell): row for row, cell in enumerate(self.cells)})

    def rows(self, points: Sequence[Point]) -> Indices:
        """Row of each point's cell, or of the nearest known one; NOWHERE outside the region, (n,)."""
        return np.array([self._row_of(point) for point in points], np.int64)

    def improve(self, straight: Floats, seconds: Floats, metres: Floats, a: Indices, b: Indices) -> None:
        """Better the formula's free-flow seconds and metres (n, m) in place where both ends are known."""
        rows, columns = np.flatnonzero(a != NOWHERE), np.flatnonzero(b != NOWHERE)
        step = max(1, CHUNK // max(1, len(columns) * self.towards.shape[1]))
        for start in range(0, len(rows), step):
            piece = np.ix_(rows[start : start + step], columns)
            formula, apart = seconds[piece], straight[piece]
            lower, upper = self.bounds(a[rows[start : start + step]], b[columns])
            better = self.mixed(apart, formula, lower, upper)
            # A drive of no length keeps its zeros: there is no ratio between them.
            ratio = np.divide(better, formula, out=np.ones_like(formula), where=formula > 0)
            metres[piece] = np.maximum(apart, metres[piece] * ratio**self.bend)
            seconds[piece] = better

    def bounds(self, a: Indices, b: Indices) -> tuple[Floats, Floats]:
        """Seconds that the drives from rows a to rows b take at least and at most, by the landmarks, (n, m)."""
        to_a, to_b = self.towards[a].astype(np.float32), self.towards[b].astype(np.float32)
        from_a, from_b = self.away[a].astype(np.float32), self.away[b].astype(np.float32)
        lower = np.zeros((len(a), len(b)), np.float32)
        upper = np.full_like(lower, np.inf)
        for mark in range(to_a.shape[1]):
            np.maximum(lower, to_a[:, None, mark] - to_b[None, :, mark], out=lower)
            np.maximum(lower, from_b[None, :, mark] - from_a[:, None, mark], out=lower)
            np.minimum(upper, to_a[:, None, mark] + from_b[None, :, mark], out=upper)
        return lower.astype(np.float64), upper.astype(np.float64)

    def mixed(self, straight: Floats, formula: Floats, lower: Floats, upper: Floats) -> Floats:
        """The fitted mean, never faster than a freeway in a straight line; near by the formula itself."""
        low, high, plain, more = self.mix
        by_landmarks = low * lower + high * upper + plain * formula + more
        share = np.clip((straight - FORMULA_UP_TO) / (LANDMARKS_FROM - FORMULA_UP_TO), 0.0, 1.0)
        found = share * np.maximum(by_landmarks, straight / TOP_METRES_PER_SECOND) + (1 - share) * formula
        return np.asarray(found, np.float64)

    def _row_of(self, point: Point) -> int:
        if not (-90 <= point.lat <= 90 and -180 <= point.lng <= 180):
            return NOWHERE
        cell = h3.latlng_to_cell(point.lat, point.lng, RESOLUTION)
        row = self._row.get(h3.str_to_int(cell), NOWHERE)
        for ring in range(1, RINGS + 1) if row == NOWHERE else ():
            known = (self._row.get(h3.str_to_int(near)) for near in sorted(h3.grid_ring(cell, ring)))
            row = next((found for found in known if found is not None), NOWHERE)
            if row != NOWHERE:
                break
        return row
