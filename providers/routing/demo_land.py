"""What lies under the streets of a made-up city: a river and parks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Land:
    """A river as a line through the city (n, 2), and parks as rounded shapes: middle (k, 2) and size (k, 2)."""

    river: Floats
    park_middle: Floats
    park_size: Floats
    normal: Floats  # unit vector across the river's general course

    def in_park(self, xy: Floats) -> Bools:
        """Whether each place lies inside a park, (n,)."""
        offset = (xy[:, None, :] - self.park_middle[None]) / self.park_size[None]
        return np.asarray(((offset**2).sum(axis=2) < 1).any(axis=1), np.bool_)

    def crosses_river(self, a: Floats, b: Floats) -> Bools:
        """Whether each street from a to b, both (n, 2), passes from one bank to the other, (n,)."""
        return np.asarray(self._bank(a) != self._bank(b), np.bool_)

    def _bank(self, xy: Floats) -> Bools:
        along = np.array([self.normal[1], -self.normal[0]])
        course, across = self.river @ along, self.river @ self.normal
        return np.asarray(xy @ self.normal > np.interp(xy @ along, course, across), np.bool_)

    def parks(self) -> list[Floats]:
        """Outlines of the parks, closed rings (25, 2)."""
        turn = np.linspace(0, 2 * np.pi, 25)
        circle = np.column_stack([np.cos(turn), np.sin(turn)])
        return [middle + circle * size for middle, size in zip(self.park_middle, self.park_size, strict=True)]


def invent_land(rng: np.random.Generator, radius: float) -> Land:
    """Draw a winding river past downtown and a handful of parks."""
    heading = rng.uniform(0, 2 * np.pi)
    along, normal = np.array([np.cos(heading), np.sin(heading)]), np.array([-np.sin(heading), np.cos(heading)])
    course = np.linspace(-1.05 * radius, 1.05 * radius, 161)
    across = np.full_like(course, rng.choice([-1, 1]) * rng.uniform(900, 1_900))
    for wavelength, height in ((15_000.0, 1_500.0), (6_500.0, 650.0)):
        across += height * np.sin(2 * np.pi * course / wavelength + rng.uniform(0, 2 * np.pi))
    river = course[:, None] * along + across[:, None] * normal
    count = int(rng.integers(6, 10))
    away, turn = radius * np.sqrt(rng.uniform(0.01, 0.55, count)), rng.uniform(0, 2 * np.pi, count)
    return Land(
        river=river,
        park_middle=np.column_stack([away * np.cos(turn), away * np.sin(turn)]),
        park_size=rng.uniform(350, 1_100, (count, 2)),
        normal=normal,
    )
