"""What is compared: who picks the driver, how the ladder climbs, how long a window is. One small object a policy."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from dispatch.engine.plan import Plan
from dispatch.engine.problem import Problem
from dispatch.engine.solve import cheapest_insertion, solve
from dispatch.models import Ladder
from dispatch.queries.snapshot import TRIPS_AHEAD
from dispatch.simulator.compare.nearest import nearest_driver

OWN = ("reserve_s", "board_s", "raise_s", "max_reserves", "ahead_s")
Choose = Callable[[Problem, int], Plan]
AHEAD_S = int(TRIPS_AHEAD.total_seconds())
STEPS = 400  # of a search: a count, not a time, so that every machine lives the same day


@dataclass(frozen=True, slots=True)
class Rungs:
    """The ladder in seconds and cents; `reserve_s` 0 means that everything goes to the board at once."""

    reserve_s: int
    board_s: int
    raise_s: int
    raise_cents: int
    max_raises: int
    max_reserves: int
    ahead_s: int
    lead_s: int

    @classmethod
    def of(cls, ladder: Ladder) -> "Rungs":
        """A market's own ladder."""
        return cls(
            reserve_s=ladder.reserve_seconds,
            board_s=ladder.board_seconds,
            raise_s=ladder.raise_seconds,
            raise_cents=ladder.raise_cents,
            max_raises=ladder.max_raises,
            max_reserves=ladder.max_reserves,
            ahead_s=ladder.ahead_seconds,
            lead_s=ladder.lead_seconds,
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """One way to run a day. What is None is as the market has it.

    `over_actions` says whether the real actions can be run that way.
    """

    name: str
    title: str
    choose: Choose
    has_board: bool = True
    over_actions: bool = True
    reserve_s: int | None = None
    board_s: int | None = None
    raise_s: int | None = None
    max_reserves: int | None = None
    ahead_s: int | None = None
    window_hours: int | None = None

    def rungs(self, ladder: Ladder) -> Rungs:
        """The ladder this policy climbs: the market's, save where it has its own."""
        own = {name: getattr(self, name) for name in OWN if getattr(self, name) is not None}
        return replace(Rungs.of(ladder), **own)


def homeward(problem: Problem, seed: int) -> Plan:
    """All waiting deliveries at once, onto the trips they add least to."""
    with np.errstate(over="ignore"):  # random numbers are made to overflow; only the uncompiled engine is warned of it
        return solve(problem, seed=seed, iterations=STEPS)


def greedy(problem: Problem, seed: int) -> Plan:
    """Each delivery as it comes, where it adds least then."""
    return cheapest_insertion(problem, seed=seed)


EVERY = (
    Policy("nearest", "Nearest driver", nearest_driver, has_board=False),
    Policy("greedy", "Cheapest insertion on arrival", greedy, has_board=False),
    Policy("homeward", "Homeward", homeward),
    Policy("homeward-apart", "Homeward, batches taken apart", homeward, max_reserves=0),
    Policy("homeward-at-once", "Homeward, offers as soon as planned", homeward, ahead_s=AHEAD_S),
    Policy("homeward-reserved", "Homeward, one driver at a time", homeward, has_board=False, over_actions=False),
    Policy("homeward-board", "Homeward, board only", homeward, reserve_s=0, over_actions=False),
    Policy("homeward-fast", "Homeward, raises twice as fast", homeward, board_s=90, raise_s=60),
    Policy("homeward-1h", "Homeward, windows of 1 hour", homeward, window_hours=1, over_actions=False),
    Policy("homeward-2h", "Homeward, windows of 2 hours", homeward, window_hours=2, over_actions=False),
)
POLICIES = {policy.name: policy for policy in EVERY}
