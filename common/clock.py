"""Moments in UTC for what a wall clock says, also on the two days a year when it jumps."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import structlog

MINUTE = timedelta(minutes=1)
MIDNIGHT = time(0)
INSTEAD = "America/Chicago"
log = structlog.get_logger(__name__)


@cache
def zone_of(name: str) -> ZoneInfo:
    """The clock of a time zone; a name that no clock knows is logged and stands for Central time.

    One row with a wrong word must not take the pages of all others away.
    """
    if name in available_timezones():
        return ZoneInfo(name)
    log.error("unknown_time_zone", name=name, instead=INSTEAD)
    return ZoneInfo(INSTEAD)


def moment(on: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment in UTC at which clocks in a zone show a time of day.

    A time that clocks skip is the moment they jump over it; of a time that they show twice it is the first.
    So moments never run backwards through a day, and neighbouring spans never overlap.
    """
    wall = datetime.combine(on, at, tzinfo=zone)
    found = wall.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return found
    return _jump_after(wall.replace(fold=1).astimezone(UTC), zone)


def shown(at: time | datetime) -> str:
    """A time of day as people say it: 5:10 pm. A moment must already be in the zone it is read in."""
    return f"{at.hour % 12 or 12}:{at.minute:02d} {'am' if at.hour < 12 else 'pm'}"


def span(starts: time | datetime, ends: time | datetime) -> str:
    """Two times of day as people say them: 10:00 am - 12:00 pm, with a dash between."""
    return f"{shown(starts)} \N{EN DASH} {shown(ends)}"


def end_moment(on: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment at which something that ends at a time of day is over: midnight is the end of the day."""
    return moment(on + timedelta(days=1) if at == MIDNIGHT else on, at, zone)


def comes_after(ends: time, starts: time) -> bool:
    """Whether a time of day ends what another one starts; midnight, as an end, comes after every start."""
    return ends == MIDNIGHT or ends > starts


def _jump_after(start: datetime, zone: ZoneInfo) -> datetime:
    """The first moment after `start`, to the minute, at which the zone's offset changes; within a day."""
    before = start.astimezone(zone).utcoffset()
    minutes = range(1, 24 * 60)
    return next(at for at in (start + n * MINUTE for n in minutes) if at.astimezone(zone).utcoffset() != before)


def local_day(now: datetime, zone: ZoneInfo) -> date:
    """The date that a calendar on the wall shows."""
    return now.astimezone(zone).date()
