"""Operations chooses a driver by hand, with a reason that is kept."""

from datetime import datetime

from common.errors import DomainError, InvalidInput
from common.transactions import outside_transaction
from dispatch.actions.offering import make_offers
from dispatch.engine.build import build_problem
from dispatch.engine.explain import Consideration, explain
from dispatch.engine.solve import solve
from dispatch.engine.words import sentence
from dispatch.models import Delivery, Offer
from dispatch.queries.rates import rates_at
from dispatch.queries.rows import delivery_row, ride_seconds, trip_row
from dispatch.queries.snapshot import kept_pay, open_trips
from dispatch.states import DeliveryStatus
from dispatch.terms.draft import Draft, draft_offer, fits_budget
from dispatch.terms.proposing import SINGLE
from drivers.models import Trip
from providers.routing.base import Routing
from providers.routing.gateway import gateway


class NotWaiting(DomainError):
    """This delivery is not waiting for a driver any more. Reload the page to see where it stands."""

    code = "not_waiting"


class TripNotFree(DomainError):
    """That driver cannot be asked now: the trip is over, or the driver is on a run or has another offer to answer."""

    code = "trip_not_free"


class DoesNotFit(DomainError):
    """This delivery does not fit that trip."""

    code = "does_not_fit"


@outside_transaction
def assign_delivery(*, delivery_id: int, trip_id: int, by: str, reason: str, now: datetime) -> Offer:
    """Offer a waiting delivery to one driver alone, chosen by operations; every other offer of it is taken back.

    The driver may still say no, at no cost: drivers are independent. What a driver never takes, and what a trip has
    no room or time for, cannot be assigned either.

    Raises:
        InvalidInput: no reason was given.
        NotWaiting, TripNotFree, DoesNotFit: it cannot be offered so.
    """
    if not reason.strip():
        raise InvalidInput("Say why this driver: the reason is kept with the delivery.")
    delivery = Delivery.objects.select_related("market__ladder", "market__pay_scheme", "store").get(pk=delivery_id)
    if delivery.status != DeliveryStatus.READY:
        raise NotWaiting
    trip = open_trips(market=delivery.market, now=now).filter(pk=trip_id).first()
    if trip is None:
        raise TripNotFree
    draft = _draft(delivery, trip, now)
    made = make_offers(drafts=[draft], now=now, by=by, reason=reason.strip()[:300])
    if not made:
        raise TripNotFree
    return made[0]


def weigh(delivery: Delivery, trips: list[Trip], routing: Routing, now: datetime) -> list[Consideration]:
    """Hold some trips against one delivery, whatever else waits; `trip` is the place in the list."""
    (ride,) = ride_seconds([delivery], routing, now)
    rows = [delivery_row(delivery, now, ride)]
    problem = build_problem(rows, [trip_row(trip, now) for trip in trips], routing=routing, at=now)
    return explain(problem, solve(problem, seed=0), 0, most=len(trips))


def _draft(delivery: Delivery, trip: Trip, now: datetime) -> Draft:
    routing = gateway()
    row = next(iter(weigh(delivery, [trip], routing, now)), None)
    if row is None or not row.fits:
        raise DoesNotFit(sentence(row) if row else None)
    draft = draft_offer(
        kind=Offer.Kind.ASSIGNED,
        trip=trip,
        deliveries=[delivery],
        stops=SINGLE,
        reason=row.reason,
        fitting=1,
        rates=rates_at(delivery.market, routing=routing, now=now),
        kept_pay=kept_pay([delivery.pk]),
    )
    if not fits_budget(draft):
        raise DoesNotFit
    return draft
