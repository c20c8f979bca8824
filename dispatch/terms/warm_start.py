"""From one cycle to the next: what was planned is where the search begins. Pure."""

from collections.abc import Mapping, Sequence

from dispatch.engine.plan import Plan, PlannedStop, TripPlan
from dispatch.engine.problem import NONE, Problem
from dispatch.queries.cycle_rows import bound_numbers
from dispatch.queries.snapshot import Snapshot
from dispatch.queries.standing_plan import Routes
from dispatch.terms.searching import Found


def routes_of(snapshot: Snapshot, found: Found) -> Routes:
    """The part of a plan that stands, by primary keys: rows get other numbers in the next cycle."""
    key = {i: one.pk for i, one in enumerate(snapshot.deliveries)}
    key |= {i: pk for pk, i in bound_numbers(snapshot).items()}
    return [
        (snapshot.trips[plan.trip].pk, [(key[stop.delivery], stop.is_drop) for stop in plan.stops])
        for plan in found.trips
    ]


def warm_plan(snapshot: Snapshot, problem: Problem, routes: Routes) -> Plan:
    """Earlier routes in the numbers of a new problem, to search on from; what is gone is left out.

    A delivery that has been claimed since counts only where it is claimed, and a stop that has been made is over. The
    search works times and limits out anew, so nothing here can break a rule.
    """
    waiting = {one.pk: i for i, one in enumerate(snapshot.deliveries)}
    bound, trips = bound_numbers(snapshot), {trip.pk: t for t, trip in enumerate(snapshot.trips)}
    found = (_route(problem, trips[trip], stops, waiting, bound) for trip, stops in routes if trip in trips)
    return Plan(trips=tuple(route for route in found if route.deliveries), unserved=(), invalid=(), invalid_trips=())


def _route(
    problem: Problem,
    trip: int,
    stops: Sequence[tuple[int, bool]],
    waiting: Mapping[int, int],
    bound: Mapping[int, int],
) -> TripPlan:
    """One route as far as it still holds; its times are not known."""
    ahead = set(problem.committed(trip))
    numbered = [(waiting.get(pk, bound.get(pk, NONE)), is_drop, pk in waiting) for pk, is_drop in stops]
    codes = [2 * i + is_drop for i, is_drop, is_open in numbered if is_open or 2 * i + is_drop in ahead]
    return TripPlan(
        trip=trip,
        stops=tuple(PlannedStop(code // 2, bool(code % 2), 0, 0, 0) for code in codes),
        deliveries=tuple(dict.fromkeys(code // 2 for code in codes if code not in ahead)),
        depart_s=0, finish_s=0, added_s=0, added_m=0, extra_s=0, extra_m=0,
    )  # fmt: skip
