"""From the kernels' flat routes back to a plan of stops and times."""

import numpy as np
from numpy.typing import NDArray

from dispatch.engine.layout import DEPART, DESTINATION, FROM, LENGTH, METRES, ORIGIN, PLACE, SECONDS, SERVICE, STOPS
from dispatch.engine.plan import Plan, PlannedStop, TripPlan
from dispatch.engine.prepare import Ready
from dispatch.engine.problem import Problem


def plan_of(problem: Problem, ready: Ready, trip_of: NDArray[np.int32], *, seed: int, iterations: int) -> Plan:
    """Write the routes as a plan."""
    used = np.flatnonzero((ready.routes[:, LENGTH] > 0) & ~ready.invalid_trips)
    return Plan(
        trips=tuple(_trip_plan(problem, ready, int(trip)) for trip in used),
        unserved=tuple(np.flatnonzero(trip_of == -1).tolist()),
        invalid=tuple(np.flatnonzero(ready.invalid).tolist()),
        invalid_trips=tuple(np.flatnonzero(ready.invalid_trips).tolist()),
        iterations=iterations,
        seed=seed,
    )


def _trip_plan(problem: Problem, ready: Ready, trip: int) -> TripPlan:
    table, v, route = ready.world.s, ready.world.v, ready.routes[trip]
    codes = route[STOPS : STOPS + route[LENGTH]].tolist()
    clock, here = int(v[trip, DEPART]), int(v[trip, ORIGIN])
    stops = []
    for code in codes:
        there, earliest, service = int(table[code, PLACE]), int(table[code, FROM]), int(table[code, SERVICE])
        arrive = clock + problem.travel.leg(here, there)[0]
        start = max(arrive, earliest)
        clock, here = start + service, there
        stops.append(PlannedStop(code >> 1, bool(code & 1), arrive, start, clock))
    end = int(v[trip, DESTINATION])
    direct_s, direct_m = problem.direct(trip)
    return _leaving_late(
        problem,
        TripPlan(
            trip=trip,
            stops=tuple(stops),
            deliveries=tuple(code >> 1 for code in codes if not code & 1 and problem.deliveries.trip[code >> 1] < 0),
            depart_s=int(v[trip, DEPART]),
            finish_s=clock if end < 0 else clock + problem.travel.leg(here, end)[0],
            added_s=int(route[SECONDS] - ready.base_s[trip]),
            added_m=int(route[METRES] - ready.base_m[trip]),
            extra_s=int(route[SECONDS]) - direct_s,
            extra_m=int(route[METRES]) - direct_m,
        ),
    )


def _leaving_late(problem: Problem, plan: TripPlan) -> TripPlan:
    """Wait at home rather than at the first store: start as late as keeps every later time."""
    first = plan.stops[0]
    spare = max(0, min(first.start_s - first.arrive_s, int(problem.trips.leave_by_s[plan.trip]) - plan.depart_s))
    if spare == 0 or len(problem.committed(plan.trip)) > 0:
        return plan
    arrive = first.arrive_s + spare
    stops = (PlannedStop(first.delivery, first.is_drop, arrive, first.start_s, first.leave_s), *plan.stops[1:])
    return TripPlan(
        trip=plan.trip,
        stops=stops,
        deliveries=plan.deliveries,
        depart_s=plan.depart_s + spare,
        finish_s=plan.finish_s,
        added_s=plan.added_s,
        added_m=plan.added_m,
        extra_s=plan.extra_s,
        extra_m=plan.extra_m,
    )
