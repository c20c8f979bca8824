"""One cycle of one market: read, search, check, and offer what stands."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction

from common.transactions import outside_transaction
from dispatch.actions.alarms import raise_alarm
from dispatch.actions.considering import keep_considerations
from dispatch.actions.market_lock import market_lock
from dispatch.actions.offering import make_offers
from dispatch.actions.quarantine import count_failures
from dispatch.actions.road_alarms import tell_of_roads
from dispatch.actions.vans import send_vans
from dispatch.engine.build import DeliveryRow, TripRow
from dispatch.engine.problem import Problem
from dispatch.engine.solve import solve
from dispatch.models import Cycle, Delivery, StandingPlan
from dispatch.queries.acceptance import acceptance_of
from dispatch.queries.cycle_rows import CycleRows, cycle_rows
from dispatch.queries.rates import rates_at
from dispatch.queries.snapshot import Snapshot, snapshot_of
from dispatch.queries.standing_plan import standing_routes
from dispatch.queries.vans import left_to_vans
from dispatch.terms.proposing import Proposals, propose
from dispatch.terms.replaying import stored
from dispatch.terms.searching import Found, Solve, poison_in, search, without
from dispatch.terms.warm_start import routes_of, warm_plan
from providers.routing.base import Routing
from providers.routing.gateway import gateway

PLAN_REFUSED, SEARCH_FAILED = "plan_refused", "search_failed"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Search:
    """How to search: by what engine, over which roads, how long, from which seed."""

    solver: Solve
    routing: Routing
    seconds: float | None
    seed: int


@outside_transaction
def match_market(
    *, market_id: int, now: datetime, seconds: float | None = None, seed: int = 0, solver: Solve = solve
) -> Cycle | None:
    """Match what waits in a market with the trips that are open, and offer what the plan says.

    Returns None when there is nothing to match, or when another worker is at it. No row is locked while the plan is
    searched, so whatever a plan says is looked at again, under locks, before it becomes an offer.
    """
    with market_lock(market_id) as held:
        if not held:
            return None
        snapshot = snapshot_of(market_id=market_id, now=now)
        if snapshot is None:
            return None
        return _cycle(snapshot, _Search(solver, gateway(), seconds, seed))


def _cycle(snapshot: Snapshot, how: _Search) -> Cycle:
    started = time.monotonic()
    rows = cycle_rows(snapshot, how.routing)
    found, culprits = _search(snapshot, how, rows)
    proposals = _proposals(snapshot, how, found) if found else Proposals()
    # The clock of an offer starts when it is made, not when its cycle began.
    made_at = snapshot.at + timedelta(seconds=time.monotonic() - started)
    offers = make_offers(drafts=proposals.drafts, now=made_at)
    keep_considerations(snapshot=snapshot, rows=proposals.considered, now=snapshot.at)
    failed = culprits | (set(found.failed) if found else set())
    failed_ids = {snapshot.deliveries[i].pk for i in failed if i < len(snapshot.deliveries)}
    count_failures(delivery_ids=failed_ids, now=made_at)
    tell_of_roads(market_id=snapshot.market.pk, routing=how.routing, now=made_at)
    cycle = _note(
        snapshot,
        found,
        proposals.held,
        Cycle(
            market=snapshot.market,
            at=snapshot.at,
            wall_ms=round((time.monotonic() - started) * 1000),
            deliveries=len(rows.waiting),
            trips=len(rows.trips),
            matched=sum(len(trip.deliveries) for trip in found.trips) if found else 0,
            offers=len(offers),
            seed=how.seed,
            engine_version=found.plan.version if found else "",
            violations=_violations(snapshot, found),
            replay=stored(rows) if found is None or found.violations else {},
        ),
    )
    left = left_to_vans(snapshot.deliveries, _unplanned(snapshot, found), made_at)
    send_vans(market=snapshot.market, deliveries=left, routing=how.routing, now=made_at)
    return cycle


def _unplanned(snapshot: Snapshot, found: Found | None) -> set[int]:
    """What the plan gives to no trip; nothing can be said of it where there is no plan."""
    if found is None:
        return set()
    planned = {i for trip in found.trips for i in trip.deliveries} | found.failed
    return {one.pk for i, one in enumerate(snapshot.deliveries) if i not in planned}


def _search(snapshot: Snapshot, how: _Search, rows: CycleRows) -> tuple[Found | None, set[int]]:
    """Search on from the last plan; should that fail, search again without the rows that make it fail."""
    earlier = standing_routes(market_id=snapshot.market.pk, now=snapshot.at)

    def problem_of(some: Sequence[DeliveryRow], over: Sequence[TripRow]) -> Problem:
        return rows.problem(some, over, routing=how.routing, at=snapshot.at)

    def attempt(some: Sequence[DeliveryRow]) -> Found | None:
        try:
            problem = problem_of(some, rows.trips)
            warm = warm_plan(snapshot, problem, earlier)
            return search(problem, seed=how.seed, seconds=how.seconds, warm=warm, solver=how.solver)
        except Exception:  # one bad row must not stop a market, whatever it does to the engine
            log.exception("search_failed", market=snapshot.market.code, deliveries=len(some), trips=len(rows.trips))
            return None

    found = attempt(rows.waiting)
    if found is not None:
        return found, set()
    culprits = poison_in(problem_of, rows.waiting, rows.trips, solver=how.solver)
    return (attempt(without(rows.waiting, culprits)) if culprits else None), culprits


def _proposals(snapshot: Snapshot, how: _Search, found: Found) -> Proposals:
    version = found.plan.version
    rates = rates_at(snapshot.market, routing=how.routing, now=snapshot.at, version=version, seed=how.seed)
    return propose(snapshot, found, rates, acceptance_of(market_id=snapshot.market.pk, now=snapshot.at))


@transaction.atomic(durable=True)
def _note(snapshot: Snapshot, found: Found | None, held: frozenset[int], cycle: Cycle) -> Cycle:
    """Keep what the cycle came to; a refused plan or a failed search is told to operations.

    The time on the first step begins for what nobody has been asked for when it gets short: until then a trip that
    fits may still be declared, and is asked in its turn. What is kept for a trip that leaves later goes on waiting.
    """
    cycle.save()
    market = snapshot.market.pk
    if found is not None:
        StandingPlan.objects.bulk_create(
            [StandingPlan(market=snapshot.market, at=snapshot.at, routes=routes_of(snapshot, found))],
            update_conflicts=True, unique_fields=["market"], update_fields=["at", "routes"],
        )  # fmt: skip
    pressing_by = snapshot.at + timedelta(seconds=snapshot.ladder.lead_seconds)
    pressing = [one.pk for i, one in enumerate(snapshot.deliveries) if i not in held and one.due_by <= pressing_by]
    Delivery.objects.filter(pk__in=pressing, step_at__isnull=True).update(step_at=snapshot.at)
    if found is None:
        text = "Matching failed as a whole; nothing was offered. What it was given is kept with the cycle."
        raise_alarm(market_id=market, kind=SEARCH_FAILED, text=text, now=snapshot.at)
    elif found.violations:
        text = f"A plan broke a rule ({found.violations[0].code}) and was dropped. What it was given is kept."
        raise_alarm(market_id=market, kind=PLAN_REFUSED, text=text, now=snapshot.at)
    return cycle


def _violations(snapshot: Snapshot, found: Found | None) -> list[dict[str, Any]]:
    if found is None:
        return [{"code": SEARCH_FAILED}]
    return [
        {
            "code": one.code,
            "trip": str(snapshot.trips[one.trip].public_id) if 0 <= one.trip < len(snapshot.trips) else None,
            "delivery": str(snapshot.deliveries[one.delivery].public_id)
            if 0 <= one.delivery < len(snapshot.deliveries) else None,
            "detail": one.detail,
        }
        for one in found.violations
    ]  # fmt: skip
