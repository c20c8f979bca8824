"""From a plan to offers: reserved to the best match, or on the board for every trip that fits. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice

from dispatch.engine.acceptance import Acceptance
from dispatch.engine.explain import Consideration, Reason, best_stops, explain
from dispatch.engine.plan import TripPlan
from dispatch.models import Delivery, Offer
from dispatch.queries.cycle_rows import bound_numbers
from dispatch.queries.snapshot import Snapshot
from dispatch.terms.batching import ON_BOARD, Waiting, reserved_together
from dispatch.terms.draft import Draft, Rates, StopOrder, draft_offer, fits_budget
from dispatch.terms.searching import Found

# A cycle makes so many offers and the next one those that are left: each is routed exactly and written under locks.
RESERVED_OFFERS = 200
NEW_BOARD_OFFERS = 60
# Holding one delivery against its trips costs some 30 ms, so a cycle does it for so many and the next one goes on.
RESERVED_WEIGHED = 8  # of those that are offered to one driver, so that "why me" can say of how many
POSTED_WEIGHED = 10  # of those on the board, the longest not weighed first
OTHERS_WEIGHED = 4  # of the rest, so that "why not me" has an answer
WEIGHED_ANEW = timedelta(seconds=30)
SINGLE: StopOrder = ((0, False), (0, True))


@dataclass(frozen=True, slots=True)
class Proposals:
    """Offers to be, the trips that were weighed for each delivery looked at, and what is kept for a later trip."""

    drafts: list[Draft] = field(default_factory=list)
    considered: dict[int, list[Consideration]] = field(default_factory=dict)
    held: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Cycle:
    snapshot: Snapshot
    found: Found
    rates: Rates
    belief: Acceptance
    weighed: dict[int, list[Consideration]] = field(default_factory=dict)

    def rows(self, delivery: int) -> list[Consideration]:
        """Trips held against a delivery; worked out once, and only for those asked about: it costs some ms each."""
        if delivery not in self.weighed:
            self.weighed[delivery] = explain(self.found.problem, self.found.plan, delivery)
        return self.weighed[delivery]

    def longest_ago(self, *, posted: bool) -> list[int]:
        """Deliveries on the board, or those not on it, the longest not weighed first; what failed is left out."""
        snapshot = self.snapshot
        chosen = [
            i
            for i, one in enumerate(snapshot.deliveries)
            if (one.step in ON_BOARD) == posted and i not in self.found.failed
        ]
        return sorted(chosen, key=lambda i: snapshot.weighed_at.get(snapshot.deliveries[i].pk, LONG_AGO))

    def waiting(self, delivery: int) -> Waiting:
        """Where a delivery stands, as far as it matters to whether it is reserved with others."""
        snapshot, one = self.snapshot, self.snapshot.deliveries[delivery]
        shown_at = snapshot.shown_at.get(one.pk, LONG_AGO)
        is_being_read = self.rates.at - shown_at < timedelta(seconds=self.rates.pack.min_answer_seconds)
        return Waiting(one.step, snapshot.asked.get(one.pk, 0), is_being_read)

    def place(self, trip: int, kept: Sequence[int]) -> dict[int, int]:
        """Index in an offer by the engine's number: its own deliveries first, then those of the run it joins."""
        joins, numbers = self.snapshot.run_on(trip), bound_numbers(self.snapshot)
        return {
            i: at for at, i in enumerate([*kept, *(numbers[one.pk] for one in (joins.deliveries if joins else ()))])
        }


LONG_AGO = datetime.min.replace(tzinfo=UTC)


