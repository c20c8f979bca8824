"""Fit the estimator to a road network, and say how far off it is."""

from dataclasses import dataclass

import h3
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from providers.routing.builtin import Floats, free_flow, great_circle
from providers.routing.graph import GraphRouting
from providers.routing.landmarks import RESOLUTION, Indices, Landmarks
from providers.routing.profile import Profile, Region

ENDS = 120  # sources, and as many targets
NEAREST_METRES = 300.0  # closer pairs are walks, and their ratio means nothing
FEWEST_CROSSINGS = 1_000
LANDMARKS = 48
MOST_SECONDS = np.iinfo(np.uint16).max


class TooSmall(ValueError):
    """The network is too small to fit anything to."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How far an estimate is from the network, as shares of the network's seconds, over drives it was not fitted to."""

    region: Region
    median_error: float
    p90_error: float
    pairs: int


@dataclass(frozen=True, slots=True)
class _Drives:
    """Drives between crossings of a network on empty roads: (n, n) each, and the crossings they join."""

    sources: Indices
    targets: Indices
    straight: Floats
    seconds: Floats
    metres: Floats

    def usable(self) -> NDArray[np.bool_]:
        return np.asarray((self.straight > NEAREST_METRES) & (self.seconds > 0) & np.isfinite(self.seconds), np.bool_)


def calibrate(engine: GraphRouting, *, seed: int = 1) -> Fit:
    """Fit formula and landmarks to a sample of drives, and measure them on drives between other crossings.

    Neither a source nor a target of the drives measured is among those fitted. The landmarks' table itself is made
    from the whole network, as it is in use.

    Raises:
        TooSmall: it has too few crossings.
    """
    rng = np.random.default_rng(seed)
    if engine.graph.crossings < FEWEST_CROSSINGS:
        raise TooSmall
    known, other = _drives(engine, rng), _drives(engine, rng)
    profile = _formula(known)
    cells, row_of = _cells(engine)
    towards, away = _distances(engine, rng, row_of)
    plain = Landmarks(cells, towards, away, np.array([0.5, 0.4, 0.1, 0.0]), 0.5)
    region = Region(profile, _mixed(plain, profile, known, row_of))
    used = other.usable()
    error = np.abs(_estimate(region, other, row_of)[used] / other.seconds[used] - 1)
    return Fit(region, float(np.median(error)), float(np.quantile(error, 0.9)), len(error))


def _drives(engine: GraphRouting, rng: np.random.Generator) -> _Drives:
    graph = engine.graph
    sources, targets = rng.choice(graph.crossings, (2, ENDS)).astype(np.int64)
    places = np.column_stack([graph.lat, graph.lng])
    seconds, metres = engine.between_crossings(sources, targets)
    return _Drives(sources, targets, great_circle(places[sources], places[targets]), seconds, metres)


def _formula(drives: _Drives) -> Profile:
    """The five figures that come nearest."""
    used = drives.usable()
    straight, seconds, metres = drives.straight[used], drives.seconds[used], drives.metres[used]

    def off(figures: Floats) -> Floats:
        took, drove = free_flow(straight, Profile(*figures.tolist()))
        return np.concatenate([np.log(took / seconds), 0.5 * np.log(drove / metres)])

    start = [1.27, 220.0, 17.5, 150.0, 2_500.0]
    bounds = ([1.0, 0.0, 4.0, 0.0, 100.0], [2.5, 3_000.0, 35.0, 900.0, 20_000.0])
    found = least_squares(off, start, bounds=bounds, x_scale=start, loss="soft_l1", f_scale=0.1, diff_step=[0.01] * 5)
    return Profile(*found.x.tolist())


def _cells(engine: GraphRouting) -> tuple[NDArray[np.uint64], Indices]:
    """The cells that hold crossings, sorted, and in which of them each crossing lies."""
    graph = engine.graph
    names = (h3.latlng_to_cell(a, b, RESOLUTION) for a, b in zip(graph.lat.tolist(), graph.lng.tolist(), strict=True))
    cells, row_of = np.unique(np.array([h3.str_to_int(name) for name in names], np.uint64), return_inverse=True)
    return cells, row_of.astype(np.int64)


def _distances(
    engine: GraphRouting, rng: np.random.Generator, row_of: Indices
) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    """Mean seconds from each cell's crossings to the landmarks, and from the landmarks to them."""
    marks = _spread(engine, rng)
    count = np.bincount(row_of)[:, None]

    def means(seconds: Floats) -> NDArray[np.uint16]:
        seconds = np.where(np.isfinite(seconds), seconds, MOST_SECONDS)
        sums = np.stack([np.bincount(row_of, weights=column) for column in seconds], axis=1)
        return np.minimum(np.rint(sums / count), MOST_SECONDS).astype(np.uint16)

    away = engine.from_crossings(marks)
    return means(engine.from_crossings(marks, backwards=True)), means(away)


def _spread(engine: GraphRouting, rng: np.random.Generator) -> Indices:
    """Landmarks: each the crossing that lies farthest from those before it."""
    graph = engine.graph
    places = np.column_stack([graph.lat, graph.lng])
    marks = [int(rng.integers(graph.crossings))]
    nearest = great_circle(places, places[marks]).ravel()
    while len(marks) < min(LANDMARKS, graph.crossings):
        marks.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, great_circle(places, places[marks[-1:]]).ravel())
    return np.array(marks, np.int64)


def _mixed(plain: Landmarks, profile: Profile, drives: _Drives, row_of: Indices) -> Landmarks:
    """Landmarks with the mix, and the bend of the metres, that come nearest to the drives."""
    used = drives.usable()
    formula, road = free_flow(drives.straight, profile)
    lower, upper = plain.bounds(row_of[drives.sources], row_of[drives.targets])

    def took(mix: Floats) -> Floats:
        marks = Landmarks(plain.cells[:0], plain.towards[:0], plain.away[:0], mix, 0.0)
        return np.maximum(marks.mixed(drives.straight, formula, lower, upper)[used], 1.0)

    def off(mix: Floats) -> Floats:
        return np.log(took(mix) / drives.seconds[used])

    mix = np.asarray(least_squares(off, plain.mix, x_scale=[0.5, 0.5, 0.5, 30.0], loss="soft_l1", f_scale=0.1).x)
    faster, longer = np.log(took(mix) / formula[used]), np.log(drives.metres[used] / road[used])
    bend = float(np.clip((faster @ longer) / max(faster @ faster, 1e-9), 0.0, 1.0))
    return Landmarks(plain.cells, plain.towards, plain.away, mix, bend)


def _estimate(region: Region, drives: _Drives, row_of: Indices) -> Floats:
    seconds, metres = free_flow(drives.straight, region.profile)
    rows = row_of[drives.sources], row_of[drives.targets]
    region.landmarks.improve(drives.straight, seconds, metres, *rows)
    return seconds
