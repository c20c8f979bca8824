"""The same comparison over the real actions: each policy lives an evening in a database of its own, then it is dropped.

It follows `replay/`: checkout, picking, matching, offers, claims and runs are those of the web. Policies differ in who
picks the trips and in the ladder's times; the law's least time to answer holds, so nothing goes to the board at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from common.clock import moment
from dispatch.engine.plan import Plan
from dispatch.engine.problem import Problem
from dispatch.models import Delivery, Ladder, Offer
from dispatch.queries.fairness import market_fairness
from dispatch.simulator.compare.days import Tell
from dispatch.simulator.compare.figures import Figures, Middle
from dispatch.simulator.compare.made_up import LEAVES_HOME, LEAVES_WORK, moved
from dispatch.simulator.compare.policy import Policy
from dispatch.simulator.replay.commutes import Commute
from dispatch.simulator.replay.database import own_database
from dispatch.simulator.replay.figures import Figures as Evening
from dispatch.simulator.replay.figures import Spread
from dispatch.simulator.replay.replay import Wanted, keep_cards_apart, replay
from dispatch.simulator.replay.world import CENTRE, World
from dispatch.states import DeliveryStatus, OfferStatus
from orders.models import Order
from orders.states import OrderStatus
from stores.models import Market

TO_REACH_EVERYBODY = 3_000  # rows to find the stores' places among, as a file of commutes has


class NotOverActions(Exception):
    """The policy cannot be had over the real actions; the message says why."""


@dataclass(frozen=True, slots=True)
class RealDay:
    """Whose commutes, how many orders and trips, which seed and date."""

    commutes: Sequence[Commute]
    wanted: Wanted


def compare_real(day: RealDay, policies: Sequence[Policy], tell: Tell) -> list[Figures]:
    """Live the same evening once for each policy.

    Raises:
        NotOverActions: the real actions cannot be run by one of the policies.
    """
    for policy in policies:
        if not policy.over_actions:
            raise NotOverActions(f"{policy.name} runs over the pure engine only: use --pure, or leave it out.")
    return [_lived(day, policy, tell) for policy in policies]


def made_up_commutes(seed: int, count: int) -> list[Commute]:
    """People who live around Chattanooga and mostly work in its middle."""
    r = np.random.default_rng([seed, 3])
    return [
        Commute(
            home=moved(CENTRE, *r.normal(0, 9_000, 2)),
            work=moved(CENTRE, *r.normal(0, 4_000, 2)),
            leaves_home=_time(float(r.normal(*LEAVES_HOME))),
            leaves_work=_time(float(r.normal(*LEAVES_WORK))),
        )
        for _ in range(max(count, TO_REACH_EVERYBODY))
    ]


def _time(hour: float) -> time:
    minutes = round(60 * min(max(hour, 5.0), 21.0))
    return time(minutes // 60, minutes % 60)


def _lived(day: RealDay, policy: Policy, tell: Tell) -> Figures:
    wanted = day.wanted
    name = f"homeward_compare_{wanted.on:%Y%m%d}_{wanted.seed}"
    with TemporaryDirectory(prefix="homeward-compare-") as folder:
        keep_cards_apart(Path(folder))
        tell(policy.title, 0.0)
        with own_database(name, keep=False):
            evening = replay(
                day.commutes,
                wanted,
                lambda _what, share: tell(policy.title, share),
                solver=partial(_solver, policy),
                prepare=partial(_prepare, policy),
            )
            return _figures(evening, policy, wanted)


def _solver(
    policy: Policy, problem: Problem, *, seed: int, seconds: float | None = None, warm: Plan | None = None
) -> Plan:
    """A policy begins every cycle afresh, as over the pure engine."""
    return policy.choose(problem, seed)


def _prepare(policy: Policy, world: World) -> None:
    """Give the market the policy's ladder."""
    rungs = policy.rungs(world.market.ladder)
    Ladder.objects.filter(market=world.market).update(
        reserve_seconds=rungs.reserve_s,
        board_seconds=rungs.board_s,
        raise_seconds=rungs.raise_s,
        max_reserves=rungs.max_reserves,
        ahead_seconds=rungs.ahead_s,
    )


def _figures(evening: Evening, policy: Policy, wanted: Wanted) -> Figures:
    """The evening's figures in the words of a comparison, and what its rows say beyond them."""
    market = Market.objects.get()
    begins = moment(wanted.on, datetime.min.time(), market.zone)
    delivered = Delivery.objects.filter(status=DeliveryStatus.DELIVERED).values_list("delivered_at", flat=True)
    hours = [at.astimezone(market.zone).hour for at in delivered if at is not None]
    money, placed = evening.money, evening.placed
    cancelled = Order.objects.filter(status=OrderStatus.CANCELLED).count()
    return Figures(
        policy=policy.name,
        title=policy.title,
        placed=placed,
        served=evening.served,
        unserved=placed - evening.served - cancelled,
        cancelled=cancelled,
        on_time=evening.served - evening.late,
        added_minutes=_middle(evening.added_minutes),
        cents_an_added_hour=evening.pay_an_added_hour_cents,
        cost_cents=round((money.paid - money.tips) / max(1, evening.served)),
        wait_minutes=_middle(evening.driver_wait_minutes),
        offers=evening.offers,
        runs=Offer.objects.filter(status=OfferStatus.ACCEPTED).count(),
        no_shows=0,
        served_by_hour={hour: hours.count(hour) for hour in sorted(set(hours))},
        fairness=market_fairness(market=market, since=begins, now=begins + timedelta(days=1)),
    )


def _middle(one: Spread) -> Middle:
    return Middle(one.p50, one.p90, one.mean)
