"""Drivers of a replayed evening: from stop to stop at their own pace, and where a run grows, on from where they are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random

from common.geo import Point
from dispatch.models import Offer, Run, Stop
from dispatch.simulator.clock import Clock
from dispatch.simulator.replay.world import World
from dispatch.simulator.steps import arrive_at_stop, do_stop, next_stop
from providers.routing.gateway import gateway

PACES = (0.92, 1.12)  # times what the road engine thinks
AT_DOOR, AT_STORE = (100, 260), (60, 240)  # seconds at each order's stop
At = Callable[[datetime, Callable[[], None]], None]


@dataclass(frozen=True, slots=True, eq=False)
class _Drive:
    """One drive to one stop."""

    stop: Stop
    start: Point
    leaves_at: datetime
    takes: timedelta

    def where(self, now: datetime) -> Point:
        """How far it has come, on the straight line."""
        share = min(1.0, max(0.0, (now - self.leaves_at) / self.takes)) if self.takes else 1.0
        lat = self.start.lat + (self.stop.lat - self.start.lat) * share
        return Point(lat, self.start.lng + (self.stop.lng - self.start.lng) * share)


class Drivers:
    """Everyone who is on a run."""

    def __init__(self, world: World, clock: Clock, dice: Random, at: At) -> None:
        """What happens later is handed to `at` with its moment."""
        self._world, self._clock, self._dice, self._at = world, clock, dice, at
        self._paces: dict[int, float] = {}
        self._drives: dict[int, _Drive] = {}

    def set_off(self, run: Run, offer: Offer) -> None:
        """Drive as the offer says, a little slower or faster than the road engine thinks."""
        self._paces[run.pk] = self._dice.uniform(*PACES)
        self._drive(run.pk, run.trip.origin, departure_of(offer, self._clock.now))

    def turn(self, run: Run, offer: Offer) -> None:
        """Go on along the run's new way: from home, from where the drive has come to, or after the present stop."""
        drive = self._drives.get(run.pk)
        if drive is None:
            return
        now = self._clock.now
        if now < drive.leaves_at:
            self._drive(run.pk, drive.start, min(drive.leaves_at, departure_of(offer, now)))
            return
        following = next_stop(run.pk)
        if following is not None and following.pk != drive.stop.pk:
            self._drive(run.pk, drive.where(now), now)

    def _drive(self, run_id: int, here: Point, leaves_at: datetime) -> None:
        stop = next_stop(run_id)
        if stop is None:
            return
        takes = timedelta(seconds=gateway().leg(here, stop.point, leaves_at).seconds * self._paces[run_id])
        drive = self._drives[run_id] = _Drive(stop, here, leaves_at, takes)
        self._at(leaves_at + takes, partial(self._arrive, drive))

    def _arrive(self, drive: _Drive) -> None:
        stop, now = drive.stop, self._clock.now
        if self._drives.get(stop.run_id) is not drive:
            return  # turned off on the way
        del self._drives[stop.run_id]
        arrive_at_stop(stop, now=now)
        is_door = stop.kind == Stop.Kind.DROP
        opens = max(now, stop.delivery.due_from) if is_door else now
        takes = self._dice.randint(*(AT_DOOR if is_door else AT_STORE))
        self._at(opens + timedelta(seconds=takes), partial(self._finish, stop))

    def _finish(self, stop: Stop) -> None:
        do_stop(stop, self._world.pickers[stop.delivery.store_id].actor, now=self._clock.now)
        self._drive(stop.run_id, stop.point, self._clock.now)


def departure_of(offer: Offer, now: datetime) -> datetime:
    """When an offer says to set off, at the earliest now."""
    return max(now, datetime.fromisoformat(offer.snapshot["trip"]["departs_at"]))
