"""What a beginner would build: each order to the nearest free driver who can make it, one order a trip."""

import numpy as np

from dispatch.engine.drive import drive
from dispatch.engine.plan import Plan, PlannedStop, TripPlan
from dispatch.engine.problem import Problem
from dispatch.simulator.compare.alone import Alone


def nearest_driver(problem: Problem, seed: int) -> Plan:  # nothing here is a matter of chance
    """Give each delivery in order of readiness to the free trip that starts nearest to its store and can take it."""
    d, t = problem.deliveries, problem.trips
    alone, free, given = Alone(problem), np.ones(len(t), np.bool_), dict[int, int]()
    barred = {(int(trip), int(i)) for trip, i in t.barred_deliveries}
    for i in np.lexsort((d.due_s, d.ready_s)).tolist():
        fits, _ = alone.look(i)
        away, _ = alone.to_store(int(d.pickup[i]))
        fitting = np.flatnonzero(fits & free)
        nearest = fitting[np.argsort(away[fitting], kind="stable")].tolist()
        chosen = next((trip for trip in nearest if (trip, i) not in barred), None)
        if chosen is not None:
            given[chosen] = i
            free[chosen] = False
    trips = tuple(one_order_plan(problem, trip, i) for trip, i in sorted(given.items()))
    rest = set(range(len(d))) - set(given.values())
    return Plan(trips=trips, unserved=tuple(sorted(rest)), invalid=(), invalid_trips=())


def one_order_plan(problem: Problem, trip: int, i: int) -> TripPlan:
    """A trip with one delivery on it, driven as early as the trip may start."""
    codes, depart = [2 * i, 2 * i + 1], int(problem.trips.depart_s[trip])
    driven = drive(problem, trip, codes, depart)
    direct_s, direct_m = problem.direct(trip)
    added = driven.seconds - direct_s, driven.metres - direct_m
    times = zip(codes, driven.arrive, driven.start, driven.leave, strict=True)
    return TripPlan(
        trip=trip,
        stops=tuple(PlannedStop(code // 2, bool(code % 2), *when) for code, *when in times),
        deliveries=(i,),
        depart_s=depart,
        finish_s=driven.finish,
        added_s=added[0],
        added_m=added[1],
        extra_s=added[0],
        extra_m=added[1],
    )
