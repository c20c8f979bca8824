"""Runs under way take along what lies on their way."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from common.geo import Point
from dispatch.actions.claiming import AgainstLimits, DoesNotFit, OfferTaken, accept_offer, decline_offer
from dispatch.actions.joining import RunMovedOn
from dispatch.actions.ladder import climb_ladder
from dispatch.actions.matching import match_market
from dispatch.actions.offering import expire_offers
from dispatch.actions.run_steps.giving_up import GiveUpReason
from dispatch.actions.running import arrive, give_up_run, load_delivery
from dispatch.engine.plan import Plan
from dispatch.engine.problem import Problem
from dispatch.engine.solve import solve
from dispatch.models import Cycle, Delivery, Ladder, Offer, Run, RunDelivery, Stop
from dispatch.queries.offers import verify_offer
from dispatch.queries.rows import MARGIN
from dispatch.queries.snapshot import snapshot_of
from dispatch.states import DeliveryStatus, OfferStatus, RunStatus
from drivers.models import Limits, Trip
from drivers.states import TripStatus
from ledger.queries import ledger_sum
from payouts.models import Earning
from stores.models import Market, Store
from tests import make
from tests.dispatch import walk
from tests.dispatch.on_the_way import FOUR, SOON, add_on_for, drive_to_the_end, live_stops, ready, under_way

pytestmark = pytest.mark.django_db
Step = Delivery.Step


def test_a_run_under_way_is_offered_what_lies_on_its_way_priced_at_what_it_adds() -> None:
    run = under_way(departs_at=FOUR + timedelta(minutes=10))
    first = Offer.objects.get(status=OfferStatus.ACCEPTED)

    offer = add_on_for(run)

    shown = offer.snapshot
    assert (offer.run, offer.trip, offer.kind) == (run, run.trip, Offer.Kind.RESERVED)
    assert verify_offer(offer)
    assert offer.added_seconds == shown["route"]["with"]["seconds"] - shown["route"]["without"]["seconds"]
    assert shown["route"]["without"]["seconds"] == first.snapshot["route"]["with"]["seconds"]
    assert (first.base_cents, offer.base_cents) == (500, 300)
    assert len(shown["stops"]) == 2
    assert [one["stop"] is None for one in shown["run"]["order"]].count(True) == 2
    assert not Cycle.objects.exclude(violations=[]).exists()


def test_claiming_puts_the_new_stops_where_they_were_offered_and_changes_no_pay() -> None:
    run = under_way()
    before = {row.delivery_id: row.pay_cents for row in run.carried.all()}
    offer = add_on_for(run)

    joined = accept_offer(offer_id=offer.pk, now=SOON)

    told = [(one["kind"], one["delivery"]) for one in offer.snapshot["run"]["order"]]
    assert joined.pk == run.pk
    assert [(stop.kind, str(stop.delivery.public_id)) for stop in live_stops(run)] == told
    assert {row.delivery_id: row.pay_cents for row in run.carried.all() if row.delivery_id in before} == before
    assert run.carried.get(offer=offer).pay_cents == offer.pay_cents
    assert Run.objects.filter(status=RunStatus.ACTIVE).count() == 1
    assert all(stop.delivery.promised_by == stop.eta_at for stop in live_stops(run) if stop.kind == Stop.Kind.DROP)
    assert accept_offer(offer_id=offer.pk, now=SOON).pk == run.pk


def test_a_run_that_grew_is_driven_to_its_end_and_every_delivery_is_paid_as_offered() -> None:
    run = under_way()
    accept_offer(offer_id=add_on_for(run).pk, now=SOON)

    drive_to_the_end(run)

    run.refresh_from_db()
    assert (run.status, run.trip.status) == (RunStatus.FINISHED, TripStatus.FINISHED)
    paid = dict(Earning.objects.values_list("delivery_ref", "pay_cents"))
    assert paid == {one.delivery.public_id: one.pay_cents for one in run.carried.select_related("delivery")}
    assert ledger_sum() == 0


def test_no_door_that_was_accepted_is_planned_late_for_an_add_on() -> None:
    run = under_way()
    accept_offer(offer_id=add_on_for(run).pk, now=SOON)

    doors = [stop for stop in live_stops(run) if stop.kind == Stop.Kind.DROP]

    assert all(stop.eta_at <= stop.delivery.due_by - MARGIN for stop in doors)


def test_what_accepted_work_adds_counts_against_the_budget() -> None:
    run = under_way()
    used = Offer.objects.get(status=OfferStatus.ACCEPTED).added_seconds
    Trip.objects.update(max_extra_seconds=used + 30)
    store = Store.objects.get()

    ready(store, Point(make.MADISON.lat, make.MADISON.lng + 0.05))
    match_market(market_id=run.market_id, now=SOON)

    assert not Offer.objects.filter(status=OfferStatus.OPEN).exists()


def test_a_claim_that_would_pass_the_budget_is_refused() -> None:
    run = under_way()
    offer = add_on_for(run)
    Trip.objects.update(max_extra_seconds=1)

    with pytest.raises(DoesNotFit):
        accept_offer(offer_id=offer.pk, now=SOON)


@pytest.mark.parametrize(
    ("most_orders", "room"), [(1, 10), (3, 193)], ids=["orders at once", "room"]
)  # fmt: skip
def test_a_run_with_no_place_left_is_not_asked(most_orders: int, room: int) -> None:
    run = under_way(max_orders=most_orders)
    ready(Store.objects.get(), make.MADISON, room=room)

    match_market(market_id=run.market_id, now=SOON)

    assert not Offer.objects.filter(status=OfferStatus.OPEN).exists()


def test_what_became_full_since_the_offer_refuses_the_claim() -> None:
    run = under_way()
    offer = add_on_for(run)
    Trip.objects.update(room=15)

    with pytest.raises(DoesNotFit):
        accept_offer(offer_id=offer.pk, now=SOON)


def test_a_limit_of_the_whole_drive_counts_what_was_accepted_before() -> None:
    run = under_way()
    offer = add_on_for(run)
    used = run.trip.direct_metres + sum(Offer.objects.values_list("added_metres", flat=True))
    Limits.objects.update(max_metres=used - 1)

    with pytest.raises(AgainstLimits):
        accept_offer(offer_id=offer.pk, now=SOON)


def test_the_driver_past_the_place_is_refused_in_plain_words_and_the_delivery_is_offered_again() -> None:
    run = under_way()
    offer = add_on_for(run)
    pickup, door = live_stops(run)
    load_delivery(stop_id=pickup.pk, bags=3, code="4711", now=SOON)
    arrive(stop_id=door.pk, lat=None, lng=None, now=SOON)

    with pytest.raises(RunMovedOn, match="lose nothing"):
        accept_offer(offer_id=offer.pk, now=SOON)
    expire_offers(now=SOON)
    climb_ladder(market_id=run.market_id, now=SOON)

    offer.refresh_from_db()
    assert offer.status == OfferStatus.WITHDRAWN
    assert Delivery.objects.get(offer_items__offer=offer).step == Step.NEW


def test_reaching_a_stop_before_the_insertion_leaves_the_offer_good() -> None:
    run = under_way()
    further_on = make.store(run.market, at=make.INGLEWOOD)
    offer = add_on_for(run, of=further_on)
    first = live_stops(run)[0]
    order = [one["stop"] for one in offer.snapshot["run"]["order"]]
    assert order[0] == str(first.public_id)

    arrive(stop_id=first.pk, lat=None, lng=None, now=SOON)
    expire_offers(now=SOON)
    joined = accept_offer(offer_id=offer.pk, now=SOON)

    assert live_stops(joined)[0].pk == first.pk


def test_a_run_given_up_takes_nothing_along() -> None:
    run = under_way()
    offer = add_on_for(run)
    give_up_run(run_id=run.pk, reason=GiveUpReason.CAR_TROUBLE, now=SOON)

    with pytest.raises(RunMovedOn):
        accept_offer(offer_id=offer.pk, now=SOON)


def test_giving_up_offers_everything_anew_that_is_still_at_the_store() -> None:
    run = under_way()
    accept_offer(offer_id=add_on_for(run).pk, now=SOON)

    give_up_run(run_id=run.pk, reason=GiveUpReason.CAR_TROUBLE, now=SOON)

    assert set(Delivery.objects.values_list("status", flat=True)) == {DeliveryStatus.READY}
    assert not RunDelivery.objects.filter(dropped_at__isnull=True).exists()


def test_saying_no_to_an_add_on_lets_it_go_on_and_leaves_the_run_alone() -> None:
    run = under_way()
    offer = add_on_for(run)
    before = [(stop.pk, stop.position, stop.eta_at) for stop in live_stops(run)]

    decline_offer(offer_id=offer.pk, reason="", now=SOON)

    assert Delivery.objects.get(offer_items__offer=offer).step == Step.BOARD
    assert [(stop.pk, stop.position, stop.eta_at) for stop in live_stops(run)] == before


def test_an_add_on_that_another_took_is_refused_as_taken() -> None:
    run = under_way()
    offer = add_on_for(run)
    delivery = Delivery.objects.get(offer_items__offer=offer)
    bob = make.offer(delivery, to=make.driver("Bob", in_market=run.market), made_at=SOON)
    accept_offer(offer_id=bob.pk, now=SOON)

    with pytest.raises(OfferTaken):
        accept_offer(offer_id=offer.pk, now=SOON)


def test_on_the_board_a_run_is_asked_as_well_as_a_free_trip() -> None:
    run = under_way()
    delivery = ready(Store.objects.get(), make.MADISON)
    Delivery.objects.filter(pk=delivery.pk).update(step=Step.BOARD, step_at=SOON)
    make.trip(make.driver("Bob", in_market=run.market))

    match_market(market_id=run.market_id, now=SOON)

    made = Offer.objects.filter(status=OfferStatus.OPEN, kind=Offer.Kind.BOARD)
    assert set(made.values_list("run", flat=True)) == {run.pk, None}


def test_several_deliveries_on_one_way_are_one_offer_and_one_claim() -> None:
    store = make.store()
    walk.prepare(store.market)
    pair = [ready(store, make.INGLEWOOD), ready(store, make.MADISON)]
    make.trip(make.driver(in_market=store.market), max_orders=4)

    match_market(market_id=store.market_id, now=FOUR)
    offer = Offer.objects.get()
    run = accept_offer(offer_id=offer.pk, now=SOON)

    assert offer.items.count() == run.carried.count() == 2
    assert sum(row.pay_cents for row in run.carried.all()) == offer.pay_cents
    assert offer.base_cents == 800
    assert {one.pk for one in pair} == set(run.carried.values_list("delivery", flat=True))


def test_a_trip_that_leaves_later_is_asked_when_its_time_comes_and_the_ladder_waits() -> None:
    store = make.store()
    walk.prepare(store.market)
    Ladder.objects.update(ahead_seconds=1_800)
    delivery = ready(store)
    make.trip(make.driver(in_market=store.market), departs_at=FOUR + timedelta(minutes=50))

    match_market(market_id=store.market_id, now=FOUR)
    climb_ladder(market_id=store.market_id, now=FOUR + timedelta(minutes=10))
    delivery.refresh_from_db()
    assert (delivery.step, delivery.step_at) == (Step.NEW, None)
    match_market(market_id=store.market_id, now=FOUR + timedelta(minutes=21))

    delivery.refresh_from_db()
    assert delivery.step == Step.RESERVED


def test_the_add_on_starts_where_the_phone_says_the_driver_is() -> None:
    run = under_way()
    first = live_stops(run)[0]
    load_delivery(stop_id=first.pk, bags=3, code="4711", now=SOON)
    Run.objects.filter(pk=run.pk).update(lat=36.2, lng=-86.74, located_at=SOON)

    offer = add_on_for(run)

    assert offer.snapshot["route"]["with"]["path"][0] == [36.2, -86.74]


def test_a_driver_whose_papers_ran_out_on_the_way_finishes_but_takes_nothing_more() -> None:
    run = under_way()
    type(run.driver).objects.update(insurance_expires_on=None)

    assert snapshot_with_one_more(run.market).runs == ()


def snapshot_with_one_more(market: Market) -> Any:
    ready(Store.objects.get(market=market), make.MADISON)
    return snapshot_of(market_id=market.pk, now=SOON)


def test_two_stops_of_a_run_never_share_a_place() -> None:
    run = under_way()
    first, second = live_stops(run)

    with pytest.raises(IntegrityError, match="one_stop_a_place_in_a_run"), transaction.atomic():
        Stop.objects.filter(pk=second.pk).update(position=first.position)


def test_a_plan_that_moves_what_was_accepted_is_dropped_by_the_validator() -> None:
    run = under_way()
    ready(Store.objects.get(), make.MADISON)

    match_market(market_id=run.market_id, now=SOON, solver=turning_round)

    assert not Offer.objects.filter(status=OfferStatus.OPEN).exists()
    codes = {one["code"] for one in Cycle.objects.latest("pk").violations}
    assert "committed_moved" in codes


def turning_round(problem: Problem, *, seed: int, seconds: float | None, **_: object) -> Plan:
    """A solver that drives every route backwards."""
    plan = solve(problem, seed=seed, seconds=seconds)
    trips = tuple(type(trip)(**{**_fields(trip), "stops": tuple(reversed(trip.stops))}) for trip in plan.trips)
    return Plan(trips=trips, unserved=plan.unserved, invalid=plan.invalid, invalid_trips=plan.invalid_trips)


def _fields(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


def test_reading_runs_takes_the_same_statements_for_one_as_for_many() -> None:
    few, many = under_way().market, under_way().market
    store = Store.objects.get(market=many)
    for _ in range(6):
        offer = make.offer(ready(store), to=make.driver(in_market=many))
        walk.carried(offer)
    counts = []
    for market in (few, many):
        ready(Store.objects.get(market=market))
        with CaptureQueriesContext(connection) as captured:
            found = snapshot_of(market_id=market.pk, now=SOON)
        assert found is not None
        counts.append((len(captured), len(found.runs)))

    assert counts[0][0] == counts[1][0] <= 14
    assert (counts[0][1], counts[1][1]) == (1, 7)
