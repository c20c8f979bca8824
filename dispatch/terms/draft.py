"""An offer worked out but not yet made: everything it will say except when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import structlog

from dispatch.engine.explain import Consideration, Reason
from dispatch.engine.words import sentence
from dispatch.models import Delivery, Ladder, Stop
from dispatch.queries.rows import DROP_SECONDS, PICK_SECONDS, leaves_until
from dispatch.queries.standing import standing_of
from dispatch.queries.under_way import UnderWay
from dispatch.terms.journey import Ends, Halt, Journey, journey_of
from dispatch.terms.pay import Raise, quote_offer
from drivers.models import Trip
from payouts.quote import PayPlan, RunQuote
from providers.routing.base import Routing
from rules.pack import RulePack
from rules.packs_on_file import DEFAULT, pack_codes, pack_for
from stores.models import Market

log = structlog.get_logger(__name__)

# (index of the delivery, is it the drop), in driving order; indices beyond the offer's own are those of the run
StopOrder = Sequence[tuple[int, bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What holds for every offer of one market at one moment."""

    market: Market
    ladder: Ladder
    plan: PayPlan
    pack: RulePack
    routing: Routing
    at: datetime
    engine_version: str
    seed: int

    @property
    def reserve_seconds(self) -> int:
        """How long a reserved offer stands: the ladder's time, never less than the law's."""
        return max(self.ladder.reserve_seconds, self.pack.min_answer_seconds)


