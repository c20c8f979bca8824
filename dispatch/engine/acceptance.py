"""How likely an offer is to be taken, from what it pays per added hour; and so how to make it.

It knows offers, never drivers: outcomes of a whole market are counted by pay alone, and there is no score of anybody
(D7). Pay per added hour is sorted into bands. Each band starts from a prior belief worth PRIOR_OFFERS offers, a
logistic curve through one half at PRIOR_EVEN_CENTS an hour; outcomes are added to it (Beta-binomial), and the bands
are then made to rise with pay (pool adjacent violators), since more pay never makes an offer less welcome.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, exp, log

BAND_CENTS = (0, 1_200, 1_800, 2_400, 3_000, 4_000, 5_500, 8_000, 12_000)  # lower edges, cents per added hour
PRIOR_EVEN_CENTS = 2_600  # about what gig deliveries pay per engaged hour in US metros (2024 surveys: $18 to $30)
PRIOR_STEEPNESS = 2.2  # in the logarithm of pay
PRIOR_OFFERS = 20.0
SHORTEST_SECONDS = 60  # an offer that adds nothing is judged as one that adds a minute
RESERVE_FROM = 0.5  # reserved to the best trip when it is more likely taken than not
SURE_ENOUGH = 0.9  # parallel offers are made until one is this likely to be taken
MOST_PARALLEL = 4


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answered or expired offer: what it paid per added hour, and whether it was taken."""

    cents_an_hour: float
    accepted: bool


@dataclass(frozen=True, slots=True)
class Advice:
    """How to make an offer: to the best trip alone, or to how many trips at once."""

    reserve: bool
    parallel: int
    probability: float


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Belief about one market: per band of pay, offers taken and offers made, the prior's counted in."""

    taken: tuple[float, ...]
    made: tuple[float, ...]

    @classmethod
    def prior(cls) -> "Acceptance":
        """Belief before any offer was answered."""
        edges = (*BAND_CENTS, BAND_CENTS[-1] * 1.5)
        middles = [(low + high) / 2 for low, high in pairwise(edges)]
        share = [1 / (1 + exp(-PRIOR_STEEPNESS * log(middle / PRIOR_EVEN_CENTS))) for middle in middles]
        return cls(tuple(PRIOR_OFFERS * p for p in share), (PRIOR_OFFERS,) * len(share))

    def after(self, outcomes: Iterable[Outcome]) -> "Acceptance":
        """Belief after more offers were answered."""
        return self.counted((_band(outcome.cents_an_hour), int(outcome.accepted), 1) for outcome in outcomes)

    def counted(self, rows: Iterable[tuple[int, int, int]]) -> "Acceptance":
        """Belief after many offers: per row the band, how many were taken, how many were made."""
        taken, made = list(self.taken), list(self.made)
        for band, took, offered in rows:
            taken[band] += took
            made[band] += offered
        return Acceptance(tuple(taken), tuple(made))

    def probability(self, *, pay_cents: int, added_s: int) -> float:
        """Chance that a trip takes an offer of so much pay for so many added seconds."""
        return _rising(self.taken, self.made)[_band(cents_an_hour(pay_cents, added_s))]

    def is_likely(self, *, pay_cents: int, added_s: int) -> bool:
        """Whether an offer is more likely taken than not."""
        return self.probability(pay_cents=pay_cents, added_s=added_s) >= RESERVE_FROM

    def advise(self, *, pay_cents: int, added_s: int, fitting: int) -> Advice:
        """Say how to make an offer that fits so many trips."""
        chance = self.probability(pay_cents=pay_cents, added_s=added_s)
        if self.is_likely(pay_cents=pay_cents, added_s=added_s) or fitting <= 1:
            return Advice(reserve=True, parallel=1, probability=chance)
        wanted = ceil(log(1 - SURE_ENOUGH) / log(1 - chance))
        return Advice(reserve=False, parallel=max(1, min(MOST_PARALLEL, fitting, wanted)), probability=chance)


def cents_an_hour(pay_cents: int, added_s: int) -> float:
    """Pay per added hour."""
    return pay_cents * 3_600 / max(SHORTEST_SECONDS, added_s)


def _band(cents: float) -> int:
    return max((i for i, low in enumerate(BAND_CENTS) if cents >= low), default=0)


def _rising(taken: tuple[float, ...], made: tuple[float, ...]) -> list[float]:
    """Shares taken per band, neighbours that fall with pay pooled into one."""
    blocks: list[tuple[float, float, int]] = []
    for took, offered in zip(taken, made, strict=True):
        block = (took, offered, 1)
        while blocks and blocks[-1][0] / blocks[-1][1] > block[0] / block[1]:
            last = blocks.pop()
            block = (last[0] + block[0], last[1] + block[1], last[2] + block[2])
        blocks.append(block)
    return [took / offered for took, offered, width in blocks for _ in range(width)]
