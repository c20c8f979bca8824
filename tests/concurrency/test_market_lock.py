"""One cycle of a market at a time, over real connections."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError
from unittest.mock import patch

import pytest
from django.db import connections

from dispatch.actions import matching
from dispatch.actions.market_lock import market_lock
from dispatch.engine.plan import Plan
from dispatch.engine.problem import Problem
from dispatch.engine.solve import solve
from dispatch.models import Cycle, Offer
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
FOUR = make.NOON + timedelta(hours=4)
WORKERS = 4


def four_at_once(market_id: int) -> list[Cycle | None]:
    """Match a market from four workers, each on its own connection; all are inside before any searches."""
    together = Barrier(WORKERS)

    def slow(problem: Problem, *, seed: int, seconds: float | None, **_: object) -> Plan:
        with suppress(BrokenBarrierError):
            together.wait(timeout=20)
        return solve(problem, seed=seed, seconds=seconds)

    def work(_: int) -> Cycle | None:
        try:
            return matching.match_market(market_id=market_id, now=FOUR, solver=slow)
        finally:
            together.abort()  # whoever is waiting for workers that never come goes on
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(work, range(WORKERS)))


def market_with_work() -> int:
    delivery = make.delivery()
    make.trip(make.driver(in_market=delivery.market))
    return delivery.market_id


def test_two_connections_cannot_hold_the_same_market() -> None:
    one, other = make.market(), make.market()

    with market_lock(one.pk) as first, market_lock(one.pk) as second, market_lock(other.pk) as third:
        assert (first, second, third) == (True, False, True)
    with market_lock(one.pk) as again:
        assert again


def test_of_four_workers_one_matches_a_market() -> None:
    cycles = four_at_once(market_with_work())

    assert sum(cycle is not None for cycle in cycles) == 1


def test_without_the_lock_all_four_would() -> None:
    market_id = market_with_work()

    with patch.object(matching, "market_lock", lambda _: nullcontext(True)):
        cycles = four_at_once(market_id)

    assert sum(cycle is not None for cycle in cycles) == WORKERS
    # The second lock holds even then: the deliveries are looked at again under row locks before an offer is written.
    assert Offer.objects.count() == 1
