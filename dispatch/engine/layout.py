"""Columns of the flat int64 tables that the compiled kernels read, and the decorator that compiles them."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])  # Any: numba's own type of a compiled function

# stops: row 2 * delivery is its pick-up, row 2 * delivery + 1 its drop
PLACE, FROM, BY, SERVICE, UNITS, GRAMS = range(6)
STOP_COLUMNS = 6

# deliveries
RIDE, NEEDS, HEAVIEST, STORE = range(4)
DELIVERY_COLUMNS = 4

# trips; limits are on the whole route, raised to what the committed stops already need
(
    ORIGIN,
    DESTINATION,
    DEPART,
    LATEST,
    MOST_S,
    MOST_M,
    ROOM,
    ROOM_GRAMS,
    MOST_ORDERS,
    REFUSES,
    ITEM_GRAMS,
    ABOARD,
    ABOARD_GRAMS,
    LOADED,
    BOUND,
    OPEN,
) = range(16)
TRIP_COLUMNS = 16

# routes: one row per trip. First some figures, then five runs of S + 1 numbers, one per place between its stops:
# the stop codes; the earliest leaving of the stop before; the latest arrival at the stop; units and grams aboard.
LENGTH, SECONDS, METRES, ORDERS, CLOCKED, STAMP = range(6)
STOPS = 6
RUNS = 5

NO_LIMIT = 1_000_000_000  # as in problem.py: a plain number for the compiler
COLD_BOX = 8  # Need.COLD_BOX
INFEASIBLE = 1e18


def kernel(function: F) -> F:
    """Compile to machine code, kept on disk beside the source; the interpreter lock is let go while it runs."""
    return cast(F, njit(cache=True, nogil=True)(function))
