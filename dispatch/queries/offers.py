"""Reading offers: a driver's open ones, whether one is as it was made, and how long one may stand."""

from datetime import datetime, timedelta

from django.db.models import Case, F, IntegerField, Prefetch, Value, When

from dispatch.models import Delivery, Offer, OfferItem
from dispatch.states import OfferStatus
from dispatch.terms.document import digest_of
from dispatch.terms.draft import Draft
from drivers.models import Driver

ASSIGNED_SECONDS = 300  # operations asks by hand, often a driver who is not looking at the phone


def open_offers_of(driver: Driver, now: datetime) -> list[Offer]:
    """Offers a driver can answer now: reserved ones first, then what pays most. Two queries."""
    reserved_first = Case(When(kind=Offer.Kind.BOARD, then=Value(1)), default=Value(0), output_field=IntegerField())
    items = OfferItem.objects.select_related("delivery__store").order_by("pk")
    rows = Offer.objects.filter(driver=driver, status=OfferStatus.OPEN, expires_at__gt=now)
    return list(
        rows.select_related("trip", "market", "driver")
        .prefetch_related(Prefetch("items", queryset=items))
        .order_by(reserved_first, -(F("pay_cents") + F("tip_cents")), "pk")
    )


def verify_offer(offer: Offer) -> bool:
    """Whether an offer is to the letter what was made: snapshot, every amount and every share, by its digest."""
    items = list(offer.items.select_related("delivery"))
    return offer.digest == digest_of(offer, [(str(item.delivery.public_id), item) for item in items])


def expiry_of(draft: Draft, now: datetime) -> datetime:
    """When an offer made now can be answered no more; never sooner than the law's time to answer."""
    ladder, least = draft.rates.ladder, timedelta(seconds=draft.rates.pack.min_answer_seconds)
    if draft.kind == Offer.Kind.RESERVED:
        return now + timedelta(seconds=draft.rates.reserve_seconds)
    if draft.kind == Offer.Kind.ASSIGNED:
        return now + max(least, timedelta(seconds=ASSIGNED_SECONDS))
    ends = [_step_ends(one, ladder.board_seconds, ladder.raise_seconds, now) for one in draft.deliveries]
    return max(now + least, min(ends))


def _step_ends(delivery: Delivery, board_seconds: int, raise_seconds: int, now: datetime) -> datetime:
    """When a delivery on the board goes on to the next step, and so to the next pay."""
    if delivery.step == Delivery.Step.OPERATIONS:
        return now + timedelta(seconds=max(board_seconds, raise_seconds))
    if delivery.step == Delivery.Step.NEW:  # it goes on the board with this very offer
        return now + timedelta(seconds=board_seconds)
    seconds = board_seconds if delivery.step == Delivery.Step.BOARD else raise_seconds
    return (delivery.step_at or now) + timedelta(seconds=seconds)
