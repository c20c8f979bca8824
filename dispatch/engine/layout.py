"""Columns of the flat int64 tables that the compiled kernels read, and the decorator that compiles them."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])  # Any: numba's own type of a compiled function

# deliveries, one row each
PICKUP, DROPOFF, READY, DUE, PICK_S, DROP_S, UNITS, GRAMS, RIDE, NEEDS, HEAVIEST, STORE = range(12)
DELIVERY_COLUMNS = 12

# trips, one row each; limits are on the whole route, raised to what the committed stops already need
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
    ORDERS,
    OPEN,
) = range(15)
TRIP_COLUMNS = 15


def kernel(function: F) -> F:
    """Compile to machine code, kept on disk beside the source; the interpreter lock is let go while it runs."""
    return cast(F, njit(cache=True, nogil=True)(function))