@dataclass(frozen=True, slots=True)
class Why:
    """Why this trip: a stable code, the numbers in it, and one sentence in each language."""

    code: str
    numbers: Mapping[str, int]
    en: str
    es: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One offer to be. `deliveries`, shares of the quote and raises are in the same order.

    `halts` are all stops of the drive; with `joins` they hold those that the run is bound to, in their order.
    """

    kind: str
    trip: Trip
    joins: UnderWay | None
    deliveries: tuple[Delivery, ...]
    halts: tuple[Halt, ...]
    journey: Journey
    quote: RunQuote
    why: Why
    rates: Rates
    replaces: int | None = None
    public_id: UUID = field(default_factory=uuid4)

    @property
    def roads(self) -> Routing:
        """What its times come from: the road engine, or the estimator while that is away."""
        return self.rates.routing.estimator if self.journey.is_estimated else self.rates.routing

    @property
    def key(self) -> tuple[int, frozenset[int]]:
        """Which trip is offered what."""
        return self.trip.pk, frozenset(delivery.pk for delivery in self.deliveries)


def draft_offer(
    *,
    kind: str,
    trip: Trip,
    deliveries: Sequence[Delivery],
    stops: StopOrder,
    reason: Reason,
    fitting: int,
    rates: Rates,
    kept_pay: Mapping[int, int],
    joins: UnderWay | None = None,
    replaces: int | None = None,
) -> Draft:
    """Work out an offer: the way with and without its stops, what that pays, and why it is made.

    `fitting` is how many trips the delivery fits, 0 when they were not counted. With `joins` only what the deliveries
    add to that run as it is now counts: as way, as time and as pay.
    """
    halts = halts_of(deliveries, stops, joins, rates)
    ends = _ends(trip, rates.at) if joins is None else _ends_under_way(joins, rates)
    journey = journey_of(ends, halts, routing=rates.routing, at=rates.at)
    raises = [Raise(rates.ladder.raise_cents * one.raises, kept_pay.get(one.pk, 0)) for one in deliveries]
    return Draft(
        kind=kind,
        trip=trip,
        joins=joins,
        deliveries=tuple(deliveries),
        halts=halts,
        journey=journey,
        quote=quote_offer(rates.plan, rates.pack, journey, deliveries, raises, joins_run=joins is not None),
        why=why_of(reason, fitting, journey),
        rates=rates,
        replaces=replaces,
    )


def fits_budget(draft: Draft) -> bool:
    """Whether the way as routed, not only as the engine's tables had it, stays within what the driver adds at most.

    Of a run nothing accepted is worsened: no door is late that would be in time, none later that is late already.
    """
    trip, journey, joins = draft.trip, draft.journey, draft.joins
    seconds, metres = trip.max_extra_seconds, trip.max_extra_metres
    if joins is not None:
        seconds, metres = joins.spare_seconds, joins.spare_metres
    in_time = journey.arrives_at <= (max(trip.arrive_by, journey.arrives_without) if joins else trip.arrive_by)
    is_online = trip.destination is None
    within = is_online or (journey.added_seconds <= seconds and journey.added_metres <= metres)
    return in_time and within and (joins is None or _keeps_promises(draft, joins))


def _keeps_promises(draft: Draft, joins: UnderWay) -> bool:
    """Whether every door that the run is bound to is still reached by its deadline, or no later than without."""
    due = {stop.pk: stop.delivery.due_by for stop in joins.ahead if stop.kind == Stop.Kind.DROP}
    return all(
        halt.stop not in due or arrives <= max(due[halt.stop], draft.journey.before[halt.stop][0])
        for halt, (arrives, _) in zip(draft.halts, draft.journey.times, strict=True)
    )


def why_of(reason: Reason, fitting: int, journey: Journey) -> Why:
    """The engine's reason in a sentence, with the offer's own minutes and miles."""
    row = Consideration(0, reason if fitting else Reason.FITS, journey.added_seconds, journey.added_metres)
    en, es = sentence(row, fitting=max(1, fitting)), sentence(row, fitting=max(1, fitting), language="es")
    numbers = {"added_seconds": row.added_s, "added_metres": row.added_m, "fitting_trips": fitting}
    return Why(code=str(reason), numbers=numbers, en=en, es=es)


def law_of(market: Market, on: date) -> RulePack:
    """The rule pack of a market on one of its own days; the default one where it names none that is on file."""
    if market.rule_pack in pack_codes():
        return pack_for(market.rule_pack, on)
    log.error("unknown_rule_pack", market=market.code, pack=market.rule_pack, instead=DEFAULT)
    return pack_for(DEFAULT, on)


def halts_of(
    deliveries: Sequence[Delivery], stops: StopOrder, joins: UnderWay | None, rates: Rates
) -> tuple[Halt, ...]:
    """The stops of a drive in their order; those of the run that it joins are known by their rows."""
    together = [*deliveries, *(joins.deliveries if joins else ())]
    bound = {(stop.delivery_id, stop.kind != Stop.Kind.PICKUP): stop for stop in (joins.ahead if joins else ())}
    return tuple(
        _halt(together[index], is_drop, rates, bound.get((together[index].pk, is_drop))) for index, is_drop in stops
    )


def _halt(delivery: Delivery, is_drop: bool, rates: Rates, bound: Stop | None) -> Halt:
    """A pick-up can start once the bags are ready, and not so early that the drop would come before its window."""
    stop = None if bound is None else bound.pk
    if bound is not None and bound.kind == Stop.Kind.RETURN:
        return Halt(delivery.pk, True, bound.point, PICK_SECONDS, stop=stop, goes_back=True)
    if is_drop:
        return Halt(delivery.pk, True, delivery.drop, DROP_SECONDS, stop=stop)
    ride = rates.routing.leg(delivery.pickup, delivery.drop, rates.at).seconds
    opens = delivery.due_from - timedelta(seconds=ride + PICK_SECONDS)
    return Halt(delivery.pk, False, delivery.pickup, PICK_SECONDS, max(rates.at, opens), stop)


def _ends(trip: Trip, now: datetime) -> Ends:
    return Ends(trip.origin, trip.destination, max(now, trip.departs_at), max(now, leaves_until(trip)))


def _ends_under_way(joins: UnderWay, rates: Rates) -> Ends:
    now = standing_of(joins, rates.routing, rates.at)
    return Ends(now.here, joins.trip.destination, now.leaves_from, now.leaves_until)
