"""From the kernels' flat routes back to a plan of stops and times."""

import numpy as np
from numpy.typing import NDArray

from dispatch.engine.layout import LENGTH, STOPS
from dispatch.engine.plan import Plan, PlannedStop, TripPlan
from dispatch.engine.prepare import Ready
from dispatch.engine.problem import NONE, Problem


def plan_of(problem: Problem, ready: Ready, trip_of: NDArray[np.int32], *, seed: int, iterations: int) -> Plan:
    """Write the routes as a plan."""
    used = np.flatnonzero((ready.routes[:, LENGTH] > 0) & ~ready.invalid_trips)
    return Plan(
        trips=tuple(_laid(problem, ready, int(trip)) for trip in used),
        unserved=tuple(np.flatnonzero(trip_of == -1).tolist()),
        invalid=tuple(np.flatnonzero(ready.invalid).tolist()),
        invalid_trips=tuple(np.flatnonzero(ready.invalid_trips).tolist()),
        iterations=iterations,
        seed=seed,
    )


def _laid(problem: Problem, ready: Ready, trip: int) -> TripPlan:
    route = ready.routes[trip]
    codes = route[STOPS : STOPS + route[LENGTH]].tolist()
    return trip_plan(problem, trip, codes, (int(ready.base_s[trip]), int(ready.base_m[trip])))


def trip_plan(problem: Problem, trip: int, codes: list[int], base: tuple[int, int]) -> TripPlan:
    """A trip with some stops and their times; `base` is its driving, seconds and metres, without the new ones."""
    deliveries, trips, travel = problem.deliveries, problem.trips, problem.travel
    clock, here, seconds, metres = int(trips.depart_s[trip]), int(trips.origin[trip]), 0, 0
    stops = []
    for code in codes:
        i, is_drop = code >> 1, bool(code & 1)
        there = int(deliveries.dropoff[i] if is_drop else deliveries.pickup[i])
        leg = travel.leg(here, there)
        seconds, metres, here, arrive = seconds + leg[0], metres + leg[1], there, clock + leg[0]
        start = max(arrive, int(deliveries.drop_from_s[i] if is_drop else deliveries.ready_s[i]))
        clock = start + int(deliveries.drop_s[i] if is_drop else deliveries.pick_s[i])
        stops.append(PlannedStop(i, is_drop, arrive, start, clock))
    end = int(trips.destination[trip])
    last = (0, 0) if end == NONE else travel.leg(here, end)
    direct_s, direct_m = problem.direct(trip)
    return _leaving_late(
        problem,
        TripPlan(
            trip=trip,
            stops=tuple(stops),
            deliveries=tuple(code >> 1 for code in codes if not code & 1 and deliveries.trip[code >> 1] < 0),
            depart_s=int(trips.depart_s[trip]),
            finish_s=clock + last[0],
            added_s=seconds + last[0] - base[0],
            added_m=metres + last[1] - base[1],
            extra_s=seconds + last[0] - direct_s,
            extra_m=metres + last[1] - direct_m,
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