def propose(snapshot: Snapshot, found: Found, rates: Rates, belief: Acceptance) -> Proposals:
    """Draft the offers of a plan: the reserved ones first, then those for the board, as many as one cycle can make."""
    cycle = _Cycle(snapshot, found, rates, belief)
    soonest_first = sorted(found.trips, key=lambda trip: min(snapshot.deliveries[i].due_by for i in trip.deliveries))
    offered_now = [trip for trip in soonest_first if not _leaves_later(snapshot, trip)]
    later = [trip for trip in soonest_first if _leaves_later(snapshot, trip)]
    for trip in offered_now[:RESERVED_WEIGHED]:
        cycle.rows(trip.deliveries[0])
    drafts: list[Draft] = []
    for trip in offered_now:
        if len(drafts) >= RESERVED_OFFERS:
            later.append(trip)
        else:
            drafts += [made for draft in _for_trip(cycle, trip) for made in _as_advised(cycle, trip, draft)]
    reserved = {one.pk for draft in drafts if draft.kind == Offer.Kind.RESERVED for one in draft.deliveries}
    posted = [i for i in cycle.longest_ago(posted=True) if snapshot.deliveries[i].pk not in reserved][:POSTED_WEIGHED]
    drafts += islice(_for_board(cycle, posted, taken={draft.key for draft in drafts}), NEW_BOARD_OFFERS)
    stale = rates.at - WEIGHED_ANEW
    for i in cycle.longest_ago(posted=False)[:OTHERS_WEIGHED]:
        if snapshot.weighed_at.get(snapshot.deliveries[i].pk, LONG_AGO) < stale:
            cycle.rows(i)
    held = frozenset(i for trip in later for i in trip.deliveries)
    return Proposals(drafts=drafts, considered=cycle.weighed, held=held)


def _leaves_later(snapshot: Snapshot, plan: TripPlan) -> bool:
    """Whether there is time to look for something better before a trip must be asked."""
    return snapshot.trips[plan.trip].departs_at > snapshot.at + timedelta(seconds=snapshot.ladder.ahead_seconds)


def _for_trip(cycle: _Cycle, plan: TripPlan) -> Iterator[Draft]:
    """What one route brings is reserved for its driver as a whole; several that stay on the board go there together."""
    deliveries = cycle.snapshot.deliveries
    reserved = next((draft for some in _together(cycle, plan) for draft in _reserve(cycle, plan, some)), None)
    if reserved is not None:
        yield reserved
    taken = {one.pk for one in reserved.deliveries} if reserved else set()
    posted = [i for i in plan.deliveries if deliveries[i].step in ON_BOARD and deliveries[i].pk not in taken]
    if len(posted) > 1:
        yield from _draft(cycle, Offer.Kind.BOARD, plan.trip, posted, _order(cycle, plan, posted), Reason.CHOSEN)


def _as_advised(cycle: _Cycle, plan: TripPlan, draft: Draft) -> Iterator[Draft]:
    """Reserve what is more likely taken than not; what is not goes on the board at once, to several trips in parallel.

    Waiting for the one driver whose way it fits best would cost the time in which others could say yes. From the next
    cycle on the board is open to every trip that it fits.
    """
    tips = sum(one.tip_cents for one in draft.deliveries)
    pay, added = draft.quote.whole.total_cents + tips, draft.journey.added_seconds
    if draft.kind != Offer.Kind.RESERVED or cycle.belief.is_likely(pay_cents=pay, added_s=added):
        yield draft
        return
    fresh = [i for i in plan.deliveries if cycle.snapshot.deliveries[i].step == Delivery.Step.NEW]
    others = {i: [row for row in cycle.rows(i) if row.fits and row.trip != plan.trip] for i in fresh}
    fitting = 1 + max((len(rows) for rows in others.values()), default=0)
    advice = cycle.belief.advise(pay_cents=pay, added_s=added, fitting=fitting)
    if advice.reserve:
        yield draft
        return
    yield replace(draft, kind=Offer.Kind.BOARD)
    for i, rows in others.items():
        for row in rows[: advice.parallel - 1]:
            yield from _draft(cycle, Offer.Kind.BOARD, row.trip, [i], _alone(cycle, row.trip, i), row.reason)


