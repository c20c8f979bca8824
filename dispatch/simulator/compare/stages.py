"""Where a day comes from: made up, of a market on file, of a file of commutes, or a day that has been."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from common.errors import DomainError
from common.geo import Point
from dispatch.models import Ladder
from dispatch.simulator.compare.figures import Figures
from dispatch.simulator.compare.made_up import Ground, habits_of, made_up_day, one_order, ring_of_stores, way_of
from dispatch.simulator.compare.scenario import Placed, Ride, Scenario
from dispatch.simulator.compare.stored import ground_of, stored_day
from dispatch.simulator.replay.commutes import BadCommutes, read_commutes
from dispatch.simulator.replay.replay import Wanted
from dispatch.simulator.replay.world import CENTRE, ZONE, centres_of
from dispatch.terms.fairness import area_of
from payouts.quote import PayPlan
from providers.routing.gateway import gateway
from rules.packs_on_file import DEFAULT, pack_for
from stores.models import Market

MADE_UP_MIDDLE, MADE_UP_ZONE = Point(36.16, -86.78), ZoneInfo("America/Chicago")


class NoSuchMarket(DomainError):
    """There is no market of that code, or it has no store."""

    code = "no_such_market"
    status = 404


class NothingOnFile(DomainError):
    """That market had no delivery due on that day."""

    code = "nothing_on_file"
    status = 404


def a_day(
    market: str, *, on: date, orders: int, trips: int, seed: int, rules: str = "", commutes: Path | None = None
) -> Scenario:
    """A day of made-up orders: around a market's stores, around made-up ones, or among the homes of a file.

    Raises:
        BadCommutes, NoSuchMarket: what was named cannot be used.
    """
    if commutes is not None:
        return _among_commutes(commutes, on=on, orders=orders, trips=trips, seed=seed, rules=rules)
    if market:
        ground = ground_of(_market(market), on=on, routing=gateway())
        if not ground.stores:
            raise NoSuchMarket
        ground = replace(ground, pack=pack_for(rules, on)) if rules else ground
    else:
        ground = _ground("A made-up metro", ring_of_stores(MADE_UP_MIDDLE, seed), MADE_UP_ZONE, on, rules)
    return made_up_day(ground, on=on, orders=orders, trips=trips, seed=seed)


def a_stored_day(market: str, *, on: date, seed: int, rules: str = "") -> Scenario:
    """A day that has been.

    Raises:
        NoSuchMarket, NothingOnFile: there is nothing to replay.
    """
    day = stored_day(_market(market), on=on, seed=seed, routing=gateway())
    if not day.orders:
        raise NothingOnFile
    return replace(day, pack=pack_for(rules, on)) if rules else day


def an_evening(wanted: Wanted, found: Sequence[Figures]) -> Scenario:
    """What a report says of an evening over the real actions: its name and size; its rows are gone."""
    ground = _ground("Chattanooga", [CENTRE], ZoneInfo(ZONE), wanted.on, "tennessee")
    placed = max((f.placed for f in found), default=0)
    return made_up_day(ground, on=wanted.on, orders=placed, trips=wanted.trips, seed=wanted.seed)


def _among_commutes(file: Path, *, on: date, orders: int, trips: int, seed: int, rules: str) -> Scenario:
    """Shoppers live where some rows do; the drivers of others declare their way home, and some their way to work."""
    commutes = read_commutes(file, CENTRE)
    if len(commutes) < orders + trips:
        raise BadCommutes(
            f"{orders} orders and {trips} trips need {orders + trips} commutes; there are {len(commutes)}."
        )
    stores = centres_of([one.home for one in commutes])
    ground = _ground(file.name, stores, ZoneInfo(ZONE), on, rules or "tennessee")
    r = np.random.default_rng([seed, 4])
    drawn = r.permutation(len(commutes))
    placed: list[Placed] = []
    for row in drawn[:orders].tolist():
        home = commutes[row].home
        away = np.array([store.metres_to(home) for store in stores])
        share = np.where(away <= np.sort(away)[:3][-1], 1 / (1 + away), 0.0)
        placed.append(one_order(r, stores, share / share.sum(), home))
    rides: list[Ride] = []
    for driver, row in enumerate(drawn[orders:].tolist()):
        if len(rides) >= trips:
            break
        one = commutes[row]
        like = habits_of(r, driver, area_of(one.home, ground.middle))
        leaves = (
            one.leaves_home.hour + one.leaves_home.minute / 60,
            one.leaves_work.hour + one.leaves_work.minute / 60,
        )
        if r.random() < 0.4:
            rides.append(way_of(like, r, one.home, one.work, leaves[0]))
        rides.append(way_of(like, r, one.work, one.home, leaves[1]))
    blank = made_up_day(ground, on=on, orders=0, trips=0, seed=seed)
    return replace(blank, orders=placed, rides=rides[:trips])


def _market(code: str) -> Market:
    found = Market.objects.select_related("ladder", "pay_scheme").filter(code=code).first()
    if found is None:
        raise NoSuchMarket
    return found


def _ground(name: str, stores: Sequence[Point], zone: ZoneInfo, on: date, rules: str) -> Ground:
    return Ground(name, stores, zone, Ladder(), PayPlan(), pack_for(rules or DEFAULT, on), gateway())
