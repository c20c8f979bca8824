"""The freeways of a made-up city: two rings, spokes that run out of town, and their exits."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
STEP_METRES = 420.0
EXIT_EVERY = 4
FARTHEST_RAMP_METRES = 1_500.0


@dataclass(frozen=True, slots=True)
class Lines:
    """Points in metres east and north of the centre (n, 2), and the edges between them."""

    xy: Floats
    tail: Indices
    head: Indices


def freeways(rng: np.random.Generator, radius: float) -> Lines:
    """Draw the rings and spokes; where a spoke meets a ring they share a junction."""
    rings = [_ring(rng, radius * share) for share in (0.2, 0.62)]
    count = int(rng.integers(5, 7))
    headings = np.linspace(0, 2 * np.pi, count, endpoint=False) + rng.normal(0, 0.16, count)
    spokes = [_spoke(rng, heading, radius * 0.2, radius * 0.99) for heading in headings]
    for spoke in spokes:
        spoke[0] = rings[0][np.hypot(*(rings[0] - spoke[0]).T).argmin()]
    closed = [True] * len(rings) + [False] * len(spokes)
    offset, tails, heads = 0, [], []
    for line, is_ring in zip([*rings, *spokes], closed, strict=True):
        index = np.arange(len(line)) + offset
        tails.append(index if is_ring else index[:-1])
        heads.append(np.roll(index, -1) if is_ring else index[1:])
        offset += len(line)
    xy = np.concatenate([*rings, *spokes])
    on_rings = sum(len(ring) for ring in rings)
    junction_tail, junction_head = _junctions(xy, on_rings)
    return Lines(xy, np.concatenate([*tails, junction_tail]), np.concatenate([*heads, junction_head]))


def _ring(rng: np.random.Generator, radius: float) -> Floats:
    count = int(2 * np.pi * radius / STEP_METRES)
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    bulge = sum(rng.uniform(0.02, 0.06) * np.sin(k * angle + rng.uniform(0, 2 * np.pi)) for k in (2, 3, 5))
    away = radius * (1 + bulge)
    return np.column_stack([away * np.cos(angle), away * np.sin(angle)])


def _spoke(rng: np.random.Generator, heading: float, start: float, end: float) -> Floats:
    away = np.arange(start, end, STEP_METRES)
    share = (away - start) / (end - start)
    bend = rng.normal(0, 0.22) * share + rng.normal(0, 0.06) * np.sin(3 * np.pi * share)
    return np.column_stack([away * np.cos(heading + bend), away * np.sin(heading + bend)])


def _junctions(xy: Floats, on_rings: int) -> tuple[Indices, Indices]:
    """Join each ring point that a spoke passes to the spoke's nearest point."""
    distance, found = cKDTree(xy[on_rings:]).query(xy[:on_rings])
    close = np.flatnonzero(np.asarray(distance) < STEP_METRES * 0.75)
    return close.astype(np.int64), np.asarray(found, np.int64)[close] + on_rings


def ramps(lines: Lines, streets: Floats, arterial: Indices) -> tuple[Indices, Indices]:
    """Tie every few freeway points to the nearest crossing of an arterial: both indices of each ramp."""
    exits = np.arange(0, len(lines.xy), EXIT_EVERY)
    distance, found = cKDTree(streets[arterial]).query(lines.xy[exits])
    nearest = np.asarray(found, np.int64)
    near = distance < FARTHEST_RAMP_METRES
    return exits[near].astype(np.int64), arterial[nearest[near]].astype(np.int64)
