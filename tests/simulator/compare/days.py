"""Small days for tests of the comparison."""

from datetime import date
from zoneinfo import ZoneInfo

from common.geo import Point
from dispatch.models import Ladder
from dispatch.simulator.compare.made_up import Ground, made_up_day, ring_of_stores
from dispatch.simulator.compare.scenario import Scenario
from payouts.quote import PayPlan
from providers.routing.builtin import BuiltinRouting
from rules.packs_on_file import pack_for

FRIDAY = date(2026, 6, 5)


def small_day(orders: int = 60, trips: int = 60, *, seed: int = 1, rules: str = "default") -> Scenario:
    """A made-up Friday around six stores that lie close together."""
    middle = Point(36.16, -86.78)
    ground = Ground(
        name="A made-up metro",
        stores=ring_of_stores(middle, seed, count=6, radius=9_000),
        zone=ZoneInfo("America/Chicago"),
        ladder=Ladder(),
        pay=PayPlan(),
        pack=pack_for(rules, FRIDAY),
        routing=BuiltinRouting(),
    )
    return made_up_day(ground, on=FRIDAY, orders=orders, trips=trips, seed=seed)
