"""One day under one policy in numbers: what shoppers got, what it asked of drivers, and how it was spread over them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean, quantiles
from typing import Any

from dispatch.simulator.compare.journeys import Terms
from dispatch.simulator.compare.lived import Fate, Lived
from dispatch.simulator.compare.scenario import HOUR
from dispatch.terms.fairness import DriverSum, Fairness, fairness_of


@dataclass(frozen=True, slots=True)
class Middle:
    """Half of the values lie at or below `p50`, nine in ten at or below `p90`."""

    p50: float
    p90: float
    mean: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Middle":
        """Of some values; zeros of none."""
        if len(values) < 2:
            return cls(*([float(values[0])] * 3 if values else [0.0] * 3))
        tenths = quantiles(values, n=10, method="inclusive")
        return cls(tenths[4], tenths[8], fmean(values))


@dataclass(frozen=True, slots=True)
class Figures:
    """One day under one policy. Money is cents; tips count as pay to drivers, not as cost to the house."""

    policy: str
    title: str
    placed: int
    served: int
    unserved: int
    cancelled: int
    on_time: int
    added_minutes: Middle
    cents_an_added_hour: int
    cost_cents: int
    wait_minutes: Middle
    offers: int
    runs: int
    no_shows: int
    served_by_hour: Mapping[int, int]
    fairness: Fairness

    @property
    def served_share(self) -> float:
        """Of the orders that were not cancelled."""
        return self.served / max(1, self.placed - self.cancelled)

    @property
    def on_time_share(self) -> float:
        """Of those that were not cancelled: at the door within the window."""
        return self.on_time / max(1, self.placed - self.cancelled)

    def plain(self) -> dict[str, Any]:
        """As JSON holds it."""
        shares = {"served_share": self.served_share, "on_time_share": self.on_time_share}
        return {name: _rounded(value) for name, value in {**asdict(self), **shares}.items()}


def figures_of(lived: Lived, policy: str, title: str) -> Figures:
    """Count a day once it is over."""
    came = [one for one in lived.carried if one.came]
    per_delivery = [one.terms.added_s / 60 / len(one.terms.orders) for one in came for _ in one.terms.orders]
    pay = sum(one.terms.pay_cents for one in came)
    tips, added = sum(one.terms.tip_cents for one in came), sum(one.terms.added_s for one in came)
    waits = [(lived.claimed_s[i] - lived.promises[i].ready_s) / 60 for i in lived.delivered_s]
    return Figures(
        policy=policy,
        title=title,
        placed=len(lived.fate),
        served=lived.count(Fate.SERVED),
        unserved=lived.count(Fate.UNSERVED),
        cancelled=lived.count(Fate.CANCELLED),
        on_time=sum(at <= lived.promises[i].due_by_s for i, at in lived.delivered_s.items()),
        added_minutes=Middle.of(per_delivery),
        cents_an_added_hour=(pay + tips) * HOUR // max(1, added),
        cost_cents=round(pay / max(1, len(lived.delivered_s))),
        wait_minutes=Middle.of(waits),
        offers=lived.offers.total(),
        runs=len(came),
        no_shows=len(lived.carried) - len(came),
        served_by_hour=dict(sorted(Counter(at // HOUR for at in lived.delivered_s.values()).items())),
        fairness=fairness_of_day(lived),
    )


def fairness_of_day(lived: Lived) -> Fairness:
    """Add up each driver's trips of the day, then look at all drivers together."""
    ridden: defaultdict[int, list[int]] = defaultdict(list)
    for number, ride in enumerate(lived.day.rides):
        ridden[ride.driver].append(number)
    came: defaultdict[int, list[Terms]] = defaultdict(list)
    for run in lived.carried:
        if run.came:
            came[run.ride].append(run.terms)
    return fairness_of([_sum_of(lived, numbers, came) for numbers in ridden.values()])


def _sum_of(lived: Lived, numbers: Sequence[int], came: Mapping[int, Sequence[Terms]]) -> DriverSum:
    rides, runs = [lived.day.rides[n] for n in numbers], [terms for n in numbers for terms in came.get(n, ())]
    return DriverSum(
        area=rides[0].area,
        room=max(ride.room for ride in rides),
        hours=sum(ride.open_hours for ride in rides),
        offers=sum(lived.offers[n] for n in numbers),
        deliveries=sum(len(terms.orders) for terms in runs),
        earned_cents=sum(terms.pay_cents + terms.tip_cents for terms in runs),
        added_seconds=sum(terms.added_s for terms in runs),
    )


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _rounded(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(inner) for inner in value]
    return round(value, 4) if isinstance(value, float) else value
