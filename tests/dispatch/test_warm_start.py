"""A cycle goes on from what the last one planned."""

from datetime import datetime, timedelta

import pytest

from dispatch.actions.claiming import accept_offer
from dispatch.actions.matching import match_market
from dispatch.engine.plan import Plan
from dispatch.engine.problem import Problem
from dispatch.engine.solve import solve
from dispatch.models import Delivery, Offer
from dispatch.queries.standing_plan import STANDS
from drivers.models import Trip
from tests import make

pytestmark = pytest.mark.django_db
FOUR = make.NOON + timedelta(hours=4)
SOON = FOUR + timedelta(seconds=5)


def kept_for_later() -> tuple[Delivery, Trip]:
    """A delivery whose best trip leaves so late that nobody is asked yet."""
    delivery = make.delivery()
    trip = make.trip(make.driver("Ann", in_market=delivery.market), departs_at=FOUR + timedelta(minutes=50))
    return delivery, trip


def plans_of_a_cycle(market_id: int, now: datetime) -> tuple[Plan, Plan]:
    """What a cycle began with, and what it came to without any search of its own."""
    seen: list[tuple[Plan, Plan]] = []

    def unmoved(problem: Problem, *, seed: int, seconds: float | None, warm: Plan) -> Plan:
        plan = solve(problem, seed=seed, iterations=0, warm=warm)
        seen.append((warm, plan))
        return plan

    match_market(market_id=market_id, now=now, solver=unmoved)
    (found,) = seen
    return found


def test_what_was_planned_and_not_yet_offered_is_where_the_next_cycle_begins() -> None:
    delivery, _ = kept_for_later()
    match_market(market_id=delivery.market_id, now=FOUR)
    assert not Offer.objects.exists()

    warm, plan = plans_of_a_cycle(delivery.market_id, SOON)

    assert [(trip.trip, trip.deliveries) for trip in warm.trips] == [(0, (0,))]
    assert [(stop.delivery, stop.is_drop) for stop in plan.trips[0].stops] == [(0, False), (0, True)]


def test_the_first_cycle_of_a_market_begins_with_nothing() -> None:
    delivery, _ = kept_for_later()

    warm, _ = plans_of_a_cycle(delivery.market_id, FOUR)

    assert warm.trips == ()


def test_rows_that_have_new_numbers_are_known_again() -> None:
    delivery, _ = kept_for_later()
    match_market(market_id=delivery.market_id, now=FOUR)
    sooner = make.delivery(
        make.order(delivery.store, status="ready"),
        due_from=delivery.due_from,
        due_by=delivery.due_by - timedelta(minutes=5),
    )

    warm, _ = plans_of_a_cycle(delivery.market_id, SOON)

    assert [row.pk for row in Delivery.objects.order_by("due_by")] == [sooner.pk, delivery.pk]
    assert [(planned.trip, planned.deliveries) for planned in warm.trips] == [(0, (1,))]


def test_a_plan_of_a_trip_or_a_delivery_that_is_gone_is_forgotten() -> None:
    delivery, trip = kept_for_later()
    make.delivery(make.order(delivery.store, status="ready"))
    match_market(market_id=delivery.market_id, now=FOUR)
    Trip.objects.filter(pk=trip.pk).delete()
    make.trip(make.driver("Bob", in_market=delivery.market))

    warm, plan = plans_of_a_cycle(delivery.market_id, SOON)

    assert warm.trips == ()
    assert plan.served == 2


def test_after_a_claim_only_what_still_waits_is_planned_anew_on_the_run() -> None:
    first = make.delivery()
    make.trip(make.driver("Ann", in_market=first.market), departs_at=FOUR + timedelta(minutes=10))
    match_market(market_id=first.market_id, now=FOUR)
    accept_offer(offer_id=Offer.objects.get().pk, now=FOUR)
    make.delivery(make.order(first.store, status="ready"))

    warm, plan = plans_of_a_cycle(first.market_id, SOON)

    assert warm.trips == ()
    assert [(trip.deliveries, len(trip.stops)) for trip in plan.trips] == [((0,), 4)]


def test_a_market_that_rested_begins_anew() -> None:
    delivery, _ = kept_for_later()
    match_market(market_id=delivery.market_id, now=FOUR)

    warm, _ = plans_of_a_cycle(delivery.market_id, FOUR + STANDS)

    assert warm.trips == ()
