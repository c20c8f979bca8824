"""Moments in UTC for what a wall clock says, also on the two days a year when it jumps."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)


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


def _jump_after(start: datetime, zone: ZoneInfo) -> datetime:
    """The first moment after `start`, to the minute, at which the zone's offset changes; within a day."""
    before = start.astimezone(zone).utcoffset()
    minutes = range(1, 24 * 60)
    return next(at for at in (start + n * MINUTE for n in minutes) if at.astimezone(zone).utcoffset() != before)


def local_day(now: datetime, zone: ZoneInfo) -> date:
    """The date that a calendar on the wall shows."""
    return now.astimezone(zone).date()
