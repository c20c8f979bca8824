"""A demo's day lived through in one process: people act, and what workers would do is done in turn."""

from datetime import datetime, timedelta

from dispatch import tasks
from dispatch.actions.matching import match_market
from dispatch.simulator.clock import Clock
from dispatch.simulator.day.life import Day
from dispatch.simulator.inline import relay_here
from dispatch.simulator.seed.drivers import seed_drivers, seed_firm
from dispatch.simulator.seed.people import seed_people
from dispatch.simulator.seed.places import seed_places
from dispatch.simulator.seed.shelves import seed_shelves
from orders.tasks.money import sweep_payments
from stores.actions.windows import make_windows
from stores.models import Market

TICK = timedelta(seconds=0.5)
MATCH_EVERY = 6  # ticks


def seed_without_past(now: datetime) -> None:
    """Two cities and their people, as on the first morning."""
    stores = seed_places()
    seed_shelves(stores)
    users = seed_people(stores)
    seed_drivers(users, seed_firm(users), now=now)
    make_windows(now=now, days_ahead=1)


def live_on(day: Day, clock: Clock, ticks: int) -> None:
    """Let some ticks pass."""
    for number in range(ticks):
        clock.now += TICK
        day.tick(clock.now)
        relay_here(clock)
        if number % MATCH_EVERY == 0:
            for market_id in Market.objects.values_list("pk", flat=True):
                match_market(market_id=market_id, now=clock.now, seed=number)
            tasks.sweep_offers()
            sweep_payments()
