"""How much slower than an empty road each hour of the day is."""

from datetime import UTC, datetime

import numpy as np

# Time lost against free flow in US metros of one to two million people; shape after the hourly congestion profile
# of the Urban Mobility Report (Texas A&M Transportation Institute, 2023), scaled to an average weekday.
SLOWER_BY_HOUR = np.array(
    [
        *(0.95, 0.95, 0.95, 0.95, 0.95, 0.98, 1.05, 1.22, 1.20, 1.10, 1.08, 1.10),
        *(1.14, 1.13, 1.15, 1.24, 1.33, 1.36, 1.22, 1.10, 1.04, 1.01, 0.98, 0.95),
    ]
)
DEGREES_PER_HOUR = 15.0


def slowness(at: datetime, lng: float) -> float:
    """Factor on free-flow seconds at a moment and a longitude.

    The hour is the sun's, from the longitude: right to within an hour of any wall clock, and no zone is needed.
    Between full hours the profile is a straight line, so that a minute never makes a jump.
    """
    moment = at.astimezone(UTC)
    hour = (moment.hour + moment.minute / 60 + lng / DEGREES_PER_HOUR) % 24
    low = int(hour) % 24
    share = hour - int(hour)
    return float(SLOWER_BY_HOUR[low] * (1 - share) + SLOWER_BY_HOUR[(low + 1) % 24] * share)
