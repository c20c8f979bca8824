"""Making offers, and taking back what can no longer be answered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from common.live import publish
from common.transactions import needs_transaction
from dispatch.actions.locking import lock_deliveries
from dispatch.actions.steps import RESERVED_KINDS, take_step
from dispatch.models import Delivery, Offer, OfferItem, Run, Stop
from dispatch.queries.add_ons import stale_add_ons
from dispatch.queries.offers import expiry_of
from dispatch.states import DeliveryStatus, OfferStatus, RunStatus
from dispatch.terms.document import offer_of
from dispatch.terms.draft import Draft
from drivers.models import Trip
from drivers.states import TripStatus
from events.actions.move import SYSTEM, move_all, note_all

BATCH = 500
Step = Delivery.Step


@dataclass(frozen=True, slots=True)
class _Grip:
    """What is locked while offers are written: deliveries, trips and runs as they are now, and who has been asked."""

    deliveries: dict[int, Delivery]
    trips: dict[int, str]
    ahead: dict[int, list[int]]  # of active runs, the stops not reached yet
    driving: frozenset[int]
    asked: frozenset[int]
    reserved: frozenset[int]  # deliveries that one driver alone has to answer for


@transaction.atomic(durable=True)
def make_offers(*, drafts: Sequence[Draft], now: datetime, by: str = SYSTEM, reason: str = "") -> list[Offer]:
    """Write the offers that still hold true, each as a snapshot nobody can change; return them.

    Locks the deliveries in the order of their pks, then the runs and trips that nobody else holds. A draft made from a
    state that has passed is dropped: the next cycle sees what is. The clock of an offer starts at `now`. The number of
    statements does not grow with the number of offers.
    """
    if not drafts:
        return []
    grip = _take_hold(drafts)
    good = list(_still_good(drafts, grip))
    if not good:
        return []
    reserved = [draft for draft in good if draft.kind in RESERVED_KINDS]
    _withdraw([draft.replaces for draft in good if draft.replaces is not None], now=now, reason="raised")
    alone = [one.pk for draft in reserved for one in draft.deliveries]
    withdraw_offers(delivery_ids=alone, now=now, by=by, reason="reserved for one driver")
    made = [offer_of(draft, made_at=now, expires_at=expiry_of(draft, now)) for draft in good]
    offers = Offer.objects.bulk_create(offer for offer, _ in made)
    OfferItem.objects.bulk_create(item for _, items in made for item in items)
    note_all(offers, now=now, by=by, reason=reason)
    steps_on = [one.pk for draft in reserved for one in draft.deliveries if _steps_on(draft, one)]
    take_step([grip.deliveries[pk] for pk in steps_on], Step.RESERVED, now=now, by=by, reason=reason)
    posted = {one.pk for draft in good if draft.kind not in RESERVED_KINDS for one in draft.deliveries}
    new = [grip.deliveries[pk] for pk in sorted(posted) if grip.deliveries[pk].step == Step.NEW]
    take_step(new, Step.BOARD, now=now, by=by, reason=reason or "unlikely to be taken by one")
    Trip.objects.filter(pk__in=[draft.trip.pk for draft in reserved]).update(last_offered_at=now)
    tell_drivers(offers)
    return offers


@needs_transaction
def withdraw_offers(
    *, delivery_ids: Sequence[int], now: datetime, reason: str, by: str = SYSTEM, keep: int | None = None
) -> int:
    """Take back every open offer that holds one of some locked deliveries, save one; return how many."""
    holding = OfferItem.objects.filter(delivery__in=delivery_ids, offer__status=OfferStatus.OPEN).values("offer")
    rows = _open_offers().filter(pk__in=holding).exclude(pk__in=_kept(keep))
    return _end(rows, OfferStatus.WITHDRAWN, now=now, by=by, reason=reason)


@needs_transaction
def withdraw_offers_of_driver(
    *, driver_id: int, now: datetime, reason: str, by: str = SYSTEM, keep: int | None = None
) -> int:
    """Take back a driver's other open offers; return how many.

    Those that another transaction holds are skipped: it is ending them itself, and waiting for each other while both
    hold deliveries would be a deadlock. The sweep takes what is left.
    """
    rows = _open_offers(skip_locked=True).filter(driver=driver_id).exclude(pk__in=_kept(keep))
    return _end(rows, OfferStatus.WITHDRAWN, now=now, by=by, reason=reason)


@transaction.atomic(durable=True)
def expire_offers(*, now: datetime) -> int:
    """End offers whose time is up, and take back those whose trip, run or driver is gone; return how many ended.

    Rows are claimed with SKIP LOCKED, so that a driver who is just claiming is not disturbed.
    """
    late = _open_offers(skip_locked=True).filter(expires_at__lte=now)
    ended = _end(late[:BATCH], OfferStatus.EXPIRED, now=now)
    busy = Exists(Run.objects.filter(driver=OuterRef("driver"), status=RunStatus.ACTIVE))
    missed = Q(trip__kind=Trip.Kind.DECLARED, trip__departs_until__lt=now) | Q(trip__arrive_by__lte=now)
    starting = _open_offers(skip_locked=True).filter(run__isnull=True)
    gone = starting.filter(~Q(trip__status=TripStatus.OPEN) | missed | busy)
    ended += _end(gone[:BATCH], OfferStatus.WITHDRAWN, now=now, reason="The trip is over or taken.")
    adding = Offer.objects.filter(status=OfferStatus.OPEN, run__isnull=False).select_related("run").order_by("pk")
    stale = _open_offers(skip_locked=True).filter(pk__in=stale_add_ons(adding[:BATCH]))
    return ended + _end(stale, OfferStatus.WITHDRAWN, now=now, reason="The run has moved on.")


def tell_drivers(offers: Iterable[Offer]) -> None:
    """Nudge, after commit, the phones of some offers' drivers and their markets' boards."""
    rows = list(offers)
    nudges = {(f"driver:{one.driver_id}", str(one.public_id)) for one in rows}
    for channel, offer in sorted(nudges):
        transaction.on_commit(partial(publish, channel, {"kind": "offer", "offer": offer}), robust=True)
    for market in sorted({one.market_id for one in rows}):
        transaction.on_commit(partial(publish, f"market:{market}", {"kind": "offers"}), robust=True)


def _open_offers(*, skip_locked: bool = False) -> QuerySet[Offer]:
    rows = Offer.objects.select_for_update(no_key=True, of=("self",), skip_locked=skip_locked)
    return rows.filter(status=OfferStatus.OPEN).order_by("pk")


def _kept(offer_id: int | None) -> list[int]:
    return [] if offer_id is None else [offer_id]


def _withdraw(offer_ids: Sequence[int], *, now: datetime, reason: str) -> int:
    if not offer_ids:
        return 0
    return _end(_open_offers(skip_locked=True).filter(pk__in=offer_ids), OfferStatus.WITHDRAWN, now=now, reason=reason)


def _end(rows: Iterable[Offer], status: OfferStatus, *, now: datetime, by: str = SYSTEM, reason: str = "") -> int:
    offers = list(rows)
    move_all(offers, status, now=now, by=by, reason=reason)
    tell_drivers(offers)
    return len(offers)


@needs_transaction
def _take_hold(drafts: Sequence[Draft]) -> _Grip:
    """Lock what the drafts are about: deliveries, then runs, then trips; what somebody else holds is passed over."""
    deliveries = lock_deliveries({one.pk for draft in drafts for one in draft.deliveries})
    runs = Run.objects.select_for_update(no_key=True, of=("self",), skip_locked=True)
    joined = {draft.joins.run.pk for draft in drafts if draft.joins}
    active = runs.filter(pk__in=joined, status=RunStatus.ACTIVE, give_up_reason="").order_by("pk")
    ahead: dict[int, list[int]] = {run.pk: [] for run in active}
    for stop in Stop.objects.filter(run__in=list(ahead), arrived_at=None, is_dropped=False).order_by("position"):
        ahead[stop.run_id].append(stop.pk)
    trips = Trip.objects.select_for_update(no_key=True, of=("self",), skip_locked=True)
    asked_for = trips.filter(pk__in={draft.trip.pk for draft in drafts}).order_by("pk")
    drivers = {draft.trip.driver_id for draft in drafts}
    driving = Run.objects.filter(driver__in=drivers, status=RunStatus.ACTIVE).values_list("driver", flat=True)
    alone = OfferItem.objects.filter(offer__status=OfferStatus.OPEN, offer__kind__in=RESERVED_KINDS)
    about = alone.filter(Q(offer__driver__in=drivers) | Q(delivery__in=deliveries))
    asked = list(about.values_list("offer__driver", "delivery"))
    return _Grip(
        deliveries={one.pk: one for one in deliveries},
        trips={trip.pk: trip.status for trip in asked_for},
        ahead=ahead,
        driving=frozenset(driving),
        asked=frozenset(driver for driver, _ in asked),
        reserved=frozenset(delivery for _, delivery in asked),
    )


def _still_good(drafts: Sequence[Draft], grip: _Grip) -> Iterable[Draft]:
    """Drafts whose deliveries wait just as they did, whose trip takes them, and whose driver has not been asked yet.

    What another driver alone has to answer for is offered to nobody else, save by operations.
    """
    asked: set[int] = set()
    reserved: set[int] = set()
    for draft in drafts:
        here = [grip.deliveries.get(one.pk) for one in draft.deliveries]
        as_it_was = all(
            now is not None and _waits_as_before(one, now) for one, now in zip(draft.deliveries, here, strict=True)
        )
        if not (as_it_was and _trip_takes(draft, grip)) or draft.trip.driver_id in grip.asked | asked:
            continue
        theirs = {one.pk for one in draft.deliveries}
        if draft.kind != Offer.Kind.ASSIGNED and theirs & (grip.reserved | reserved):
            continue
        if draft.kind in RESERVED_KINDS:
            asked.add(draft.trip.driver_id)
            reserved |= theirs
        yield draft


def _steps_on(draft: Draft, one: Delivery) -> bool:
    """Whether a reserved offer moves a delivery: what joins from the board keeps its step there, and its time."""
    return draft.kind == Offer.Kind.ASSIGNED or one.step == Step.NEW


def _trip_takes(draft: Draft, grip: _Grip) -> bool:
    """Whether the trip is free, or its run just where the draft found it."""
    if draft.joins is None:
        return grip.trips.get(draft.trip.pk) == TripStatus.OPEN and draft.trip.driver_id not in grip.driving
    as_it_was = grip.ahead.get(draft.joins.run.pk) == [stop.pk for stop in draft.joins.ahead]
    return as_it_was and grip.trips.get(draft.trip.pk) == TripStatus.COMMITTED


def _waits_as_before(then: Delivery, now: Delivery) -> bool:
    is_waiting = now.status == DeliveryStatus.READY and now.quarantined_at is None
    is_same = (now.step, now.raises, now.tip_cents) == (then.step, then.raises, then.tip_cents)
    return is_waiting and is_same
