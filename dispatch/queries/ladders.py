"""How hard a market looks for a driver."""

from dispatch.models import Ladder
from stores.models import Market


def ladder_of(market: Market) -> Ladder:
    """The ladder of a market; the usual one until it has its own."""
    return getattr(market, "ladder", None) or Ladder(market=market)


def ladder_in(market_id: int) -> Ladder:
    """The ladder of a market by its id; the usual one until it has its own. One query."""
    return Ladder.objects.filter(market=market_id).first() or Ladder(market_id=market_id)
