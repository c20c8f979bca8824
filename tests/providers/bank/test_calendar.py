"""Banking days, computed, beside the Federal Reserve's published list."""

from datetime import date, timedelta

import pytest
from achlens.core import FEDERAL_RESERVE_HOLIDAYS

from providers.bank.calendar import holidays, is_banking_day, next_banking_day


@pytest.mark.parametrize("year", range(2026, 2031))
def test_the_holidays_are_those_that_the_federal_reserve_publishes(year: int) -> None:
    published = {day for day in FEDERAL_RESERVE_HOLIDAYS if day.year == year}
    sundays_on_monday = {day + timedelta(days=1) for day in published if day.weekday() == 6}
    weekdays = {day for day in published if day.weekday() < 5} | sundays_on_monday
    # the list in that package gives Veterans Day 2028 as the Friday before, which the Reserve Banks keep open
    assert holidays(year) == weekdays - {date(2028, 11, 10)}


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2026, 11, 20), date(2026, 11, 23)),  # over a weekend
        (date(2026, 11, 25), date(2026, 11, 27)),  # over Thanksgiving
        (date(2026, 12, 31), date(2027, 1, 4)),  # over New Year and a weekend
        (date(2027, 7, 2), date(2027, 7, 6)),  # the Fourth on a Sunday is kept on Monday
        (date(2026, 7, 2), date(2026, 7, 3)),  # the Fourth on a Saturday is not moved
        (date(2028, 2, 28), date(2028, 2, 29)),
    ],
)
def test_money_settles_on_the_next_banking_day(day: date, following: date) -> None:
    assert next_banking_day(day) == following
    assert is_banking_day(following)
