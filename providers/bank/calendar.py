"""Banking days of the Federal Reserve, computed rather than listed (https://www.frbservices.org/about/holiday-schedules).

A holiday on a Sunday is kept on Monday; one on a Saturday is not moved, the Friday before is open.
"""

from datetime import date, timedelta
from functools import cache

MONDAY, THURSDAY, SATURDAY, SUNDAY = 0, 3, 5, 6


@cache
def holidays(year: int) -> frozenset[date]:
    """Weekdays of a year on which the Federal Reserve Banks are closed."""
    fixed = [date(year, 1, 1), date(year, 6, 19), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25)]
    moved = [day + timedelta(days=1) if day.weekday() == SUNDAY else day for day in fixed]
    floating = [
        _nth(year, 1, MONDAY, 3),  # Martin Luther King, Jr.
        _nth(year, 2, MONDAY, 3),  # Washington
        _nth(year, 6, MONDAY, 1) - timedelta(days=7),  # Memorial Day: the last Monday of May
        _nth(year, 9, MONDAY, 1),  # Labor Day
        _nth(year, 10, MONDAY, 2),  # Columbus Day
        _nth(year, 11, THURSDAY, 4),  # Thanksgiving
    ]
    return frozenset(day for day in moved + floating if day.weekday() < SATURDAY)


def is_banking_day(day: date) -> bool:
    """Say whether the Federal Reserve settles on a day."""
    return day.weekday() < SATURDAY and day not in holidays(day.year)


def next_banking_day(day: date) -> date:
    """First banking day after a day."""
    following = day + timedelta(days=1)
    while not is_banking_day(following):
        following += timedelta(days=1)
    return following


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    """The first, second, ... such weekday of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))
