"""Some rows of a problem as a problem of their own, and plans carried in and out of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from dispatch.engine.plan import Plan, TripPlan
from dispatch.engine.problem import Deliveries, Problem, Trips

Ints = NDArray[np.int64]
ELSEWHERE = -2  # committed to a trip that is not among the rows


@dataclass(frozen=True, slots=True)
class Part:
    """A problem made of some rows of another: its row k is row `deliveries[k]`, `trips[k]` there."""

    problem: Problem
    deliveries: Ints
    trips: Ints


def part_of(problem: Problem, deliveries: Ints, trips: Ints) -> Part:
    """Take some rows out of a problem; roads are shared, not copied.

    Committed stops go with their trips: whoever cuts has to see to it that their deliveries are among the rows, or
    the trip is set apart as unusable.
    """
    number, trip_number = _numbers(len(problem.deliveries), deliveries), _numbers(len(problem.trips), trips)
    own = problem.deliveries.trip[deliveries]
    there = (own >= 0) & (own < len(problem.trips))
    columns = {column.name: getattr(problem.deliveries, column.name)[deliveries] for column in fields(Deliveries)}
    columns["trip"] = np.where(there, trip_number[np.where(there, own, -1)], own)
    some = Deliveries(**columns)
    return Part(
        replace(problem, deliveries=some, trips=_trips(problem.trips, trips, number, trip_number)), deliveries, trips
    )


def _numbers(rows: int, chosen: Ints) -> Ints:
    """The place of each row among those chosen, with one more row that stands for none: ELSEWHERE."""
    number = np.full(rows + 1, ELSEWHERE, np.int64)
    number[chosen] = np.arange(len(chosen))
    return number


def _trips(trips: Trips, rows: Ints, delivery_number: Ints, trip_number: Ints) -> Trips:
    """Some trips with their committed stops and what they are barred from; a stop that is not there is below 0."""
    shared = {"stops_from", "stops", "barred_stores", "barred_deliveries"}
    columns = {column.name: getattr(trips, column.name) for column in fields(Trips)}
    columns = {name: column if name in shared else column[rows] for name, column in columns.items()}
    runs = [trips.stops[trips.stops_from[t] : trips.stops_from[t + 1]] for t in rows.tolist()]
    stops = np.concatenate([*runs, np.zeros(0, np.int64)])
    known = (stops >= 0) & (stops < 2 * (len(delivery_number) - 1))
    columns["stops"] = 2 * delivery_number[np.where(known, stops >> 1, -1)] + (stops & 1)
    columns["stops_from"] = np.cumsum([0, *(len(run) for run in runs)])
    columns["barred_stores"] = _pairs(trips.barred_stores, trip_number, None)
    columns["barred_deliveries"] = _pairs(trips.barred_deliveries, trip_number, delivery_number)
    return Trips(**columns)


def _pairs(pairs: Ints, trip_number: Ints, other_number: Ints | None) -> Ints:
    """Pairs of a trip and something, renumbered; those of other trips or of what is not there fall away."""
    pairs = pairs.reshape(-1, 2)
    pairs = pairs[(pairs[:, 0] >= 0) & (pairs[:, 0] < len(trip_number) - 1)]
    if other_number is not None:
        pairs = pairs[(pairs[:, 1] >= 0) & (pairs[:, 1] < len(other_number) - 1)]
    other = pairs[:, 1] if other_number is None else other_number[pairs[:, 1]]
    trip = trip_number[pairs[:, 0]]
    kept = (trip >= 0) & ((other >= 0) | (other_number is None))
    return np.column_stack([trip[kept], other[kept]])


def carry_over(plan: Plan, *, deliveries: Mapping[int, int], trips: Mapping[int, int]) -> Plan:
    """Renumber a plan for the next cycle's rows (old index -> new index), to warm-start from; what is gone is left out.

    Times are not worked out anew: only the routes count for a warm start.
    """
    renumbered = []
    for trip in plan.trips:
        if trip.trip not in trips:
            continue
        stops = tuple(
            replace(stop, delivery=deliveries[stop.delivery]) for stop in trip.stops if stop.delivery in deliveries
        )
        if stops:
            kept = tuple(deliveries[d] for d in trip.deliveries if d in deliveries)
            renumbered.append(replace(trip, trip=trips[trip.trip], stops=stops, deliveries=kept))
    return replace(plan, trips=tuple(renumbered), unserved=(), invalid=(), invalid_trips=())


def carry_in(plan: Plan, part: Part) -> Plan:
    """A plan of the whole as far as it concerns a part, to warm-start from."""
    deliveries = dict(zip(part.deliveries.tolist(), range(len(part.deliveries)), strict=True))
    return carry_over(
        plan, deliveries=deliveries, trips=dict(zip(part.trips.tolist(), range(len(part.trips)), strict=True))
    )


def together(parts: Sequence[Part], plans: Sequence[Plan]) -> Plan:
    """The plans of all parts as one plan of the whole."""
    trips: list[TripPlan] = []
    left: dict[str, list[int]] = {"unserved": [], "invalid": [], "invalid_trips": []}
    for part, plan in zip(parts, plans, strict=True):
        rows, cars = part.deliveries.tolist(), part.trips.tolist()
        for trip in plan.trips:
            stops = tuple(replace(stop, delivery=rows[stop.delivery]) for stop in trip.stops)
            mine = tuple(rows[delivery] for delivery in trip.deliveries)
            trips.append(replace(trip, trip=cars[trip.trip], stops=stops, deliveries=mine))
        left["unserved"] += [rows[i] for i in plan.unserved]
        left["invalid"] += [rows[i] for i in plan.invalid]
        left["invalid_trips"] += [cars[t] for t in plan.invalid_trips]
    return Plan(
        trips=tuple(sorted(trips, key=lambda trip: trip.trip)),
        unserved=tuple(sorted(left["unserved"])),
        invalid=tuple(sorted(left["invalid"])),
        invalid_trips=tuple(sorted(left["invalid_trips"])),
        iterations=sum(plan.iterations for plan in plans),
    )


def exchanged(plan: Plan, part: Part, new: Plan) -> Plan:
    """A plan of the whole with what it says of a part replaced by a new plan of that part."""
    deliveries, trips = set(part.deliveries.tolist()), set(part.trips.tolist())
    rest = replace(
        plan,
        trips=tuple(trip for trip in plan.trips if trip.trip not in trips),
        unserved=tuple(i for i in plan.unserved if i not in deliveries),
        invalid=tuple(i for i in plan.invalid if i not in deliveries),
        invalid_trips=tuple(t for t in plan.invalid_trips if t not in trips),
    )
    fresh = together([part], [new])
    return replace(
        rest,
        trips=tuple(sorted((*rest.trips, *fresh.trips), key=lambda trip: trip.trip)),
        unserved=tuple(sorted((*rest.unserved, *fresh.unserved))),
        invalid=tuple(sorted((*rest.invalid, *fresh.invalid))),
        invalid_trips=tuple(sorted((*rest.invalid_trips, *fresh.invalid_trips))),
    )
