"""Chance that can be thrown again."""

from random import Random


def dice(seed: int | str | None = None) -> Random:
    """Dice that fall the same way for the same seed; without one, as they fall."""
    return Random(seed)  # noqa: S311  # nothing here is a secret
