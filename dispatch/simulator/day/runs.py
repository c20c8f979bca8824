"""Runs of the simulated day: drivers follow the streets, faster than the law allows, from stop to stop."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.db.models import Q

from common.errors import DomainError
from common.geo import Point
from dispatch.actions.positions import FASTEST, record_position
from dispatch.actions.run_steps.failing import FailReason
from dispatch.actions.run_steps.giving_up import GiveUpReason
from dispatch.actions.running import fail_drop, give_up_run, ring
from dispatch.models import Run, Stop
from dispatch.simulator.day.cast import Cast
from dispatch.simulator.day.pace import Pace
from dispatch.simulator.dice import dice as fair_dice
from dispatch.simulator.steps import arrive_at_stop, do_stop
from dispatch.simulator.way import Way, way_between
from dispatch.states import RunStatus

TIMES_AS_FAST = 16
SHORTEST_DRIVE = 3.0
TELLS_EVERY = 3.05  # positions are taken every three seconds at most
AT_STORE, AT_DOOR = (2.0, 5.0), (2.0, 4.0)
AWAY, BROKEN_DOWN = 0.02, 0.02  # doors where nobody answers, and cars that break down on the way to the store


@dataclass(frozen=True, slots=True)
class _Drive:
    """One drive to one stop, under way since a moment."""

    stop_id: int
    way: Way
    since: datetime
    seconds: float

    def share(self, now: datetime) -> float:
        """How much of the way lies behind, from 0 to 1."""
        return min(1.0, (now - self.since).total_seconds() / self.seconds)


class Runs:
    """Everyone who drives."""

    def __init__(self, cast: Cast, pace: Pace, dice: Random) -> None:
        """Where a run was lies in its row; how far it is on its street is known here only."""
        self._cast, self._pace, self._dice = cast, pace, dice
        self._crews = [picker.pk for picker in cast.pickers.values()]
        self._drives: dict[int, _Drive] = {}

    def tick(self, now: datetime) -> None:
        """Move every run on: along its street, or on with what is to be done where it stands."""
        ours = Q(driver__in=self._cast.commuters) | Q(trip__van__isnull=False, driver__user__in=self._crews)
        active = Run.objects.filter(ours, status=RunStatus.ACTIVE)
        runs = list(active.select_related("trip").order_by("pk"))
        stops = _next_stops(runs)
        for run in runs:
            stop = stops.get(run.pk)
            if stop is None:
                continue
            try:
                self._go_on(run, stop, now)
            except DomainError:
                self._pace.again(("stop", stop.pk), 5.0, now)  # not yet, say: asked again in a moment
        self._drives = {pk: drive for pk, drive in self._drives.items() if pk in stops}

    def _go_on(self, run: Run, stop: Stop, now: datetime) -> None:
        if stop.arrived_at is None:
            self._drive(run, stop, now)
            return
        low, high = AT_DOOR if stop.kind == Stop.Kind.DROP else AT_STORE
        if self._pace.is_over(("stop", stop.pk), self._dice.uniform(low, high), now):
            self._act(stop, now)

    def _act(self, stop: Stop, now: datetime) -> None:
        if stop.kind == Stop.Kind.DROP and fair_dice(f"door {stop.pk}").random() < AWAY:
            ring(stop_id=stop.pk, now=now)
            fail_drop(stop_id=stop.pk, reason=FailReason.NOBODY_HOME, now=now)  # refused until the wait is over
            return
        do_stop(stop, self._cast.pickers[stop.delivery.store_id].actor, now=now)

    def _drive(self, run: Run, stop: Stop, now: datetime) -> None:
        drive = self._drives.get(run.pk)
        if drive is None or drive.stop_id != stop.pk:
            drive = self._drives[run.pk] = _set_off(run, stop, now)
        share = drive.share(now)
        if share > 0.5 and self._breaks_down(run, stop):
            give_up_run(run_id=run.pk, reason=GiveUpReason.CAR_TROUBLE, now=now)
            return
        if share >= 1:
            arrive_at_stop(stop, now=now)
            return
        if self._pace.is_over(("tell", run.pk), 0, now):
            self._pace.again(("tell", run.pk), TELLS_EVERY, now)
            here, heading = drive.way.at(share)
            record_position(
                run_id=run.pk, lat=here.lat, lng=here.lng, heading=heading, now=now, fastest=FASTEST * TIMES_AS_FAST
            )

    def _breaks_down(self, run: Run, stop: Stop) -> bool:
        return stop.position == 0 and fair_dice(f"car {run.pk}").random() < BROKEN_DOWN


def _set_off(run: Run, stop: Stop, now: datetime) -> _Drive:
    is_known = run.lat is not None and run.lng is not None
    here = Point(run.lat or 0.0, run.lng or 0.0) if is_known else run.trip.origin
    way = way_between(here, stop.point, now)
    return _Drive(stop.pk, way, now, max(SHORTEST_DRIVE, way.seconds / TIMES_AS_FAST))


def _next_stops(runs: list[Run]) -> dict[int, Stop]:
    """The next stop of each run, with its order and store: one query."""
    left = Stop.objects.filter(run__in=runs, done_at__isnull=True, is_dropped=False)
    by_run: defaultdict[int, list[Stop]] = defaultdict(list)
    for stop in left.select_related("delivery__order__store").order_by("run", "position"):
        by_run[stop.run_id].append(stop)
    return {run: stops[0] for run, stops in by_run.items()}
