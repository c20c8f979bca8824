"""Columns of the flat int64 tables that the compiled kernels read, and the decorator that compiles them."""

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
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
LENGTH, SECONDS, METRES, ORDERS, CLOCKED = range(5)
STOPS = 5
RUNS = 5

NO_LIMIT = 1_000_000_000  # as in problem.py: a plain number for the compiler
COLD_BOX = 8  # Need.COLD_BOX
INFEASIBLE = 1e18


KERNEL_FILES = ("layout", "routes", "state", "construct", "removal", "repair", "chains", "search", "kernels")
COMPILE: Any = njit  # its stubs leave out the options that keep compiled code small
INNER = {"nogil": True, "_nrt": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def drop_stale_kernels(folder: Path = Path(__file__).parent) -> bool:
    """Throw compiled kernels away when one of their files has changed; says whether it did.

    The compiler looks only at the file of the entry itself, though what that calls is compiled into it: after an
    upgrade it would go on with the old code of another file. A folder that cannot be written is left alone.
    """
    digest = hashlib.sha256()
    for name in KERNEL_FILES:
        digest.update((folder / f"{name}.py").read_bytes())
    kept = os.environ.get("NUMBA_CACHE_DIR")
    place = Path(kept) if kept else folder / "__pycache__"
    mark = place / "kernels.digest"
    with suppress(OSError):
        if mark.exists() and mark.read_text() == digest.hexdigest():
            return False
        place.mkdir(parents=True, exist_ok=True)
        for compiled in [*place.rglob("kernels.*.nbi"), *place.rglob("kernels.*.nbc")]:
            compiled.unlink(missing_ok=True)
        mark.write_text(digest.hexdigest())
        return True
    return False


drop_stale_kernels()


def kernel(function: F) -> F:
    """Compile a step that several others call. No memory is set aside inside, so no references are counted either."""
    return cast(F, COMPILE(**INNER)(function))


def inlined(function: F) -> F:
    """Compile into whatever calls it: for steps so small that handing over the tables would cost more."""
    return cast(F, COMPILE(forceinline=True, **INNER)(function))


def once(function: F) -> F:
    """Compile as a part of the one step that calls it: a name for a paragraph."""
    return cast(F, COMPILE(inline="always", **INNER)(function))


def entry(function: F) -> F:
    """Compile what Python calls: kept on disk beside the source; the interpreter lock is let go while it runs."""
    return cast(F, COMPILE(cache=True, nogil=True, _nrt=False, no_cfunc_wrapper=True)(function))
