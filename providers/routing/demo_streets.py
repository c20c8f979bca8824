"""Streets of a made-up city around any point, for demonstrations and tests without a map.

A warped grid that is fine downtown and coarse outside, mile arterials, a ring and spokes of freeway, a river that
only large streets cross, and parks without streets. The same centre gives the same city.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from common.geo import Point
from providers.routing.demo_freeways import Lines, freeways, ramps
from providers.routing.demo_land import Land, invent_land
from providers.routing.roads import (
    ARTERIAL,
    COLLECTOR,
    FREEWAY,
    LOCAL,
    BadRoads,
    RoadGraph,
    largest_connected,
    load_roads,
    save_roads,
)

Floats = NDArray[np.float64]
VERSION = 1  # part of the cache's name: a change here draws every city anew
RADIUS_METRES = 17_000.0
SPACING_METRES = 160.0
METRES_PER_DEGREE = 111_195.0
DOWNTOWN_METRES, INNER_METRES = 2_000.0, 6_500.0
ARTERIAL_EVERY, COLLECTOR_EVERY = 10, 4
METRES_PER_SECOND = np.array([27.0, 16.5, 13.0, 10.0])  # by kind of street
LOST_SECONDS = np.array([0.0, 3.5, 3.0, 2.5])  # at the crossing that ends an edge, by kind of street
QUIET_STREETS_LEFT_OUT = 0.16


@dataclass(frozen=True, slots=True)
class DemoCity:
    """A made-up city: its streets, and the water and parks to draw under them (rings and lines of points)."""

    roads: RoadGraph
    river: tuple[Point, ...]
    parks: tuple[tuple[Point, ...], ...]


@dataclass(frozen=True, slots=True)
class _Grid:
    """Street crossings before they lie on the earth: metres east and north (n, 2), and edges."""

    xy: Floats
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    kind: NDArray[np.int8]


def demo_city(centre: Point, radius_metres: float = RADIUS_METRES) -> DemoCity:
    """Invent the city around a point; under two seconds, some thousand crossings."""
    rng = np.random.default_rng(_seed(centre))
    land = invent_land(rng, radius_metres)
    grid = _leave_out(rng, land, _grid(rng, radius_metres), radius_metres)
    highways = freeways(rng, radius_metres)
    roads = largest_connected(_on_earth(centre, _join(grid, highways)))
    return DemoCity(
        roads=roads,
        river=tuple(_points(centre, land.river)),
        parks=tuple(tuple(_points(centre, park)) for park in land.parks()),
    )


def demo_streets(centre: Point, radius_metres: float = RADIUS_METRES, cache: Path | None = None) -> RoadGraph:
    """Streets of the city around a point; with a folder, kept there and read back the next time."""
    if cache is None:
        return demo_city(centre, radius_metres).roads
    path = cache / f"streets-{VERSION}-{centre.lat:.4f}-{centre.lng:.4f}-{radius_metres:.0f}.npz"
    if path.exists():
        try:
            return load_roads(path)
        except BadRoads:
            path.unlink(missing_ok=True)
    roads = demo_city(centre, radius_metres).roads
    save_roads(roads, path)
    return roads


def _seed(centre: Point) -> int:
    return int.from_bytes(hashlib.sha256(f"{centre.lat:.4f},{centre.lng:.4f}".encode()).digest()[:8])


def _grid(rng: np.random.Generator, radius: float) -> _Grid:
    """Lay the warped grid: lines thin out with the distance from downtown, crossings are where two lines meet."""
    half = int(radius / SPACING_METRES) + 1
    i, j = np.meshgrid(np.arange(-half, half + 1), np.arange(-half, half + 1), indexing="ij")
    away = np.hypot(i, j) * SPACING_METRES
    step = np.where(away < DOWNTOWN_METRES, 1, np.where(away < INNER_METRES, 2, 4))
    step = np.where(away < radius * 0.8, step, ARTERIAL_EVERY // 2)
    there = (away < radius) & (i % step == 0) & (j % step == 0)
    there |= (away < radius) & (i % ARTERIAL_EVERY == 0) & (j % step == 0)
    there |= (away < radius) & (j % ARTERIAL_EVERY == 0) & (i % step == 0)
    number = np.where(there, np.cumsum(there).reshape(there.shape) - 1, -1)
    tails, heads, kinds = [], [], []
    for along in (0, 1):
        tail, head, line = _neighbours(number, i if along == 0 else j, along)
        tails.append(tail)
        heads.append(head)
        kinds.append(_kind_of_line(line))
    xy = _warp(rng, np.column_stack([i[there], j[there]]) * SPACING_METRES)
    return _Grid(xy, np.concatenate(tails), np.concatenate(heads), np.concatenate(kinds).astype(np.int8))


def _neighbours(number: NDArray[np.int64], line: NDArray[np.int64], along: int) -> tuple[NDArray[np.int64], ...]:
    """Each crossing with the next one on the same line, and the line's own index."""
    rows = number if along == 0 else number.T
    lines = line if along == 0 else line.T
    there = rows >= 0
    columns = np.arange(rows.shape[1])
    last = np.maximum.accumulate(np.where(there, columns, -1), axis=1)
    before = np.concatenate([np.full((rows.shape[0], 1), -1), last[:, :-1]], axis=1)
    row, column = np.nonzero(there & (before >= 0))
    gap = column - before[row, column]
    near = gap <= ARTERIAL_EVERY
    row, column = row[near], column[near]
    return rows[row, before[row, column]], rows[row, column], lines[row, column]


