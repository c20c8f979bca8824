"""Replaying real commutes: an evening of orders and trips through the real road, settled to the last cent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from common.clock import moment
from dispatch.simulator.clock import Clock, living_at
from dispatch.simulator.dice import dice as fair_dice
from dispatch.simulator.inline import relay_here, without_workers
from dispatch.simulator.replay.commutes import Commute
from dispatch.simulator.replay.evening import Evening
from dispatch.simulator.replay.figures import Figures, figures_of
from dispatch.simulator.replay.world import ZONE, World, build_world
from dispatch.terms.searching import Solve
from orders.tasks.money import sweep_payments
from payouts.actions.bank import NothingToPay, send_settlement, settle_settlement
from payouts.actions.settlements import approve_settlement, close_settlement
from payouts.models import Settlement
from payouts.queries.periods import week_of
from stores.actions.windows import make_windows

Tell = Callable[[str, float], None]
Prepare = Callable[[World], None]
MORNING = time(7)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much of a file is replayed, on what day, and with which dice."""

    orders: int
    trips: int
    seed: int
    on: date


def replay(
    commutes: Sequence[Commute],
    wanted: Wanted,
    tell: Tell,
    *,
    solver: Solve | None = None,
    prepare: Prepare | None = None,
) -> Figures:
    """Live one evening in this database, which must be empty, and settle it; `tell` hears how far it is.

    `solver` takes the engine's place, and `prepare` may change the world's rules before anything happens.

    Raises:
        BadCommutes: there are too few rows.
    """
    dice = fair_dice(wanted.seed)
    clock = Clock(moment(wanted.on, MORNING, ZoneInfo(ZONE)))
    with living_at(clock), without_workers():
        tell("Making stores, drivers and shoppers", 0.0)
        world = build_world(commutes, orders=wanted.orders, trips=wanted.trips, dice=dice, now=clock.now)
        if prepare is not None:
            prepare(world)
        make_windows(now=clock.now, days_ahead=0)
        relay_here(clock)
        evening = Evening(world, wanted.on, clock, dice, solver)
        length = (evening.ends_at - evening.starts_at) / timedelta(seconds=1)

        def passed(now: datetime) -> None:
            local = now.astimezone(world.market.zone)
            tell(f"{local:%H:%M}", (now - evening.starts_at).total_seconds() / length)

        evening.live(passed)
        tell("Paying drivers", 1.0)
        return figures_of(evening, _settle(world, wanted.on, clock))


def _settle(world: World, on: date, clock: Clock) -> Settlement:
    """Finish every payment, then close the firm's week, approve it, send it to the bank and see it paid."""
    by = "system"
    starts_at, ends_at = week_of(world.firm, on)
    clock.now = ends_at + timedelta(hours=9)
    sweep_payments()
    relay_here(clock)
    closed = close_settlement(firm_id=world.firm.pk, starts_at=starts_at, ends_at=ends_at, by=by, now=clock.now)
    approve_settlement(settlement_id=closed.pk, by=by, now=clock.now)
    try:
        sent = send_settlement(settlement_id=closed.pk, by=by, now=clock.now)
    except NothingToPay:
        return closed  # nobody drove that evening
    relay_here(clock)
    settle_settlement(settlement_id=sent.pk, by=by, now=clock.now + timedelta(days=2))
    return sent


def keep_cards_apart(folder: Path) -> None:
    """Let the built-in gateway keep this replay's cards in a folder of its own; called before it is first asked."""
    if "state_dir" in settings.PAYMENTS_OPTIONS:
        settings.PAYMENTS_OPTIONS = {**settings.PAYMENTS_OPTIONS, "state_dir": str(folder)}
