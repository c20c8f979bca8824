"""Driving between H3 cells as one square of memory that grows with the cells asked about."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from providers.routing.base import Int32s

UNKNOWN = -1
FIRST_SIZE = 256
Indices = NDArray[np.intp]


class CellTable:
    """Seconds and metres between up to `most` cells, int32; when it is full the half used least recently goes."""

    def __init__(self, most: int) -> None:
        """Starts small: a quiet market needs little memory."""
        self.most = most
        self._row: dict[str, int] = {}
        self._used = np.zeros(0, np.int64)
        self._turn = 0
        self.seconds = np.full((0, 0), UNKNOWN, np.int32)
        self.metres = np.full((0, 0), UNKNOWN, np.int32)

    def rows(self, cells: Sequence[str]) -> Indices:
        """Row, which is also the column, of each cell; new ones are unknown to all. At most `most` different ones."""
        new = [cell for cell in dict.fromkeys(cells) if cell not in self._row]
        if len(self._row) + len(new) > self.most:
            self._shed(keep=set(cells), room_for=len(new))
        self._grow(len(self._row) + len(new))
        for cell in new:
            self._row[cell] = len(self._row)
        found = np.array([self._row[cell] for cell in cells], np.intp)
        self._turn += 1
        self._used[found] = self._turn
        return found

    def fill(self, rows: Indices, columns: Indices, seconds: Int32s, metres: Int32s, *, outward: bool = True) -> None:
        """Keep a piece, (n, m); one that is not outward tells of drives from its columns to its rows."""
        for square, piece in ((self.seconds, seconds), (self.metres, metres)):
            (square if outward else square.T)[np.ix_(rows, columns)] = piece

    def _grow(self, count: int) -> None:
        size = len(self.seconds)
        if count <= size:
            return
        larger = min(self.most, max(FIRST_SIZE, count, 2 * size))
        self._resize(np.arange(size), larger)

    def _shed(self, keep: set[str], room_for: int) -> None:
        """Forget the cells used least recently, down to half or less; none of those asked about now."""
        by_age = sorted(self._row, key=lambda cell: (cell in keep, self._used[self._row[cell]]), reverse=True)
        needed = len(keep & self._row.keys())
        kept = by_age[: min(self.most - room_for, max(needed, self.most // 2))]
        old = np.array([self._row[cell] for cell in kept], np.intp)
        self._resize(old, len(self.seconds))
        self._row = {cell: row for row, cell in enumerate(kept)}

    def _resize(self, old: Indices, size: int) -> None:
        """Make squares of a size whose first rows are some of the old ones."""
        for name in ("seconds", "metres"):
            square = np.full((size, size), UNKNOWN, np.int32)
            square[: len(old), : len(old)] = getattr(self, name)[np.ix_(old, old)]
            setattr(self, name, square)
        used = np.zeros(size, np.int64)
        used[: len(old)] = self._used[old]
        self._used = used
