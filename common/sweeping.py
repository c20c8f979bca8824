"""Sweeps: one row that breaks must not keep the others from being finished."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog
from billiard.exceptions import SoftTimeLimitExceeded

K = TypeVar("K")
log = structlog.get_logger(__name__)


def each(keys: Iterable[K], step: Callable[[K], object], *, sweep: str) -> list[K]:
    """Take one step for each key, each in its own transaction; return the keys whose step broke.

    What a step raises is logged under the sweep's name, and the next key has its turn.
    """
    broken: list[K] = []
    for key in keys:
        try:
            step(key)
        except SoftTimeLimitExceeded:  # the worker is told to stop, and not by this row
            raise
        except Exception:  # whatever is wrong with one row is not wrong with the next
            log.exception("sweep_step_failed", sweep=sweep, key=str(key))
            broken.append(key)
    return broken
