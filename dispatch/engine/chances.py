"""How likely an order finds another trip when it is left out of this plan: what letting it wait costs.

A plan that looks at one moment spends trips on whatever is near, though that could wait, while what few trips pass runs
out of time. Trips declared lately stand for those to come: how many of them could still carry an order, had they left
at any moment that is left to it? What many will pass weighs little; what has its last chance now weighs most.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LEAST, MOST = 80, 100  # urgency of what can surely wait, and of what has no later chance
PASSING = 20.0  # of so many trips that could carry it alone, about one takes it: the others are filled otherwise
SEEN_SECONDS = 3_600  # how far back trips are looked at
SHORTEST_SECONDS = 60.0  # many trips declared at one moment, as those of a week are, tell no rate by the second


@dataclass(frozen=True, slots=True)
class Ways:
    """Seconds of k trips declared lately by way of n orders, each alone."""

    ahead: Ints  # (k,) from being declared to leaving
    to_store: Ints  # (n, k) from the trip's origin
    across: Ints  # (n,) from the store to the door
    onward: Ints  # (n, k) from the door to the trip's end; 0 without one
    direct: Ints  # (k,) the trip without any stop; 0 without an end
    extra: Ints  # (k,) most driving beyond that
    over_s: float  # all of them were declared within so many seconds


def urgency(left_s: Ints, ways: Ways) -> Ints:
    """Weigh orders by their later chances, (n,), LEAST to MOST; `left_s` (n,) is from now until they are due."""
    lost = np.exp(-later_trips(left_s, ways) / PASSING)
    return np.asarray(np.rint(LEAST + (MOST - LEAST) * lost), np.int64)


def later_trips(left_s: Ints, ways: Ways) -> Floats:
    """How many trips will be declared that could carry each order alone, by those declared lately, (n,).

    Each could be declared at any moment from now until it would be late at the door.
    """
    to_door = ways.to_store + ways.across[:, None]
    fits = to_door + ways.onward <= ways.direct + ways.extra
    moments = np.clip(left_s[:, None] - to_door - ways.ahead, 0, None)
    return np.asarray((fits * moments).sum(axis=1) / max(ways.over_s, SHORTEST_SECONDS), np.float64)
