"""The moment and the places that tests share, and numbers that never repeat."""

from datetime import UTC, datetime
from itertools import count

from common.geo import Point

NOON = datetime(2026, 6, 5, 17, 0, tzinfo=UTC)
EAST_NASHVILLE = Point(36.1787, -86.7489)
DOWNTOWN = Point(36.1627, -86.7816)
INGLEWOOD = Point(36.2080, -86.7250)
MADISON = Point(36.2562, -86.7140)

_numbers = count(1)


def next_number() -> int:
    return next(_numbers)
