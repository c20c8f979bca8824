"""Which deliveries are alike: same part of town at both ends, same time."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from dispatch.engine.problem import Problem

NEAR = 32  # alike deliveries kept for each
METRES_A_SECOND = 2.0  # a due time this far apart counts as this many metres
EMBEDDED = 6  # dimensions a dense table is drawn in


def like_deliveries(problem: Problem, rows: NDArray[np.int32]) -> NDArray[np.int32]:
    """For each of some deliveries up to NEAR others of them, most alike first, (n, NEAR) ended by -1."""
    found = np.full((len(problem.deliveries), NEAR), -1, np.int32)
    if len(rows) < 2:
        return found
    deliveries = problem.deliveries
    place = problem.travel.place.astype(np.float64)
    if problem.travel.is_dense:
        place = _drawn(problem.travel.seconds) * 10.0
    due = np.minimum(deliveries.due_s[rows], 86_400) * METRES_A_SECOND
    ends = np.column_stack([place[deliveries.pickup[rows]], place[deliveries.dropoff[rows]], due])
    count = min(NEAR + 1, len(rows))
    _, index = cKDTree(ends).query(ends, k=count)
    others = rows[np.asarray(index).reshape(len(rows), count)].astype(np.intp)
    found[rows] = _without_self(others, rows, count)
    return found


def _without_self(others: NDArray[np.intp], rows: NDArray[np.int32], count: int) -> NDArray[np.int32]:
    """Neighbours less the delivery itself, filled up with -1."""
    filled = np.full((len(rows), NEAR), -1, np.int32)
    is_self = others == rows[:, None]
    order = np.argsort(is_self, axis=1, kind="stable")
    kept = np.take_along_axis(np.where(is_self, -1, others), order, axis=1)[:, :NEAR]
    filled[:, : kept.shape[1]] = kept
    return filled


def _drawn(seconds: NDArray[np.int32]) -> NDArray[np.float64]:
    """Places in a few dimensions about as far apart as a dense table says: distances to some far-apart landmarks.

    Landmarks are picked one by one, each farthest from those before; the distances to them bound those between any
    two places from below, which is all that likeness needs.
    """
    both = (seconds.astype(np.float64) + seconds.T) / 2
    both = np.minimum(both, 36_000)
    marks = [0]
    for _ in range(min(EMBEDDED, len(both)) - 1):
        marks.append(int(both[marks].min(axis=0).argmax()))
    return np.asarray(both[:, marks] / np.sqrt(len(marks)), np.float64)
