"""What the last cycle of a market planned."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from dispatch.models import StandingPlan

Routes = Sequence[tuple[int, Sequence[tuple[int, bool]]]]  # trip, its stops: primary keys, in driving order
STANDS = timedelta(minutes=10)  # a market that rested longer has other trips by now


def standing_routes(*, market_id: int, now: datetime) -> Routes:
    """Routes of a market's last plan, if it is not old. One statement."""
    rows = StandingPlan.objects.filter(market=market_id, at__gt=now - STANDS)
    return next(iter(rows.values_list("routes", flat=True)), [])
