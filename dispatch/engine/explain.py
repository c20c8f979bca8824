"""Why this driver, and why not that one: every near trip of a delivery with the reason that decided."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations_with_replacement

import numpy as np

from dispatch.engine.drive import Broken, Refusals, broken_limits, drive
from dispatch.engine.plan import Plan
from dispatch.engine.problem import NO_LIMIT, NONE, Problem

TRIPS_LOOKED_AT = 40


class Reason(StrEnum):
    """What decided for or against a trip; stable codes, stored with offers."""

    CHOSEN = "chosen"
    OWN_VAN = "own_van"  # no other trip takes it, so it goes with one that is a last resort
    CLOSER_TRIP = "closer_trip"  # it fits, another trip has less to add
    OTHER_DELIVERY = "another_delivery_fits_better"  # it would fit, were it not for what the plan gives the trip
    FITS = "fits"  # it fits and nobody has it: the board, or the next cycle
    TOO_FAR_METRES = "too_far_metres"
    TOO_LONG_SECONDS = "too_long_seconds"
    ROUTE_TOO_FAR = "route_too_far"
    TOO_LATE = "too_late"
    STORE_CLOSED = "store_closed"
    ARRIVES_AFTER_LATEST = "arrives_after_latest"
    LEFT_ALREADY = "left_already"
    NO_CAPACITY = "no_capacity"
    TOO_HEAVY = "too_heavy"
    TOO_MANY_ORDERS = "too_many_orders"
    COLD_CHAIN = "cold_chain"
    ITEM_TOO_HEAVY = "item_too_heavy"
    NO_COLD_BOX = "no_cold_box"
    NO_ALCOHOL = "no_alcohol"
    NO_STAIRS = "no_stairs"
    NO_PETS = "no_pets"
    NO_TOLLS = "no_tolls"
    NO_DARK = "no_dark"
    NO_AGE_CHECK = "no_age_check"
    STORE_EXCLUDED = "store_excluded"
    DECLINED = "declined"
    BAD_ROW = "bad_row"


@dataclass(frozen=True, slots=True)
class Consideration:
    """One trip held against one delivery.

    `added_s` and `added_m` are what the delivery would add where it fits best or nearly fits; `over` is by how much
    the deciding limit would be passed, in the limit's own unit, 0 where none is.
    """

    trip: int
    reason: Reason
    added_s: int
    added_m: int
    over: int = 0

    @property
    def fits(self) -> bool:
        """Whether the trip could take the delivery as things stand."""
        return self.reason in (Reason.CHOSEN, Reason.OWN_VAN, Reason.CLOSER_TRIP, Reason.FITS)


def explain(problem: Problem, plan: Plan, delivery: int, *, most: int = TRIPS_LOOKED_AT) -> list[Consideration]:
    """Hold the nearest trips against a delivery: the chosen one first, then those it fits, then the near misses."""
    if delivery in plan.invalid or not 0 <= delivery < len(problem.deliveries):
        return []
    chosen = plan.trip_of(delivery)
    near = _nearest(problem, plan, delivery, most)
    if chosen is not None and chosen.trip not in near:
        near.append(chosen.trip)
    asked = set(near)
    routes = {
        trip.trip: [2 * stop.delivery + stop.is_drop for stop in trip.stops]
        for trip in plan.trips
        if trip.trip in asked
    }
    rows = [_consider(problem, routes, delivery, trip, chosen.trip if chosen else None) for trip in near]
    rows += [Consideration(trip, Reason.LEFT_ALREADY, 0, 0) for trip in plan.invalid_trips if _is_over(problem, trip)]
    return sorted(
        rows, key=lambda row: (chosen is None or row.trip != chosen.trip, not row.fits, row.added_s, row.trip)
    )


def _consider(
    problem: Problem, routes: dict[int, list[int]], delivery: int, trip: int, chosen: int | None
) -> Consideration:
    """Hold one trip against a delivery: its rules first, then its route as planned, then only what it is bound to."""
    planned = [code for code in routes.get(trip, problem.committed(trip)) if code // 2 != delivery]
    bound = problem.committed(trip)
    refusals = Refusals.of(problem.trips, trip).of_delivery(problem.deliveries, delivery)
    if refusals:
        seconds, metres, _ = _best_place(problem, trip, planned, delivery)
        return Consideration(trip, Reason(refusals[0]), seconds, metres)
    # Most near trips are full: their planned route needs no look, what they are bound to decides.
    is_full = len({code // 2 for code in planned}) >= int(problem.trips.max_orders[trip])
    if planned == bound or not is_full:
        seconds, metres, broken = _best_place(problem, trip, planned, delivery)
        if broken is None:
            has_it = Reason.OWN_VAN if problem.trips.fixed_cost[trip] > 0 else Reason.CHOSEN
            reason = Reason.FITS if chosen is None else has_it if chosen == trip else Reason.CLOSER_TRIP
            return Consideration(trip, reason, seconds, metres)
        if planned == bound:
            return Consideration(trip, Reason(broken.code), seconds, metres, broken.value - broken.limit)
    seconds, metres, broken = _best_place(problem, trip, bound, delivery)
    if broken is None:
        return Consideration(trip, Reason.OTHER_DELIVERY, seconds, metres)
    return Consideration(trip, Reason(broken.code), seconds, metres, broken.value - broken.limit)


def _best_place(problem: Problem, trip: int, codes: list[int], delivery: int) -> tuple[int, int, Broken | None]:
    """Seconds and metres added at the best place, and the limit that decides against it; None where it fits.

    Where no place is allowed, the best is the one that breaks its worst limit by the least share.
    """
    depart = int(problem.trips.depart_s[trip])
    before = drive(problem, trip, problem.committed(trip), depart)
    alone = drive(problem, trip, codes, depart)
    best: tuple[bool, float, int, int, Broken | None] | None = None
    for stops in _with(codes, delivery):
        now = drive(problem, trip, stops, depart)
        broken = max(broken_limits(problem, trip, stops, now, before), key=lambda b: b.share, default=None)
        added_s, added_m = now.seconds - alone.seconds, now.metres - alone.metres
        rank = (broken is not None, broken.share if broken else float(added_s), added_s, added_m, broken)
        if best is None or rank[:3] < best[:3]:
            best = rank
    if best is None:  # there is always one place: the end
        return 0, 0, None
    return best[2], best[3], best[4]


def best_stops(problem: Problem, trip: int, delivery: int) -> list[int] | None:
    """Stop codes of a trip's committed route with a delivery where it adds least; None where it fits nowhere."""
    bound, depart = problem.committed(trip), int(problem.trips.depart_s[trip])
    before = drive(problem, trip, bound, depart)
    fitting = []
    for stops in _with(bound, delivery):
        now = drive(problem, trip, stops, depart)
        if next(broken_limits(problem, trip, stops, now, before), None) is None:
            fitting.append((now.seconds, stops))
    return min(fitting)[1] if fitting else None


