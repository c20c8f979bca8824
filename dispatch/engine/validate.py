"""Check a plan by driving it, stop by stop, in plain Python: none of the solver's code is used here.

A plan that fails is dropped by whoever asked for it, alarmed and kept for replay.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from dispatch.engine.drive import Drive, Refusals, broken_limits, drive
from dispatch.engine.plan import Plan, TripPlan
from dispatch.engine.problem import BAD, NONE, Problem


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: a stable code, where, and by how much in words."""

    code: str
    trip: int
    delivery: int
    detail: str


def validate(problem: Problem, plan: Plan) -> list[Violation]:
    """List every broken rule of a plan; an empty list means it may be offered."""
    found = list(_shared_out(problem, plan))
    for trip_plan in plan.trips:
        if not 0 <= trip_plan.trip < len(problem.trips):
            found.append(Violation("no_such_trip", trip_plan.trip, NONE, "the plan names a trip that is not there"))
            continue
        order = list(_order(problem, trip_plan))
        found += order
        if not order:
            found += _limits(problem, trip_plan)
            found += _hard_limits(problem, trip_plan)
    return found


def _shared_out(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Every open delivery is in one place, committed ones stay with their trips, each trip appears once."""
    given = Counter(d for trip in plan.trips for d in trip.deliveries)
    places = given + Counter(plan.unserved) + Counter(plan.invalid)
    for delivery in range(len(problem.deliveries)):
        is_open = int(problem.deliveries.trip[delivery]) == NONE
        if is_open and places[delivery] != 1:
            yield Violation("not_once", NONE, delivery, f"appears {places[delivery]} times in the plan")
        if not is_open and (given[delivery] or delivery in plan.unserved):
            yield Violation("committed_moved", NONE, delivery, "a committed delivery was planned anew")
    for delivery in places:
        if not 0 <= delivery < len(problem.deliveries):
            yield Violation("no_such_delivery", NONE, delivery, "the plan names a delivery that is not there")
    for trip, times in Counter(trip.trip for trip in plan.trips).items():
        if times > 1:
            yield Violation("trip_twice", trip, NONE, f"the trip has {times} routes")


def _order(problem: Problem, plan: TripPlan) -> Iterator[Violation]:
    """Stops exist, come once, pick-ups before drops, committed ones in their order, and belong to the trip."""
    codes = [2 * stop.delivery + stop.is_drop for stop in plan.stops]
    if any(not 0 <= code < 2 * len(problem.deliveries) for code in codes):
        yield Violation("no_such_delivery", plan.trip, NONE, "a stop names a delivery that is not there")
        return
    if len(set(codes)) != len(codes):
        yield Violation("stop_twice", plan.trip, NONE, "a stop comes twice")
    committed = problem.committed(plan.trip)
    if [code for code in codes if code in committed] != committed:
        yield Violation("committed_moved", plan.trip, NONE, "committed stops are missing or in another order")
    yield from _new_stops(problem, plan, [code for code in codes if code not in committed])


def _new_stops(problem: Problem, plan: TripPlan, new: list[int]) -> Iterator[Violation]:
    """Stops beyond the committed ones: open deliveries, each picked up and then dropped, and named by the plan."""
    position = {code: k for k, code in enumerate(new)}
    deliveries = {code // 2 for code in new}
    for delivery in deliveries:
        if int(problem.deliveries.trip[delivery]) != NONE:
            yield Violation("committed_moved", plan.trip, delivery, "committed to a trip, planned anew")
        picked, dropped = position.get(2 * delivery), position.get(2 * delivery + 1)
        if picked is None or dropped is None or picked > dropped:
            yield Violation("drop_before_pickup", plan.trip, delivery, "needs a pick-up and then a drop")
    if sorted(deliveries) != sorted(plan.deliveries):
        yield Violation("wrong_deliveries", plan.trip, NONE, "the deliveries named are not those of the stops")


def _limits(problem: Problem, plan: TripPlan) -> Iterator[Violation]:
    """Times, room and budget hold, and what the plan states is what driving it comes to."""
    trip, window = plan.trip, (int(problem.trips.depart_s[plan.trip]), int(problem.trips.leave_by_s[plan.trip]))
    codes = [2 * stop.delivery + stop.is_drop for stop in plan.stops]
    committed = problem.committed(trip)
    now = drive(problem, trip, codes, plan.depart_s)
    before = drive(problem, trip, committed, window[0])
    yield from _stated(plan, now, before, problem.direct(trip))
    too_late = not committed and (window[1] < window[0] or plan.depart_s > window[1])
    if plan.depart_s < window[0] or too_late:
        yield Violation("leaves_outside_window", trip, NONE, f"leaves at {plan.depart_s}, window {window}")
    if plan.deliveries:
        for broken in broken_limits(problem, trip, codes, now, before):
            detail = f"{broken.value}, at most {broken.limit}"
            yield Violation(broken.code, trip, broken.delivery, detail)


def _stated(plan: TripPlan, now: Drive, before: Drive, direct: tuple[int, int]) -> Iterator[Violation]:
    """The times and lengths that the plan states are those of driving it."""
    stated = [(stop.arrive_s, stop.start_s, stop.leave_s) for stop in plan.stops]
    if stated != list(zip(now.arrive, now.start, now.leave, strict=True)) or plan.finish_s != now.finish:
        yield Violation("wrong_times", plan.trip, NONE, "the stated times are not those of driving the stops")
    added = (now.seconds - before.seconds, now.metres - before.metres)
    extra = (now.seconds - direct[0], now.metres - direct[1])
    if (plan.added_s, plan.added_m) != added or (plan.extra_s, plan.extra_m) != extra:
        yield Violation("wrong_detour", plan.trip, NONE, f"states {plan.added_s} s added, driving adds {added[0]} s")


def _hard_limits(problem: Problem, plan: TripPlan) -> Iterator[Violation]:
    """What a driver never takes is not in the plan, and no row that holds what is no number is."""
    d, refusals = problem.deliveries, Refusals.of(problem.trips, plan.trip)
    for i in plan.deliveries:
        for code in refusals.of_delivery(d, i):
            yield Violation(code, plan.trip, i, "the driver does not take it")
        amounts = [int(column[i]) for column in (d.units, d.grams, d.pick_s, d.drop_s, d.ready_s, d.due_s)]
        if BAD in amounts or min(amounts[:4]) < 0:
            yield Violation("bad_row", plan.trip, i, "its row holds what is no number")
