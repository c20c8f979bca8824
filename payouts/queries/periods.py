"""Weeks as a firm counts them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from common.clock import zone_of
from common.errors import InvalidInput
from drivers.models import Firm

FIRST, LAST = date(2024, 1, 1), date(2100, 1, 1)  # from the first rules on file


class NoSuchWeek(InvalidInput):
    """There are no books of that week."""

    code = "no_such_week"


def week_of(firm: Firm, day: date) -> tuple[datetime, datetime]:
    """The week that a day lies in, Monday to Monday by the firm's own clock, half-open.

    Each edge is made from its local date, so a week with a clock change has 167 or 169 hours.

    Raises:
        NoSuchWeek: a day so far away that calendars, clocks or rules end before it.
    """
    if not FIRST <= day < LAST:
        raise NoSuchWeek
    zone = zone_of(firm.timezone)
    monday = day - timedelta(days=day.weekday())
    return _midnight(monday, zone), _midnight(monday + timedelta(days=7), zone)


def last_week(firm: Firm, now: datetime) -> tuple[datetime, datetime]:
    """The latest week that is over."""
    today = now.astimezone(zone_of(firm.timezone)).date()
    return week_of(firm, today - timedelta(days=7))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