def _kind_of_line(line: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.where(line % ARTERIAL_EVERY == 0, ARTERIAL, np.where(line % COLLECTOR_EVERY == 0, COLLECTOR, LOCAL))


def _warp(rng: np.random.Generator, xy: Floats) -> Floats:
    """Turn the grid, bend it by slow waves, and nudge every crossing a little."""
    angle = rng.uniform(0, np.pi / 2)
    turned = xy @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    outer = np.clip(np.hypot(*xy.T) / 6_000.0, 0.12, 1.0)[:, None]
    moved = turned.copy()
    for wavelength, height in ((11_000.0, 620.0), (5_200.0, 260.0), (2_300.0, 70.0)):
        heading = rng.uniform(0, 2 * np.pi, 2)
        phase = rng.uniform(0, 2 * np.pi, 2)
        for axis in (0, 1):
            wave = turned @ np.array([np.cos(heading[axis]), np.sin(heading[axis])]) / wavelength
            moved[:, axis] += height * np.sin(2 * np.pi * wave + phase[axis]) * outer[:, 0]
    return np.asarray(moved + rng.normal(0, 13.0, xy.shape), np.float64)


def _leave_out(rng: np.random.Generator, land: Land, grid: _Grid, radius: float) -> _Grid:
    """Take away what a city leaves out: dead ends, streets through parks, small bridges."""
    a, b = grid.xy[grid.tail], grid.xy[grid.head]
    middle = (a + b) / 2
    away = np.hypot(*middle.T)
    chance = QUIET_STREETS_LEFT_OUT * (0.4 + 1.2 * away / radius)
    quiet = (grid.kind == LOCAL) & (rng.random(len(a)) < chance)
    in_park = (grid.kind >= COLLECTOR) & land.in_park(middle)
    bridge = (grid.kind >= COLLECTOR) & land.crosses_river(a, b)
    kept = ~(quiet | in_park | bridge)
    return _Grid(grid.xy, grid.tail[kept], grid.head[kept], grid.kind[kept])


def _join(grid: _Grid, highways: Lines) -> _Grid:
    """Lay the freeways over the grid and tie them to it at their exits."""
    offset = len(grid.xy)
    arterial = np.unique(grid.tail[grid.kind == ARTERIAL])
    exits, streets = ramps(highways, grid.xy, arterial)
    return _Grid(
        xy=np.concatenate([grid.xy, highways.xy]),
        tail=np.concatenate([grid.tail, highways.tail + offset, exits + offset]),
        head=np.concatenate([grid.head, highways.head + offset, streets]),
        kind=np.concatenate(
            [grid.kind, np.full(len(highways.tail), FREEWAY, np.int8), np.full(len(exits), ARTERIAL, np.int8)]
        ),
    )


def _on_earth(centre: Point, grid: _Grid) -> RoadGraph:
    """Both directions of every street, at true places, with lengths and times."""
    metres = np.maximum(np.hypot(*(grid.xy[grid.tail] - grid.xy[grid.head]).T), 1.0)
    seconds = metres / METRES_PER_SECOND[grid.kind] + LOST_SECONDS[grid.kind]
    lat, lng = _degrees(centre, grid.xy)
    return RoadGraph(
        lat=lat,
        lng=lng,
        tail=np.concatenate([grid.tail, grid.head]).astype(np.int32),
        head=np.concatenate([grid.head, grid.tail]).astype(np.int32),
        seconds=np.tile(seconds, 2).astype(np.float32),
        metres=np.tile(metres, 2).astype(np.float32),
        kind=np.tile(grid.kind, 2),
    )


def _degrees(centre: Point, xy: Floats) -> tuple[Floats, Floats]:
    east = METRES_PER_DEGREE * np.cos(np.radians(centre.lat))
    return centre.lat + xy[:, 1] / METRES_PER_DEGREE, centre.lng + xy[:, 0] / east


def _points(centre: Point, xy: Floats) -> list[Point]:
    lat, lng = _degrees(centre, xy)
    return [Point(float(a), float(b)) for a, b in zip(lat, lng, strict=True)]
