"""One dispatch cycle as arrays: what waits, who drives where, and how long the roads between take.

Times are whole seconds after a zero the caller chooses (usually now), lengths whole metres, weights grams. Rows are
known by their index. `build.py` makes a problem from plain rows with points; the solver, the validator and the
explainer all read the same one.
"""

from dataclasses import dataclass, field, fields
from enum import IntFlag

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dispatch.engine.travel import Travel

Ints = NDArray[np.int64]

LAST_RESORT = 4 * 3_600  # `Trips.fixed_cost` of a staff van
NO_LIMIT = 1_000_000_000  # stands for "as much as you like" in any column that limits
NONE = -1  # no destination; not committed to a trip
BAD = int(np.iinfo(np.int64).min)  # what was given is not a number: the row is left out and reported
ROUNDED_DOWN = frozenset({"due_s", "pick_by_s", "ride_s", "leave_by_s", "latest_s", "extra_s", "extra_m", "route_m"})


class Need(IntFlag):
    """What a delivery asks of a driver, and what a trip may refuse. A trip without a cold box refuses COLD_BOX."""

    ALCOHOL = 1
    STAIRS = 2
    PETS = 4
    COLD_BOX = 8
    TOLLS = 16
    DARK = 32
    AGE_CHECK = 64


class _Columns:
    """Turns every column into whole int64 numbers; what cannot be one becomes BAD."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for column in fields(self):  # type: ignore[arg-type]  # only dataclasses inherit this
            given = getattr(self, column.name)
            object.__setattr__(self, column.name, whole(given, down=column.name in ROUNDED_DOWN))


@dataclass(frozen=True, slots=True)
class Deliveries(_Columns):
    """What is to be carried: n rows, every column (n,).

    A row with `trip` >= 0 is committed: that trip has accepted it and its stops are in `Trips.stops`.
    """

    pickup: Ints  # location
    dropoff: Ints  # location
    store: Ints  # any code; trips exclude stores by it
    ready_s: Ints  # not handed over before
    pick_by_s: Ints  # at the store by, as before it closes
    drop_from_s: Ints  # not at the door before: the window's start; who comes earlier waits
    due_s: Ints  # at the door by
    pick_s: Ints  # at the store, once it is ready and the driver is there
    drop_s: Ints  # at the door
    units: Ints
    grams: Ints
    heaviest_grams: Ints  # heaviest single item
    needs: Ints  # Need bits
    ride_s: Ints  # longest from leaving the store to the door in a vehicle that refuses COLD_BOX
    urgency: Ints  # 1 or more: serving weighs this much beside the others
    trip: Ints  # committed to this trip, or NONE

    def __len__(self) -> int:
        return len(self.pickup)


@dataclass(frozen=True, slots=True)
class Trips(_Columns):
    """Who drives: m rows, every column (m,), and the stops they are committed to as one run of stops per trip."""

    origin: Ints  # location; of a run under way, where the driver is
    destination: Ints  # location, or NONE for a driver who is just online
    depart_s: Ints  # earliest start
    leave_by_s: Ints  # latest start; before depart_s means the trip is over
    latest_s: Ints  # at the destination by; without one, done with the last stop by
    extra_s: Ints  # most driving beyond the direct way
    extra_m: Ints
    route_m: Ints  # most metres in all (hard limit)
    units: Ints  # room
    grams: Ints
    item_grams: Ints  # heaviest single item (hard limit)
    max_orders: Ints  # deliveries in one run, committed ones counted
    refuses: Ints  # Need bits (hard limits)
    waited_s: Ints  # since the driver's last offer: who waits longest comes first among equal detours
    fixed_cost: Ints  # seconds of detour that using the trip at all counts as; above 0 it is a last resort, see `solve`
    stops_from: Ints  # (m + 1,): trip t is committed to stops[stops_from[t]:stops_from[t + 1]], in that order
    stops: Ints  # 2 * delivery for a pick-up, 2 * delivery + 1 for a drop; a loaded delivery has only its drop
    barred_stores: Ints  # (k, 2) trip, store: never offered
    barred_deliveries: Ints  # (k, 2) trip, delivery: never offered, for instance declined before

    def __len__(self) -> int:
        return len(self.origin)


@dataclass(frozen=True, slots=True)
class Objective:
    """The weights of dispatch, all of them. Lexicographic: serving, then detour, then fairness.

    `second_cost` and `metre_cost` make one pay-relevant detour of seconds and metres. Detours that differ by no more
    than `equal_cost` count as the same: among trips that could carry a route so, whose driver has waited longest since
    the last offer gets it.
    """

    second_cost: float = 1.0
    metre_cost: float = 0.0
    equal_cost: float = 15.0


@dataclass(frozen=True, slots=True)
class Problem:
    """A snapshot of one market at one moment."""

    deliveries: Deliveries
    trips: Trips
    travel: Travel
    objective: Objective = field(default_factory=Objective)

    def direct(self, trip: int) -> tuple[int, int]:
        """Seconds and metres of a trip driven without any stop; nothing without a destination."""
        destination = int(self.trips.destination[trip])
        if destination == NONE:
            return 0, 0
        return self.travel.leg(int(self.trips.origin[trip]), destination)

    def committed(self, trip: int) -> list[int]:
        """Stop codes the trip is committed to, in order."""
        first, last = self.trips.stops_from[trip : trip + 2].tolist()
        return [int(stop) for stop in self.trips.stops[first:last]]


def whole(given: ArrayLike, *, down: bool = False) -> Ints:
    """Whole numbers within +-NO_LIMIT: rounded against us, infinities are no limit, what is no number is BAD."""
    column = np.asarray(given)
    if column.dtype.kind in "iub":
        numbers = column.astype(np.int64)
        return np.where(numbers == BAD, BAD, np.clip(numbers, -NO_LIMIT, NO_LIMIT))
    reals = column.astype(np.float64)
    bad = np.isnan(reals)
    rounded = np.floor(reals) if down else np.ceil(reals)
    return np.where(bad, BAD, np.clip(np.where(bad, 0.0, rounded), -NO_LIMIT, NO_LIMIT)).astype(np.int64)
