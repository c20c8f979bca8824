"""A road engine whose tables are remembered by pair of H3 cells and hour of the week."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import h3
import numpy as np

from common.geo import Point
from providers.routing.around import Around
from providers.routing.base import Bools, Int32s, Leg, Route, Routing, Table
from providers.routing.builtin import Floats, degrees
from providers.routing.cell_table import UNKNOWN, CellTable, Indices
from providers.routing.graph import ACCESS_CIRCUITY, ACCESS_METRES_PER_SECOND
from providers.routing.shared import STRIP, SharedStrips, Strip
from providers.routing.traffic import slowness

RESOLUTION = 11  # H3, an edge of some 28 m: a house shares its cell with its neighbours
FEWEST_PAIRS = 64  # smaller tables are asked exactly: a driver's own journey, a choice by hand
MOST_CELLS = 3_000  # two squares of int32, 72 MB
HOURS_KEPT = 2
FILL_SECONDS = 2.0
PAIRS_A_QUESTION = 5_000  # an engine in memory some 50 ms, a service two pieces
METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True)
class _Ask:
    """One table of cells to complete: their names and rows on both sides, and the moment asked about."""

    table: CellTable
    sources: list[str]
    targets: list[str]
    rows: Indices
    columns: Indices
    at: datetime
    key: str
    until: float
    wanted: Bools
    is_turned: bool = False

    def turned(self) -> "_Ask":
        """The same with its sides exchanged."""
        return replace(
            self, sources=self.targets, targets=self.sources, rows=self.columns, columns=self.rows,
            wanted=self.wanted.T, is_turned=True,
        )  # fmt: skip

    def missing(self) -> Bools:
        """Which pairs are wanted and unknown, (n_sources, n_targets)."""
        seconds = self.table.seconds.T if self.is_turned else self.table.seconds
        return np.asarray((seconds[np.ix_(self.rows, self.columns)] == UNKNOWN) & self.wanted, np.bool_)

    def keep(self, name: str, strip: Strip, *, outward: bool) -> None:
        """Write into the square what a strip tells about the targets."""
        wanted = np.array([h3.str_to_int(cell) for cell in self.targets], np.uint64)
        order = np.argsort(strip["cell"])
        place = np.minimum(np.searchsorted(strip["cell"], wanted, sorter=order), len(strip) - 1)
        told = strip[order[place]]
        known = told["cell"] == wanted
        line, others = self.table.rows([name]), self.columns[known]
        self.table.fill(line, others, told["seconds"][known][None], told["metres"][known][None], outward=outward)


class CachedRouting(Around):
    """Remembers what an engine said about cells; single drives and small tables go to the engine itself.

    Kept is the middle of the hour; within it the profile of the day moves on. A table may wait so long for what is
    missing; then, or when the engine is away, the estimator fills the gaps, which are not kept: the next table asks
    on from there. So a large market learns its roads over some cycles and none of them waits.
    """

    def __init__(
        self,
        engine: Routing,
        shared: SharedStrips | None = None,
        *,
        most_cells: int = MOST_CELLS,
        fill_seconds: float = FILL_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take an engine, and what other processes share, if anything."""
        self._fill_seconds = fill_seconds
        self._clock = clock
        super().__init__(engine)
        self._shared = shared
        self._most = most_cells
        self._tables: OrderedDict[str, CellTable] = OrderedDict()
        self._lock = threading.Lock()

    def leg(self, a: Point, b: Point, at: datetime) -> Leg:
        """Drive from one point to another, by the engine itself."""
        return self.engine.leg(a, b, at)

    def route(self, points: Sequence[Point], at: datetime) -> Route:
        """Drive through the points, by the engine itself."""
        return self.engine.route(points, at)

    def table(
        self, sources: Sequence[Point], targets: Sequence[Point], at: datetime, wanted: Bools | None = None
    ) -> Table:
        """Drive from every source to every target, between the middles of their cells."""
        from_cells, to_cells = _cells(sources), _cells(targets)
        different = {*from_cells, *to_cells}
        if len(sources) * len(targets) < FEWEST_PAIRS or len(different) > self._most or "" in different:
            return self.engine.table(sources, targets, at, wanted)
        wanted = np.ones((len(sources), len(targets)), np.bool_) if wanted is None else wanted
        hour = at.astimezone(UTC).replace(minute=30, second=0, microsecond=0)
        with self._lock:  # one thread fills a square at a time, or two would ask the engine the same
            found = self._between(from_cells, to_cells, hour, wanted)
        gaps = found[0] == UNKNOWN
        if gaps.any():
            estimate = self.estimator.table(sources, targets, hour)
            found = np.where(gaps, estimate.seconds, found[0]), np.where(gaps, estimate.metres, found[1])
        table = self._fitted(found, (sources, targets), (from_cells, to_cells), (hour, at))
        return replace(table, is_estimated=bool((gaps & wanted).any()))

    def _between(self, sources: list[str], targets: list[str], hour: datetime, wanted: Bools) -> tuple[Int32s, Int32s]:
        """Seconds and metres between cells, UNKNOWN where the engine has not been heard, or not been asked."""
        key = f"{self.name}:{self.version}:{hour.weekday() * 24 + hour.hour}"
        table = self._tables.setdefault(key, CellTable(self._most))
        self._tables.move_to_end(key)
        while len(self._tables) > HOURS_KEPT:
            self._tables.popitem(last=False)
        both = table.rows([*sources, *targets])
        ask = _Ask(
            table,
            sources,
            targets,
            both[: len(sources)],
            both[len(sources) :],
            hour,
            key,
            self._clock() + self._fill_seconds,
            wanted,
        )
        self._complete(ask)
        piece = np.ix_(ask.rows, ask.columns)
        return table.seconds[piece], table.metres[piece]

    def _complete(self, ask: _Ask) -> None:
        """Find what is missing: rows of new cells first, then columns."""
        missing = ask.missing()
        if not missing.any():
            return
        rows = np.flatnonzero(missing.sum(axis=1) > ask.wanted.sum(axis=1) / 2)
        if self._strips(ask, rows, outward=True):
            self._strips(ask, np.flatnonzero(ask.missing().any(axis=0)), outward=False)

    def _strips(self, ask: _Ask, new: Indices, *, outward: bool) -> bool:
        """Fill whole rows (outward) or columns from what others found, else by the engine; tell if all could be."""
        side = ask if outward else ask.turned()
        keys = {side.sources[i]: f"{ask.key}:{'out' if outward else 'in'}:{side.sources[i]}" for i in new}
        known = self._shared.read(list(keys.values())) if self._shared else []
        for name, strip in zip(keys, known, strict=False):
            if strip is not None:
                side.keep(name, strip, outward=outward)
        missing = side.missing()
        rows = [i for i in new if missing[i].any()]
        for some, others in _questions(side, rows, missing):
            answer = self._asked(some, others, ask, outward=outward)
            if answer is None:
                return False
            ask.table.fill(ask.table.rows(some), ask.table.rows(others), *answer, outward=outward)
            if self._shared:
                strips = (_strip(others, *line) for line in zip(*answer, strict=True))
                self._shared.write({keys[name]: strip for name, strip in zip(some, strips, strict=True)})
        return True

    def _asked(self, names: list[str], others: list[str], ask: _Ask, *, outward: bool) -> tuple[Int32s, Int32s] | None:
        """Ask the engine for some rows or columns; None when it is away or the time is over."""
        if self._clock() > ask.until:
            return None
        one, other = _middles(names), _middles(others)
        answer = self.engine.table(*((one, other) if outward else (other, one)), ask.at)
        if answer.is_estimated:
            return None
        return (answer.seconds, answer.metres) if outward else (answer.seconds.T, answer.metres.T)

    def _fitted(
        self,
        found: tuple[Int32s, Int32s],
        points: tuple[Sequence[Point], Sequence[Point]],
        cells: tuple[list[str], list[str]],
        moments: tuple[datetime, datetime],
    ) -> Table:
        """Move the hour on to the moment, and drive between neighbours and from a point to itself."""
        hour, at = moments
        lng = points[0][0].lng
        seconds: Floats = np.ceil(found[0] * (slowness(at, lng) / slowness(hour, lng)))
        metres = found[1].astype(np.float64)
        near = np.nonzero(np.array(cells[0])[:, None] == np.array(cells[1])[None])
        a, b = degrees(points[0])[near[0]], degrees(points[1])[near[1]]
        apart = np.hypot(a[:, 0] - b[:, 0], (a[:, 1] - b[:, 1]) * np.cos(np.radians(a[:, 0]))) * METRES_PER_DEGREE
        metres[near] = np.ceil(apart * ACCESS_CIRCUITY)
        seconds[near] = np.ceil(apart * ACCESS_CIRCUITY / ACCESS_METRES_PER_SECOND)
        return Table(seconds.astype(np.int32), metres.astype(np.int32))


