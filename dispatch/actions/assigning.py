"""Operations chooses a driver by hand, with a reason that is kept."""

from datetime import datetime

from common.errors import DomainError, InvalidInput
from common.transactions import outside_transaction
from dispatch.actions.offering import make_offers
from dispatch.engine.explain import best_stops, explain
from dispatch.engine.solve import solve
from dispatch.engine.words import sentence
from dispatch.models import Delivery, Offer
from dispatch.queries.cycle_rows import cycle_rows
from dispatch.queries.ladders import ladder_of
from dispatch.queries.rates import rates_at
from dispatch.queries.snapshot import Snapshot, kept_pay, open_trips
from dispatch.queries.under_way import runs_under_way
from dispatch.states import DeliveryStatus
from dispatch.terms.draft import Draft, draft_offer, fits_budget
from providers.routing.base import Routing
from providers.routing.gateway import gateway


class NotWaiting(DomainError):
    """This delivery is not waiting for a driver any more. Reload the page to see where it stands."""

    code = "not_waiting"


class TripNotFree(DomainError):
    """That driver cannot be asked now: the trip is over, the run is full, or there is another offer to answer."""

    code = "trip_not_free"


class DoesNotFit(DomainError):
    """This delivery does not fit that trip."""

    code = "does_not_fit"


@outside_transaction
def assign_delivery(*, delivery_id: int, trip_id: int, by: str, reason: str, now: datetime) -> Offer:
    """Offer a waiting delivery to one driver alone, chosen by operations; every other offer of it is taken back.

    The driver may still say no, at no cost: drivers are independent. What a driver never takes, and what a trip has
    no room or time for, cannot be assigned either. A driver on a run is offered it as an add-on.

    Raises:
        InvalidInput: no reason was given.
        NotWaiting, TripNotFree, DoesNotFit: it cannot be offered so.
    """
    if not reason.strip():
        raise InvalidInput("Say why this driver: the reason is kept with the delivery.")
    delivery = Delivery.objects.select_related("market__ladder", "market__pay_scheme", "store").get(pk=delivery_id)
    if delivery.status != DeliveryStatus.READY:
        raise NotWaiting
    draft = _draft(_snapshot(delivery, trip_id, now), gateway())
    made = make_offers(drafts=[draft], now=now, by=by, reason=reason.strip()[:300])
    if not made:
        raise TripNotFree
    return made[0]


def _snapshot(delivery: Delivery, trip_id: int, now: datetime) -> Snapshot:
    """One delivery and one trip, free or under way, as a cycle would see them; what was declined may be asked again."""
    market = delivery.market
    runs = tuple(runs_under_way(market=market, now=now, trip_id=trip_id))
    free = () if runs else tuple(open_trips(market=market, now=now).filter(pk=trip_id))
    if not (free or runs):
        raise TripNotFree
    return Snapshot(
        market=market,
        ladder=ladder_of(market),
        at=now,
        deliveries=(delivery,),
        trips=(*free, *(one.trip for one in runs)),
        runs=runs,
        declined={},
        open_offers={},
        kept_pay=kept_pay([delivery.pk]),
        weighed_at={},
        asked={},
        lately=(),
    )


def _draft(snapshot: Snapshot, routing: Routing) -> Draft:
    (delivery,), (trip,) = snapshot.deliveries, snapshot.trips
    rows = cycle_rows(snapshot, routing)
    problem = rows.problem(rows.waiting, rows.trips, routing=routing, at=snapshot.at)
    row = next(iter(explain(problem, solve(problem, seed=0), 0, most=1)), None)
    stops = best_stops(problem, 0, 0)
    if row is None or not row.fits or stops is None:
        raise DoesNotFit(sentence(row) if row else None)
    draft = draft_offer(
        kind=Offer.Kind.ASSIGNED,
        trip=trip,
        deliveries=[delivery],
        stops=[(code // 2, bool(code % 2)) for code in stops],
        reason=row.reason,
        fitting=1,
        rates=rates_at(snapshot.market, routing=routing, now=snapshot.at),
        kept_pay=snapshot.kept_pay,
        joins=snapshot.run_on(0),
    )
    if not fits_budget(draft):
        raise DoesNotFit
    return draft