def _with(codes: list[int], delivery: int) -> Iterator[list[int]]:
    """Every route that has a delivery's two stops put in."""
    for p, q in combinations_with_replacement(range(len(codes) + 1), 2):
        yield [*codes[:p], 2 * delivery, *codes[p:q], 2 * delivery + 1, *codes[q:]]


def _nearest(problem: Problem, plan: Plan, delivery: int, most: int) -> list[int]:
    """Usable trips to whose direct way the delivery alone would add the fewest seconds, nearest first."""
    d, t, legs = problem.deliveries, problem.trips, problem.travel.legs
    usable = np.setdiff1d(np.arange(len(t)), np.array(plan.invalid_trips, np.int64))
    origin, end = t.origin[usable], t.destination[usable]
    pickup, dropoff = (np.full(len(usable), place[delivery]) for place in (d.pickup, d.dropoff))
    has_end, ends = end != NONE, np.maximum(end, 0)
    onward = np.where(has_end, legs(dropoff, ends)[0] - legs(origin, ends)[0], 0)
    added = legs(origin, pickup)[0] + legs(pickup, dropoff)[0] + onward
    return [int(trip) for trip in usable[np.argsort(added, kind="stable")[:most]]]


def _is_over(problem: Problem, trip: int) -> bool:
    """Whether a trip is unusable only because its latest start has passed."""
    leave_by, depart = int(problem.trips.leave_by_s[trip]), int(problem.trips.depart_s[trip])
    return -NO_LIMIT <= leave_by < depart < NO_LIMIT
