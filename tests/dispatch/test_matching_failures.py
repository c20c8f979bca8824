"""A plan that is wrong is never offered, and one bad delivery never stops the others."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.actions.matching import match_market
from dispatch.actions.quarantine import release_quarantine
from dispatch.engine.plan import Plan
from dispatch.engine.problem import Problem
from dispatch.engine.solve import solve
from dispatch.models import Alarm, Cycle, Delivery, Offer
from tests import make

pytestmark = pytest.mark.django_db
FOUR = make.NOON + timedelta(hours=4)
POISON_GRAMS = 66_666


def two_deliveries() -> tuple[Delivery, Delivery]:
    good = make.delivery()
    bad = make.delivery(make.order(good.store, status="ready"), grams=POISON_GRAMS)
    for name in ("Ann", "Bob"):
        make.trip(make.driver(name, in_market=good.market))
    return good, bad


def choking(problem: Problem, *, seed: int, seconds: float | None, **_: object) -> Plan:
    """A solver that dies of one delivery."""
    usable = problem.deliveries.pickup >= 0
    if (problem.deliveries.grams[usable] == POISON_GRAMS).any():
        raise ZeroDivisionError
    return solve(problem, seed=seed, seconds=seconds)


def broken(problem: Problem, *, seed: int, seconds: float | None, **_: object) -> Plan:
    """A solver that always dies."""
    raise ZeroDivisionError


def lying(problem: Problem, *, seed: int, seconds: float | None, **_: object) -> Plan:
    """A solver that says its routes are shorter than they are."""
    plan = solve(problem, seed=seed, seconds=seconds)
    return replace(plan, trips=tuple(replace(trip, added_s=trip.added_s - 60) for trip in plan.trips))


def test_one_delivery_that_breaks_the_search_does_not_stop_the_others() -> None:
    good, bad = two_deliveries()

    match_market(market_id=good.market_id, now=FOUR, solver=choking)

    bad.refresh_from_db()
    good.refresh_from_db()
    assert (good.failures, bad.failures) == (0, 1)
    assert [item.delivery for item in Offer.objects.get().items.all()] == [good]


def test_after_three_failures_it_is_set_aside_and_operations_is_told() -> None:
    good, bad = two_deliveries()

    for minute in range(4):
        match_market(market_id=good.market_id, now=FOUR + timedelta(minutes=minute), solver=choking)

    bad.refresh_from_db()
    assert bad.failures == 3
    assert bad.quarantined_at is not None
    assert Alarm.objects.get(delivery=bad).kind == "quarantined"


def test_operations_can_let_it_back_in() -> None:
    bad = make.delivery(failures=3, quarantined_at=make.NOON)

    release_quarantine(delivery_id=bad.pk, by="user:olu", now=FOUR)

    bad.refresh_from_db()
    assert (bad.failures, bad.quarantined_at) == (0, None)


def test_when_nothing_can_be_solved_no_delivery_is_blamed() -> None:
    good, _ = two_deliveries()

    cycle = match_market(market_id=good.market_id, now=FOUR, solver=broken)

    assert cycle is not None
    assert cycle.replay["deliveries"]
    assert not Delivery.objects.filter(failures__gt=0).exists()
    assert Alarm.objects.get().kind == "search_failed"
    assert not Offer.objects.exists()


def test_a_plan_that_the_validator_refuses_is_dropped_told_and_kept() -> None:
    good, _ = two_deliveries()

    match_market(market_id=good.market_id, now=FOUR, solver=lying)

    cycle = Cycle.objects.get()
    assert {found["code"] for found in cycle.violations} == {"wrong_detour"}
    assert cycle.replay["trips"]
    assert Alarm.objects.get(delivery__isnull=True).kind == "plan_refused"
    assert not Offer.objects.exists()


def test_a_row_that_holds_what_is_no_number_is_left_out_and_counted() -> None:
    good, bad = two_deliveries()
    Delivery.objects.filter(pk=bad.pk).update(drop_lat=1_000)

    match_market(market_id=good.market_id, now=FOUR)

    bad.refresh_from_db()
    assert bad.failures == 1
    assert [item.delivery for item in Offer.objects.get().items.all()] == [good]
