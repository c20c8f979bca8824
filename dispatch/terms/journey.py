"""A trip driven with an offer's stops and without: what it adds, when it comes where, and what to draw. Pure.

Without an offer a run under way still has the stops it is bound to.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import h3

from common.geo import Point, cell_of
from providers.routing.base import Route, Routing


@dataclass(frozen=True, slots=True)
class Halt:
    """One stop: whose, where exactly, when it can be served at the earliest and how long that takes.

    `stop` is the pk of a stop that a run under way is bound to; those of an offer have none yet. What goes back is
    dropped at its store.
    """

    delivery: int
    is_drop: bool
    at: Point
    service_seconds: int
    ready_at: datetime | None = None
    stop: int | None = None
    goes_back: bool = False


@dataclass(frozen=True, slots=True)
class Ends:
    """A trip's own way, or what is left of it: where it starts and ends, and between which moments it sets off."""

    origin: Point
    destination: Point | None
    leaves_from: datetime
    leaves_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """The way with and without, by the same road engine; `shown` is the way as drawn, through the areas of the doors.

    `times` are arrival and departure at each halt; `before` those at the bound ones without the offer, by their stop.
    Engaged is from setting off to the last drop; of an offer that joins a run, what it adds of that.
    """

    without: Route
    driven: Route
    shown: Route
    departs_at: datetime
    arrives_at: datetime
    arrives_without: datetime
    times: tuple[tuple[datetime, datetime], ...]
    before: dict[int, tuple[datetime, datetime]]
    added_seconds: int
    added_metres: int
    marginal_seconds: dict[int, int]
    engaged_seconds: int
    engaged_metres: int
    is_estimated: bool = False


def journey_of(ends: Ends, halts: Sequence[Halt], *, routing: Routing, at: datetime) -> Journey:
    """Drive a trip through some halts in order. One moment for all questions, so that with and without compare.

    For the same reason one engine answers all of them: should it fail at one, the estimator answers every one.
    """
    journey = _journey(ends, halts, routing, at)
    if not journey.is_estimated:
        return journey
    return replace(_journey(ends, halts, routing.estimator, at), is_estimated=True)


def _journey(ends: Ends, halts: Sequence[Halt], routing: Routing, at: datetime) -> Journey:
    bound = [halt for halt in halts if halt.stop is not None]
    without = _route(ends, [halt.at for halt in bound], routing, at)
    driven = _route(ends, [halt.at for halt in halts], routing, at)
    shown = _route(ends, [shown_point(halt) for halt in halts], routing, at)
    others = _without_each(ends, halts, routing, at)
    departs_at, would_depart_at = _departure(ends, halts, driven), _departure(ends, bound, without)
    times, before = _times(departs_at, halts, driven), _times(would_depart_at, bound, without)
    added_seconds, added_metres = max(0, driven.seconds - without.seconds), max(0, driven.metres - without.metres)
    onward = driven.legs[len(halts) :]
    last_drop = times[-1][1] if times else departs_at
    engaged = (int((last_drop - departs_at).total_seconds()), driven.metres - sum(leg.metres for leg in onward))
    if bound:
        new_service = sum(halt.service_seconds for halt in halts if halt.stop is None)
        engaged = (added_seconds + new_service, added_metres)
    return Journey(
        without=without,
        driven=driven,
        shown=shown,
        departs_at=departs_at,
        arrives_at=_arrival(departs_at, halts, times, driven),
        arrives_without=_arrival(would_depart_at, bound, before, without),
        times=times,
        before={halt.stop: told for halt, told in zip(bound, before, strict=True) if halt.stop is not None},
        added_seconds=added_seconds,
        added_metres=added_metres,
        marginal_seconds={one: max(0, driven.seconds - other.seconds) for one, other in others.items()},
        engaged_seconds=engaged[0],
        engaged_metres=engaged[1],
        is_estimated=any(route.is_estimated for route in (without, driven, shown, *others.values())),
    )


def shown_point(halt: Halt) -> Point:
    """A store where it stands; a door only as the middle of its cell, until the offer is claimed (P9)."""
    return area_of(halt.at) if halt.is_drop and not halt.goes_back else halt.at


def area_of(point: Point) -> Point:
    """Middle of the cell that a point lies in, some 500 m off at most."""
    lat, lng = h3.cell_to_latlng(cell_of(point.lat, point.lng))
    return Point(lat, lng)


def _route(ends: Ends, through: Sequence[Point], routing: Routing, at: datetime) -> Route:
    last = [] if ends.destination is None else [ends.destination]
    return routing.route([ends.origin, *through, *last], at)


def _departure(ends: Ends, halts: Sequence[Halt], driven: Route) -> datetime:
    """Set off as late as the first pick-up allows without a wait there, within the driver's own window."""
    first = halts[0].ready_at if halts else None
    if first is None:
        return ends.leaves_from
    on_time = first - timedelta(seconds=driven.legs[0].seconds)
    return max(ends.leaves_from, min(on_time, ends.leaves_until))


def _arrival(
    departs_at: datetime, halts: Sequence[Halt], times: Sequence[tuple[datetime, datetime]], driven: Route
) -> datetime:
    """At the trip's end: the drive on from the last halt."""
    last = times[-1][1] if times else departs_at
    return last + timedelta(seconds=sum(leg.seconds for leg in driven.legs[len(halts) :]))


def _times(departs_at: datetime, halts: Sequence[Halt], driven: Route) -> tuple[tuple[datetime, datetime], ...]:
    clock, times = departs_at, []
    for halt, leg in zip(halts, driven.legs, strict=False):
        arrives = clock + timedelta(seconds=leg.seconds)
        starts = max(arrives, halt.ready_at) if halt.ready_at else arrives
        clock = starts + timedelta(seconds=halt.service_seconds)
        times.append((arrives, clock))
    return tuple(times)


def _without_each(ends: Ends, halts: Sequence[Halt], routing: Routing, at: datetime) -> dict[int, Route]:
    """For each delivery of the offer the way through all others: what is missing from it is what the delivery adds."""
    return {
        delivery: _route(ends, [halt.at for halt in halts if halt.delivery != delivery], routing, at)
        for delivery in dict.fromkeys(halt.delivery for halt in halts if halt.stop is None)
    }
