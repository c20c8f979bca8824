"""A market has one solver at a time, over all workers; when that one dies, another takes the market over."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from celery import Celery

from dispatch.actions.deliveries import follow_order
from dispatch.models import Cycle, Offer
from stores.models import Market
from tests import make
from tests.faults.house import House, open_house
from tests.faults.town import build_town
from tests.faults.watched import Solve, Watch

CYCLE_SECONDS = 3.0  # DISPATCH_EVERY_SECONDS unless somebody says otherwise
WITHIN_CYCLES = 2
PATIENCE = 60.0

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults")]


def wait_until(is_so: Callable[[], object], *, seconds: float = PATIENCE) -> bool:
    """Wait for something, at most so long; say whether it came."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def waiting_market(now: datetime) -> int:
    """A market with drivers and one staged order."""
    market = Market.objects.get(pk=build_town(orders=0).market_id)
    store = make.store(market)
    order = make.order(store, status="ready", in_window=make.window(store, starts_at=now))
    follow_order(order_id=order.pk, now=now)
    return market.pk


def ask(house: House, task: str, **kwargs: int) -> None:
    """Send what beat or an event would send."""
    sender = Celery("test", broker=house.redis_url, set_as_current=False)
    with sender.connection_for_write() as line:
        sender.send_task(f"dispatch.tasks.{task}", kwargs=kwargs, queue="dispatch", connection=line)


def solve_often(house: House, watch: Watch, market_id: int, *, times: int) -> list[Solve]:
    """Ask for so many cycles of one market in a hurry; the solves that came of it, all ended."""
    before = len(watch.solves())
    for _ in range(times):
        ask(house, "match_market", market_id=market_id)
        time.sleep(0.1)
    assert wait_until(lambda: len(watch.solves()) > before)
    assert wait_until(lambda: all(one.ended for one in watch.solves()))
    return watch.solves()[before:]


def overlaps(solves: list[Solve]) -> int:
    """How many solves began before the one before them had ended."""
    return sum(one.ended is None or one.ended > after.began for one, after in pairwise(solves))


def cycles_until_taken_over(house: House, watch: Watch, dead: int) -> int:
    """Sweep as beat does until a process that is not dead begins a solve; how many sweeps that took."""
    before = len(watch.solves())

    def taken_over() -> bool:
        return any(one.process != dead for one in watch.solves()[before:])

    for number in range(1, 10):
        ask(house, "sweep_markets")
        if wait_until(taken_over, seconds=CYCLE_SECONDS):
            return number
    raise AssertionError(house.log_of("one") + house.log_of("two"))


def kill_the_solver(house: House, watch: Watch, market_id: int) -> int:
    """Have one of the two workers killed in the middle of a solve; the process that solved."""
    before = len(watch.solves())
    ask(house, "match_market", market_id=market_id)
    assert wait_until(lambda: len(watch.solves()) > before)
    dying = watch.solves()[before]
    house.kill(next(name for name in ("one", "two") if house.is_child(name, dying.process)))
    assert watch.solves()[before:] == [dying]
    assert dying.ended is None
    return dying.process


def test_a_market_has_one_solver_at_a_time_and_a_dead_ones_market_is_taken_over(folder: Path) -> None:
    now, watch = datetime.now(UTC), Watch(folder)
    busy, unlocked, orphan = (waiting_market(now) for _ in range(3))
    with open_house(folder, build_town(orders=0)) as house:
        for name in ("one", "two"):
            house.start(name)
        for name in ("one", "two"):
            house.wait_for_worker(name)

        assert overlaps(solve_often(house, watch, busy, times=8)) == 0
        watch.no_lock.touch()
        assert overlaps(solve_often(house, watch, unlocked, times=4)) > 0
        watch.no_lock.unlink()

        Market.objects.exclude(pk=orphan).update(is_paused=True)
        dead = kill_the_solver(house, watch, orphan)
        assert cycles_until_taken_over(house, watch, dead) <= WITHIN_CYCLES
        assert wait_until(Cycle.objects.filter(market=orphan).exists)
        assert Offer.objects.filter(market=orphan).count() == 1
