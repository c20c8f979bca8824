"""Where the driver of a run is now, as well as it is known, and when the way goes on from there. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from common.geo import Point
from dispatch.models import Stop
from dispatch.queries.rows import DROP_SECONDS, PICK_SECONDS
from dispatch.queries.under_way import UnderWay
from providers.routing.base import Routing

FRESH = timedelta(minutes=2)  # a phone tells its place every few seconds; older than this it has lost its signal


@dataclass(frozen=True, slots=True)
class Standing:
    """A place, and between which moments the driver leaves it; the same moment twice for one who has left."""

    here: Point
    leaves_from: datetime
    leaves_until: datetime


def standing_of(one: UnderWay, routing: Routing, now: datetime) -> Standing:
    """Where a run goes on from.

    At a stop that is not done: there, once it is. On the way: where the phone says, else as far along the straight
    line to the next stop as the time since the last one takes. Not left yet: at the trip's origin.
    """
    waiting = [stop for stop in one.reached if stop.done_at is None]
    if waiting:
        done_at = _done_at(waiting, now)
        return Standing(waiting[0].point, done_at, done_at)
    last, following = one.last_reached, next(iter(one.ahead), None)
    if last is None and now < one.trip.departs_at:
        return Standing(one.trip.origin, one.trip.departs_at, max(one.trip.departs_at, one.trip.departs_until))
    told = _told(one, now)
    if told is not None:
        return Standing(told, now, now)
    start = last.point if last else one.trip.origin
    if following is None:
        return Standing(start, now, now)
    drive = timedelta(seconds=routing.leg(start, following.point, now).seconds)
    left_at = last.done_at if last and last.done_at else following.eta_at - drive
    if last is None and now <= left_at:
        return Standing(start, now, max(now, one.trip.departs_until))
    return Standing(_between(start, following.point, (now - left_at) / drive if drive else 1.0), now, now)


def _told(one: UnderWay, now: datetime) -> Point | None:
    """Where the phone says the driver is, if it has said so lately."""
    run = one.run
    if run.lat is None or run.lng is None or run.located_at is None or run.located_at < now - FRESH:
        return None
    return Point(run.lat, run.lng)


def _done_at(stops: list[Stop], now: datetime) -> datetime:
    """When the driver is done where they stand: each order takes its time, a door not before its window."""
    began = [stop.arrived_at or now for stop in stops]
    began += [stop.delivery.due_from for stop in stops if stop.kind == Stop.Kind.DROP]
    takes = sum(DROP_SECONDS if stop.kind == Stop.Kind.DROP else PICK_SECONDS for stop in stops)
    return max(now, max(began) + timedelta(seconds=takes))


def _between(a: Point, b: Point, share: float) -> Point:
    """A point on the straight line from one to another."""
    part = min(1.0, max(0.0, share))
    return Point(a.lat + (b.lat - a.lat) * part, a.lng + (b.lng - a.lng) * part)
