"""What is left of a day that was lived through under one policy."""

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum

from dispatch.simulator.compare.journeys import Terms
from dispatch.simulator.compare.rows import Promise
from dispatch.simulator.compare.scenario import Scenario


class Fate(Enum):
    """What became of an order."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    SERVED = "served"
    UNSERVED = "unserved"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Carried:
    """One run: by whom, on what terms, when claimed, and whether the driver came."""

    ride: int
    terms: Terms
    claimed_s: int
    came: bool


@dataclass(slots=True)
class Lived:
    """Every order's fate, every run, and how often each ride was offered something."""

    day: Scenario
    promises: list[Promise]
    fate: list[Fate]
    delivered_s: dict[int, int] = field(default_factory=dict)
    claimed_s: dict[int, int] = field(default_factory=dict)
    carried: list[Carried] = field(default_factory=list)
    offers: Counter[int] = field(default_factory=Counter)
    cycles: int = 0

    def count(self, fate: Fate) -> int:
        """Orders of one fate."""
        return sum(one is fate for one in self.fate)
