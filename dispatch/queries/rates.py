"""What holds for every offer of a market at one moment: rates, law, ladder, roads."""

from datetime import datetime

from dispatch.engine.plan import Plan
from dispatch.queries.ladders import ladder_of
from dispatch.terms.draft import Rates, law_of
from payouts.queries.rates import plan_of
from providers.routing.base import Routing
from stores.models import Market

ENGINE_VERSION = Plan(trips=(), unserved=(), invalid=(), invalid_trips=()).version


def rates_at(market: Market, *, routing: Routing, now: datetime, version: str = ENGINE_VERSION, seed: int = 0) -> Rates:
    """Read a market's rates; its ladder and pay scheme come with it when they were selected along."""
    return Rates(
        market=market,
        ladder=ladder_of(market),
        plan=plan_of(market),
        pack=law_of(market, now.astimezone(market.zone).date()),
        routing=routing,
        at=now,
        engine_version=version,
        seed=seed,
    )
