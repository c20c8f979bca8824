"""The same day under several policies: repeatable, nothing lost, lawful, and Homeward ahead."""

from collections import Counter
from dataclasses import replace

import pytest

from dispatch.engine.plan import Plan
from dispatch.engine.problem import Problem
from dispatch.engine.validate import validate
from dispatch.simulator.compare.alone import Alone
from dispatch.simulator.compare.chance import unit
from dispatch.simulator.compare.days import compare
from dispatch.simulator.compare.figures import figures_of
from dispatch.simulator.compare.lived import Fate
from dispatch.simulator.compare.market_day import MarketDay
from dispatch.simulator.compare.nearest import nearest_driver, one_order_plan
from dispatch.simulator.compare.policy import POLICIES, Policy
from dispatch.simulator.compare.rows import promise_of
from dispatch.simulator.compare.scenario import HOUR
from rules.pack import pay_floor_cents
from tests.simulator.compare.days import small_day

HOMEWARD = POLICIES["homeward"]


def silent(_title: str, _share: float) -> None:
    """Nobody listens."""


def test_the_same_seed_lives_the_same_day_and_another_does_not() -> None:
    chosen = [POLICIES["nearest"], HOMEWARD]

    one, same, other = (
        [figures.plain() for figures in compare(small_day(40, 40, seed=seed), chosen, silent)] for seed in (1, 1, 2)
    )

    assert one == same != other


@pytest.mark.parametrize("policy", POLICIES.values(), ids=lambda policy: policy.name)
def test_every_order_ends_served_unserved_or_cancelled_and_is_carried_once(policy: Policy) -> None:
    day = small_day(40, 30)

    lived = MarketDay(day, policy).live()

    fates = Counter(lived.fate)
    assert fates[Fate.SERVED] + fates[Fate.UNSERVED] + fates[Fate.CANCELLED] == len(day.orders)
    carried = Counter(order for run in lived.carried if run.came for order in run.terms.orders)
    assert set(carried) == {i for i, fate in enumerate(lived.fate) if fate is Fate.SERVED} == set(lived.delivered_s)
    assert set(carried.values()) == {1}


def test_homeward_serves_more_than_the_nearest_driver_and_asks_for_fewer_minutes() -> None:
    nearest, homeward = compare(small_day(80, 50), [POLICIES["nearest"], HOMEWARD], silent)

    assert homeward.served > nearest.served
    assert homeward.on_time > nearest.on_time
    assert homeward.added_minutes.mean < nearest.added_minutes.mean


def test_no_run_is_paid_less_than_the_law_s_floor() -> None:
    day = small_day(40, 40, rules="nyc")

    lived = MarketDay(day, HOMEWARD).live()

    assert lived.carried
    assert all(
        run.terms.pay_cents >= pay_floor_cents(day.pack, run.terms.engaged_s, run.terms.engaged_m) > 0
        for run in lived.carried
    )


def test_no_driver_drives_longer_than_they_allowed_nor_carries_more_than_they_said() -> None:
    day = small_day(60, 40)

    lived = MarketDay(day, HOMEWARD).live()

    for run in lived.carried:
        ride = day.rides[run.ride]
        assert run.terms.added_s <= ride.extra_s
        assert len(run.terms.orders) <= ride.max_orders
        assert all(not day.orders[one].needs & ride.refuses for one in run.terms.orders)


def test_every_plan_of_the_nearest_driver_and_of_homeward_stands_before_the_validator() -> None:
    broken = []

    def watched(policy: Policy) -> Policy:
        def choose(problem: Problem, seed: int) -> Plan:
            plan = policy.choose(problem, seed)
            broken.extend(validate(problem, plan))
            return plan

        return replace(policy, choose=choose)

    compare(small_day(30, 30), [watched(POLICIES["nearest"]), watched(HOMEWARD)], silent)

    assert broken == []


def test_a_quick_look_says_what_the_validator_says_of_one_order_on_one_trip() -> None:
    problems: list[Problem] = []

    def choose(problem: Problem, seed: int) -> Plan:
        problems.append(problem)
        return nearest_driver(problem, seed)

    MarketDay(small_day(30, 30), replace(POLICIES["nearest"], choose=choose)).live()

    compared: Counter[bool] = Counter()
    for problem in problems[::2]:
        alone, declined = Alone(problem), {(int(t), int(i)) for t, i in problem.trips.barred_deliveries}
        for i in range(len(problem.deliveries)):
            fits, added = alone.look(i)
            for trip in range(len(problem.trips)):
                if (trip, i) in declined:
                    continue
                planned = one_order_plan(problem, trip, i)
                rest = tuple(k for k in range(len(problem.deliveries)) if k != i)
                plan = Plan(trips=(planned,), unserved=rest, invalid=(), invalid_trips=())
                assert (validate(problem, plan) == []) == fits[trip]
                assert added[trip] == planned.added_s
                compared[bool(fits[trip])] += 1
    assert min(compared[True], compared[False]) > 20


def test_a_policy_with_longer_windows_promises_the_hours_around_the_wished_moment() -> None:
    order = replace(small_day(1, 1).orders[0], wished_s=17 * HOUR + 600)

    one, two = promise_of(order, 1), promise_of(order, 2)

    assert (one.due_from_s, one.due_by_s) == (17 * HOUR, 18 * HOUR)
    assert (two.due_from_s, two.due_by_s) == (16 * HOUR, 18 * HOUR)


def test_chance_belongs_to_what_is_asked_about() -> None:
    values = [unit(1, 2, number) for number in range(2_000)]

    assert unit(1, 2, 3) == unit(1, 2, 3) != unit(1, 3, 2)
    assert 0.47 < sum(values) / len(values) < 0.53
    assert 0 <= min(values) < max(values) < 1


def test_more_trips_leave_the_orders_as_they_were() -> None:
    assert small_day(20, 10).orders == small_day(20, 30).orders


def test_who_is_never_asked_counts_in_the_spread() -> None:
    lived = MarketDay(small_day(1, 40), HOMEWARD).live()

    fairness = figures_of(lived, "homeward", "Homeward").fairness

    assert fairness.drivers == len({ride.driver for ride in lived.day.rides})
    assert fairness.asked_share < 0.5
    assert fairness.gini > 0.8
