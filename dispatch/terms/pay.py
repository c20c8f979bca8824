"""What an offer pays: the quote of its work, with the ladder's raises and no less than was promised before. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dispatch.models import Delivery
from dispatch.terms.journey import Journey
from payouts.quote import Parcel, PayPlan, PayQuote, RunQuote, Work, add_up, quote_run
from rules.pack import RulePack


@dataclass(frozen=True, slots=True)
class Raise:
    """What a delivery's pay is raised by, and what it may not fall below: what a driver who gave it back was to get."""

    cents: int = 0
    kept_cents: int = 0


def quote_offer(
    plan: PayPlan,
    pack: RulePack,
    journey: Journey,
    deliveries: Sequence[Delivery],
    raises: Sequence[Raise],
    *,
    joins_run: bool = False,
) -> RunQuote:
    """Quote an offer's work, delivery by delivery, in the order given; further ones of a run have no base of a run.

    The raise comes on top of the floor that the law sets: a raise that the floor swallowed would raise nothing.
    """
    work = Work(
        added_seconds=journey.added_seconds,
        added_metres=journey.added_metres,
        engaged_seconds=journey.engaged_seconds,
        engaged_metres=journey.engaged_metres,
        parcels=tuple(
            Parcel(grams=one.grams, units=one.unit_count, added_seconds=journey.marginal_seconds[one.pk])
            for one in deliveries
        ),
        joins_run=joins_run,
    )
    quote = quote_run(replace(plan, raise_steps_cents=(0,)), pack, work)
    shares = tuple(raised(share, by) for share, by in zip(quote.shares, raises, strict=True))
    return RunQuote(whole=add_up(shares), shares=shares)


def raised(share: PayQuote, by: Raise) -> PayQuote:
    """One delivery's pay with its raise."""
    more = max(by.cents, by.kept_cents - share.total_cents)
    return replace(share, raise_cents=share.raise_cents + more, total_cents=share.total_cents + more)


def detour_cents(quote: PayQuote) -> int:
    """Pay for added time and added way together."""
    return quote.detour_time_cents + quote.detour_distance_cents


def per_added_hour(total_cents: int, added_seconds: int) -> int | None:
    """What an offer comes to per added hour, rounded down; none when nothing is added."""
    return total_cents * 3_600 // added_seconds if added_seconds > 0 else None
