"""Fit the estimator to a road network, and say how far off it is."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from scipy.optimize import least_squares

from common.geo import Point
from providers.routing.base import Routing
from providers.routing.builtin import BuiltinRouting, Floats, Profile, degrees, great_circle
from providers.routing.roads import RoadGraph
from providers.routing.traffic import slowness

AT = datetime(2026, 6, 3, 18, tzinfo=UTC)
SOURCES, TARGETS = 60, 60
NEAREST_METRES = 300.0  # closer pairs are walks, and their ratio means nothing


@dataclass(frozen=True, slots=True)
class Fit:
    """How far an estimate is from a road engine, as shares of the engine's seconds."""

    profile: Profile
    median_error: float
    p90_error: float
    pairs: int


def calibrate(engine: Routing, graph: RoadGraph, *, seed: int = 1) -> Fit:
    """Fit the five figures of the estimator on half of a sample of drives, and measure them on the other half."""
    straight, seconds, metres, factor = _drives(engine, graph, seed)
    half = len(straight) // 2

    def off(figures: Floats) -> Floats:
        took, drove = BuiltinRouting(_profile(figures)).estimate(straight[:half], factor)
        return np.concatenate([np.log(took / seconds[:half]), 0.5 * np.log(drove / metres[:half])])

    start = [1.27, 220.0, 17.5, 150.0, 2_500.0]
    bounds = ([1.0, 0.0, 4.0, 0.0, 100.0], [2.5, 3_000.0, 35.0, 900.0, 20_000.0])
    found = least_squares(off, start, bounds=bounds, x_scale=start, loss="soft_l1", f_scale=0.1, diff_step=[0.01] * 5)
    profile = _profile(found.x)
    took, _ = BuiltinRouting(profile).estimate(straight[half:], factor)
    error = np.abs(took / seconds[half:] - 1)
    return Fit(profile, float(np.median(error)), float(np.quantile(error, 0.9)), len(straight) - half)


def _drives(engine: Routing, graph: RoadGraph, seed: int) -> tuple[Floats, Floats, Floats, float]:
    """A sample of drives between crossings in random order: straight metres, the engine's seconds and metres."""
    rng = np.random.default_rng(seed)
    drawn = rng.choice(graph.crossings, SOURCES + TARGETS)
    points = [Point(float(graph.lat[i]), float(graph.lng[i])) for i in drawn]
    sources, targets = points[:SOURCES], points[SOURCES:]
    table = engine.table(sources, targets, AT)
    straight = great_circle(degrees(sources), degrees(targets)).ravel()
    kept = rng.permutation(np.flatnonzero((straight > NEAREST_METRES) & (table.seconds.ravel() > 0)))
    seconds, metres = table.seconds.ravel()[kept].astype(np.float64), table.metres.ravel()[kept].astype(np.float64)
    return straight[kept], seconds, metres, slowness(AT, sources[0].lng)


def _profile(figures: Floats) -> Profile:
    circuity, wriggle, cruise, slow_seconds, slow_metres = (float(f) for f in figures)
    return Profile(circuity, wriggle, cruise, slow_seconds, slow_metres)