def _questions(side: _Ask, rows: Sequence[int], missing: Bools) -> Iterator[tuple[list[str], list[str]]]:
    """Rows that miss something, neighbours together, each question with the columns that any of its rows misses."""
    by_place = sorted(rows, key=lambda row: side.sources[row])  # names of neighbouring cells begin alike
    step = max(1, PAIRS_A_QUESTION // max(1, int(missing[by_place].sum(axis=1).mean()))) if by_place else 1
    for start in range(0, len(by_place), step):
        some = by_place[start : start + step]
        columns = np.flatnonzero(missing[some].any(axis=0))
        yield list(dict.fromkeys(side.sources[i] for i in some)), list(dict.fromkeys(side.targets[j] for j in columns))


def _cells(points: Sequence[Point]) -> list[str]:
    """Name of each point's cell; empty for one that lies nowhere on earth."""
    return [
        h3.latlng_to_cell(p.lat, p.lng, RESOLUTION) if -90 <= p.lat <= 90 and -180 <= p.lng <= 180 else ""
        for p in points
    ]


def _middles(cells: Sequence[str]) -> list[Point]:
    return [Point(*h3.cell_to_latlng(cell)) for cell in cells]


def _strip(cells: Sequence[str], seconds: Int32s, metres: Int32s) -> Strip:
    strip = np.zeros(len(cells), STRIP)
    strip["cell"] = [h3.str_to_int(cell) for cell in cells]
    strip["seconds"], strip["metres"] = seconds, metres
    return strip
