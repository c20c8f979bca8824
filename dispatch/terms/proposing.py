"""From a plan to offers: reserved to the best match, or on the board for every trip that fits. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dispatch.engine.explain import Consideration, Reason, explain
from dispatch.engine.plan import TripPlan
from dispatch.models import Delivery, Offer
from dispatch.queries.snapshot import Snapshot
from dispatch.terms.draft import Draft, Rates, StopOrder, draft_offer, fits_budget, why_of
from dispatch.terms.searching import Found

NEW_BOARD_OFFERS = 60  # a cycle: each is routed exactly; the next cycle makes those that are left
ON_BOARD = (Delivery.Step.BOARD, Delivery.Step.RAISED, Delivery.Step.OPERATIONS)
SINGLE: StopOrder = ((0, False), (0, True))


@dataclass(frozen=True, slots=True)
class Proposals:
    """Offers to be, and every trip that was weighed: (index of the delivery, what was found)."""

    drafts: list[Draft] = field(default_factory=list)
    considered: list[tuple[int, Consideration]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Cycle:
    snapshot: Snapshot
    found: Found
    rates: Rates
    rows: dict[int, list[Consideration]]

    def fitting(self, delivery: int) -> int:
        """How many trips a delivery fits."""
        return sum(row.fits for row in self.rows[delivery])

    def row(self, delivery: int, trip: int) -> Consideration | None:
        """What one trip would add by one delivery."""
        return next((row for row in self.rows[delivery] if row.trip == trip), None)


def propose(snapshot: Snapshot, found: Found, rates: Rates) -> Proposals:
    """Draft the offers of a plan; the reserved ones first, then at most so many for the board."""
    rows = {i: explain(found.problem, found.plan, i) for i in range(len(snapshot.deliveries)) if i not in found.failed}
    cycle = _Cycle(snapshot, found, rates, rows)
    drafts = [draft for trip in found.trips for draft in _for_trip(cycle, trip)]
    board = _for_board(cycle, taken={draft.key for draft in drafts})
    for draft in board:
        if len(drafts) >= NEW_BOARD_OFFERS + len(found.trips):
            break
        drafts.append(draft)
    considered = [(i, row) for i, found_rows in rows.items() for row in found_rows]
    return Proposals(drafts=drafts, considered=considered)


def _for_trip(cycle: _Cycle, plan: TripPlan) -> Iterator[Draft]:
    """What one route brings: what is new is reserved for its driver; a batch of what is on the board goes there too."""
    steps = {i: cycle.snapshot.deliveries[i].step for i in plan.deliveries}
    fresh = [i for i in plan.deliveries if steps[i] == Delivery.Step.NEW]
    posted = [i for i in plan.deliveries if steps[i] in ON_BOARD]
    if fresh:
        yield from _draft(cycle, Offer.Kind.RESERVED, plan.trip, fresh, _order(plan, fresh))
    if len(posted) > 1:
        yield from _draft(cycle, Offer.Kind.BOARD, plan.trip, posted, _order(plan, posted))


def _for_board(cycle: _Cycle, taken: set[tuple[int, frozenset[int]]]) -> Iterator[Draft]:
    """Offer what is on the board to every trip it fits, the smallest detour first, save where it is offered."""
    for i, rows in cycle.rows.items():
        if cycle.snapshot.deliveries[i].step not in ON_BOARD:
            continue
        for row in rows:
            key = (cycle.snapshot.trips[row.trip].pk, frozenset({cycle.snapshot.deliveries[i].pk}))
            # What another delivery keeps from a trip by the plan, the driver may well prefer.
            if (row.fits or row.reason == Reason.OTHER_DELIVERY) and key not in taken:
                yield from _draft(cycle, Offer.Kind.BOARD, row.trip, [i], SINGLE)


def _order(plan: TripPlan, kept: Sequence[int]) -> StopOrder:
    """The route's stops that belong to some of its deliveries: leaving others out keeps every limit."""
    place = {delivery: position for position, delivery in enumerate(kept)}
    return [(place[stop.delivery], stop.is_drop) for stop in plan.stops if stop.delivery in place]


def _draft(
    cycle: _Cycle, kind: Offer.Kind, trip_index: int, indices: Sequence[int], stops: StopOrder
) -> Iterator[Draft]:
    """Draft one offer, unless it stands already as it would be made, breaks the budget, or was declined for no less."""
    snapshot, trip = cycle.snapshot, cycle.snapshot.trips[trip_index]
    deliveries = [snapshot.deliveries[i] for i in indices]
    standing = snapshot.open_offers.get((trip.pk, frozenset(one.pk for one in deliveries)))
    if standing is not None and standing.raises >= sum(one.raises for one in deliveries):
        return
    row = cycle.row(indices[0], trip_index)
    if row is None:
        return
    draft = draft_offer(
        kind=kind,
        trip=trip,
        deliveries=deliveries,
        stops=stops,
        why=why_of(row, max(1, cycle.fitting(indices[0]))),
        rates=cycle.rates,
        kept_pay=snapshot.kept_pay,
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