def _together(cycle: _Cycle, plan: TripPlan) -> Iterator[list[int]]:
    """What to reserve of a route: the whole, else without what its driver once declined, else only what is new."""
    snapshot, driver = cycle.snapshot, cycle.snapshot.trips[plan.trip].driver_id
    route = [cycle.waiting(i) for i in plan.deliveries]
    places = reserved_together(route, max_reserves=snapshot.ladder.max_reserves)
    whole = [plan.deliveries[place] for place in places]
    fresh = [i for i in whole if snapshot.deliveries[i].step == Delivery.Step.NEW]
    welcome = [i for i in whole if (snapshot.deliveries[i].pk, driver) not in snapshot.declined]
    tried: list[list[int]] = [[]]
    for some in (whole, welcome, fresh):
        if some not in tried and (some == fresh or len(some) > 1):
            tried.append(some)
            yield some


def _reserve(cycle: _Cycle, plan: TripPlan, some: Sequence[int]) -> Iterator[Draft]:
    return _draft(cycle, Offer.Kind.RESERVED, plan.trip, some, _order(cycle, plan, some), Reason.CHOSEN)


def _for_board(cycle: _Cycle, posted: Sequence[int], taken: set[tuple[int, frozenset[int]]]) -> Iterator[Draft]:
    """Offer what is on the board to every trip it fits, the smallest detour first, save where it is offered."""
    for i in posted:
        for row in cycle.rows(i):
            key = (cycle.snapshot.trips[row.trip].pk, frozenset({cycle.snapshot.deliveries[i].pk}))
            # What another delivery keeps from a trip by the plan, the driver may well prefer.
            if (row.fits or row.reason == Reason.OTHER_DELIVERY) and key not in taken:
                yield from _draft(cycle, Offer.Kind.BOARD, row.trip, [i], _alone(cycle, row.trip, i), row.reason)


def _order(cycle: _Cycle, plan: TripPlan, kept: Sequence[int]) -> StopOrder:
    """The route's stops that belong to some of its deliveries or to its run: leaving others out keeps every limit."""
    place = cycle.place(plan.trip, kept)
    return [(place[stop.delivery], stop.is_drop) for stop in plan.stops if stop.delivery in place]


def _alone(cycle: _Cycle, trip: int, delivery: int) -> StopOrder:
    """The stops of one delivery on a trip; on a run under way where it adds least, none where it fits nowhere."""
    if cycle.snapshot.run_on(trip) is None:
        return SINGLE
    place = cycle.place(trip, [delivery])
    codes = best_stops(cycle.found.problem, trip, delivery) or []
    return [(place[code // 2], bool(code % 2)) for code in codes]


def _draft(
    cycle: _Cycle, kind: Offer.Kind, trip_index: int, indices: Sequence[int], stops: StopOrder, reason: Reason
) -> Iterator[Draft]:
    """Draft one offer, unless it stands already as it would be made, breaks the budget, or was declined for no less."""
    if not stops:
        return
    snapshot, trip = cycle.snapshot, cycle.snapshot.trips[trip_index]
    deliveries = [snapshot.deliveries[i] for i in indices]
    standing = snapshot.open_offers.get((trip.pk, frozenset(one.pk for one in deliveries)))
    if standing is not None and standing.raises >= sum(one.raises for one in deliveries):
        return
    draft = draft_offer(
        kind=kind,
        trip=trip,
        deliveries=deliveries,
        stops=stops,
        reason=reason,
        fitting=sum(row.fits for row in cycle.weighed.get(indices[0], ())),
        rates=cycle.rates,
        kept_pay=snapshot.kept_pay,
        joins=snapshot.run_on(trip_index),
        replaces=standing.pk if standing else None,
    )
    if fits_budget(draft) and not _was_declined(snapshot, draft):
        yield draft


def _was_declined(snapshot: Snapshot, draft: Draft) -> bool:
    """Whether its driver once declined one of these deliveries for as much or more."""
    for one, share in zip(draft.deliveries, draft.quote.shares, strict=True):
        before = snapshot.declined.get((one.pk, draft.trip.driver_id))
        if before is not None and share.total_cents <= before.pay_cents:
            return True
    return False
