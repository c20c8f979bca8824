"""Chance by name: the same question gets the same answer, whoever asks and whatever was asked before.

Policies that are compared then meet the same day: a driver who would say no to an offer under one says no under all.
"""

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15

ANSWER, OVERLOOK, LOOK, PACE, TRAFFIC, PICK, DOOR, NO_SHOW = range(8)


def unit(*key: int) -> float:
    """A number from 0 up to 1 that belongs to a key of whole numbers (SplitMix64, Steele, Lea and Flood 2014)."""
    state = 0
    for part in key:
        state = _mixed((state ^ part) + GOLDEN & MASK)
    return (state >> 11) / (1 << 53)


def between(low: float, high: float, *key: int) -> float:
    """A number between two others that belongs to a key."""
    return low + (high - low) * unit(*key)


def _mixed(z: int) -> int:
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)
