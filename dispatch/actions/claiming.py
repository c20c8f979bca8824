"""Answering an offer: claiming it, or saying no, which is never scored."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from common.errors import DomainError
from common.patience import refuse_when_busy
from common.transactions import needs_transaction
from dispatch.actions.joining import Burden, Joined, burden_of, hold_joined, put_stops_in
from dispatch.actions.ladder import after_decline
from dispatch.actions.live import tell
from dispatch.actions.locking import lock_deliveries, lock_offer, lock_waiting
from dispatch.actions.offering import withdraw_offers, withdraw_offers_of_driver
from dispatch.models import Delivery, Offer, OfferItem, Run, RunDelivery, Stop
from dispatch.states import DeliveryStatus, OfferStatus, RunStatus
from drivers.actions.fitness import check_may_drive
from drivers.actions.locking import lock_driver, lock_trip
from drivers.models import Driver, Limits, Trip, Vehicle
from drivers.states import TripStatus
from events.actions.move import move, note_status
from events.actions.record import record


class OfferTaken(DomainError):
    """Another driver was quicker with this one. You lose nothing by it."""

    code = "offer_taken"


class OfferExpired(DomainError):
    """The time to answer this offer has run out. If nobody takes it, it comes back on the board."""

    code = "offer_expired"


class OfferWithdrawn(DomainError):
    """This offer is no longer there: the order or the plan has changed."""

    code = "offer_withdrawn"


class OfferDeclined(DomainError):
    """You have already said no to this offer. That is not held against you."""

    code = "offer_declined"


class AlreadyOnARun(DomainError):
    """You are already carrying a delivery. Finish that run first; then you can claim again."""

    code = "already_on_a_run"


class TripOver(DomainError):
    """The trip this offer belongs to is cancelled or over."""

    code = "trip_over"


class DoesNotFit(DomainError):
    """This no longer fits into your car or your trip."""

    code = "does_not_fit"


class AgainstLimits(DomainError):
    """This goes against one of your own limits, so it cannot be claimed."""

    code = "against_limits"


@refuse_when_busy
@transaction.atomic(durable=True)
def accept_offer(*, offer_id: int, now: datetime) -> Run:
    """Give an offer's deliveries to its driver: the first to answer has them all, and gets a run with its stops.

    An offer that adds to a run under way puts its stops among those still ahead, in the order it was offered.
    Locks the deliveries that are still waiting, in the order of their ids, then the offer, its run if there is one,
    the driver and the trip.
    Of 64 drivers answering at once 63 wait for the first, find nothing left to lock and are refused within the same
    statement. Answering twice is the same as answering once. Offers that compete, and other offers to this driver,
    are withdrawn.

    Raises:
        OfferTaken, OfferExpired, OfferWithdrawn, OfferDeclined: somebody or something else was quicker.
        Suspended, NotActive, PapersExpired: the driver may not drive today.
        AlreadyOnARun, TripOver, DoesNotFit, AgainstLimits: the driver has no place for it any more.
        RunMovedOn: the run it was to join is not where it was when this was offered.
        Busy: a lock could not be had in time; nothing was done.
    """
    wanted = list(OfferItem.objects.filter(offer=offer_id).values_list("delivery_id", flat=True))
    deliveries = lock_waiting(wanted)
    if len(deliveries) < len(wanted):
        return run_or_refusal(Offer.objects.get(pk=offer_id))
    offer = lock_offer(offer_id)
    check_answerable(offer, deliveries, now)
    joined = hold_joined(offer)
    driver = lock_driver(offer.driver_id)
    check_driver(driver, joined, now)
    trip = lock_trip(offer.trip_id)
    check_trip(offer, trip, deliveries, joined)
    if joined is None:
        return start_run(offer, trip, deliveries, now)
    return join_run(offer, joined, deliveries, now)


def run_or_refusal(offer: Offer) -> Run:
    """The run that this very offer has become, or else the refusal: not all of its deliveries wait any more."""
    if offer.status == OfferStatus.ACCEPTED:
        return Run.objects.filter(carried__offer=offer).distinct().get()
    raise refusal_of(offer)


def refusal_of(offer: Offer) -> DomainError:
    """Say why an offer that is no longer open cannot be claimed."""
    if offer.status == OfferStatus.EXPIRED:
        return OfferExpired()
    if offer.status == OfferStatus.DECLINED:
        return OfferDeclined()
    taken = Delivery.objects.filter(offer_items__offer=offer, claimed_run__isnull=False).exists()
    return OfferTaken() if taken else OfferWithdrawn()


@needs_transaction
def check_answerable(offer: Offer, deliveries: Sequence[Delivery], now: datetime) -> None:
    """Refuse an offer whose time or whose deliveries are gone."""
    if offer.status != OfferStatus.OPEN:
        raise refusal_of(offer)
    if now >= offer.expires_at:
        raise OfferExpired
    if any(one.quarantined_at is not None for one in deliveries):
        raise OfferWithdrawn


@needs_transaction
def check_driver(driver: Driver, joined: Joined | None, now: datetime) -> None:
    """Refuse a driver who may not drive today, or who is on another run than the one that this would join."""
    check_may_drive(driver, now.astimezone(driver.market.zone).date())
    if joined is None and Run.objects.filter(driver=driver, status=RunStatus.ACTIVE).exists():
        raise AlreadyOnARun


@needs_transaction
def check_trip(offer: Offer, trip: Trip, deliveries: Sequence[Delivery], joined: Joined | None) -> None:
    """Refuse what no longer fits: trip, car, run and limits may have changed since the offer was made."""
    if trip.status != (TripStatus.OPEN if joined is None else TripStatus.COMMITTED):
        raise TripOver
    burden = burden_of(offer, trip, deliveries, joined)
    check_fits(trip, Vehicle.objects.filter(driver=trip.driver_id).first(), burden)
    if joined is not None:
        check_budget(trip, offer, joined)
    limits = Limits.objects.filter(driver=trip.driver_id).first()
    if limits is not None:
        check_limits(limits, burden, deliveries)


def check_fits(trip: Trip, vehicle: Vehicle | None, burden: Burden) -> None:
    """Refuse more orders, room or weight than the trip and the car take."""
    if burden.orders > trip.max_orders or burden.room > trip.room:
        raise DoesNotFit
    if vehicle is not None and (burden.room > vehicle.room or burden.grams > vehicle.max_grams):
        raise DoesNotFit


def check_budget(trip: Trip, offer: Offer, joined: Joined) -> None:
    """Refuse what, with all that was accepted for this trip before, adds more than its driver allows."""
    if trip.kind == Trip.Kind.ONLINE:
        return
    seconds, metres = joined.added_seconds + offer.added_seconds, joined.added_metres + offer.added_metres
    if seconds > trip.max_extra_seconds or metres > trip.max_extra_metres:
        raise DoesNotFit


def check_limits(limits: Limits, burden: Burden, deliveries: Sequence[Delivery]) -> None:
    """Refuse what the driver has said never to be asked."""
    excluded = set(limits.excluded_stores.values_list("pk", flat=True))
    broken = (
        limits.no_alcohol and any(one.age_limit for one in deliveries),
        limits.max_total_grams is not None and burden.grams > limits.max_total_grams,
        limits.max_heaviest_grams is not None
        and any(one.heaviest_grams > limits.max_heaviest_grams for one in deliveries),
        limits.max_metres is not None and burden.metres > limits.max_metres,
        any(one.store_id in excluded for one in deliveries),
    )
    if any(broken):
        raise AgainstLimits


@needs_transaction
def start_run(offer: Offer, trip: Trip, deliveries: Sequence[Delivery], now: datetime) -> Run:
    """Make the run, its stops and its carriers under the locks held, and close what competes."""
    run = Run.objects.create(driver_id=offer.driver_id, trip=trip, market_id=offer.market_id, started_at=now)
    note_status(run, now=now, by=run.driver.user.actor)
    take_along(run, offer, make_stops(run, offer.snapshot, deliveries), deliveries, now)
    move(trip, TripStatus.COMMITTED, now=now, by=run.driver.user.actor)
    return run


@needs_transaction
def join_run(offer: Offer, joined: Joined, deliveries: Sequence[Delivery], now: datetime) -> Run:
    """Put an offer's deliveries on a run under way; what was accepted before keeps its pay."""
    take_along(joined.run, offer, put_stops_in(joined, offer.snapshot, deliveries), deliveries, now)
    tell(joined.run, [stop.delivery for stop in joined.ahead.values()], "eta")
    return joined.run


@needs_transaction
def take_along(run: Run, offer: Offer, stops: Sequence[Stop], deliveries: Sequence[Delivery], now: datetime) -> None:
    """Let a run carry an offer's deliveries, each for its own part of the pay, and close what competes."""
    actor = run.driver.user.actor
    doors = {stop.delivery_id: stop.eta_at for stop in stops if stop.kind == Stop.Kind.DROP}
    shares = {item.delivery_id: item for item in offer.items.all()}
    for one in deliveries:
        share = shares[one.pk]
        RunDelivery.objects.create(
            run=run, delivery=one, offer=offer, pay_cents=share.pay_cents, tip_cents=share.tip_cents
        )
        move(one, DeliveryStatus.CLAIMED, now=now, by=actor)
        one.claimed_run, one.claimed_at, one.promised_by = run, now, doors[one.pk]
        one.save(update_fields=["claimed_run", "claimed_at", "promised_by"])
        record("delivery.claimed", delivery_id=one.pk, order_id=one.order_id, run_id=run.pk, at=now)
    move(offer, OfferStatus.ACCEPTED, now=now, by=actor)
    Offer.objects.filter(pk=offer.pk).update(answered_at=now)
    withdraw_offers(delivery_ids=[one.pk for one in deliveries], now=now, keep=offer.pk, reason="claimed")
    withdraw_offers_of_driver(driver_id=run.driver_id, now=now, keep=offer.pk, reason="on a run")
    tell(run, deliveries, "claimed")


def make_stops(run: Run, snapshot: Mapping[str, Any], deliveries: Sequence[Delivery]) -> list[Stop]:
    """Write the stops in the order of the offer; places come from the deliveries, for the offer shows an area only."""
    by_id = {str(one.public_id): one for one in deliveries}
    stops = []
    for position, told in enumerate(snapshot["stops"]):
        one = by_id[told["delivery"]]
        at = one.pickup if told["kind"] == Stop.Kind.PICKUP else one.drop
        eta_at = datetime.fromisoformat(told["eta_at"])
        stop = Stop(run=run, delivery=one, kind=told["kind"], position=position, eta_at=eta_at, lat=at.lat, lng=at.lng)
        stops.append(stop)
    return Stop.objects.bulk_create(stops)


@transaction.atomic(durable=True)
def decline_offer(*, offer_id: int, reason: str, now: datetime) -> Offer:
    """Say no to an offer; the deliveries go on at once. Nothing is counted, and saying it twice is saying it once.

    Raises:
        OfferTaken, OfferExpired, OfferWithdrawn: there is nothing left to say no to.
    """
    delivery_ids = list(Offer.objects.get(pk=offer_id).items.values_list("delivery_id", flat=True))
    lock_deliveries(delivery_ids)
    offer = lock_offer(offer_id)
    if offer.status == OfferStatus.DECLINED:
        return offer
    if offer.status != OfferStatus.OPEN:
        raise refusal_of(offer) if offer.status != OfferStatus.ACCEPTED else AlreadyOnARun()
    move(offer, OfferStatus.DECLINED, now=now, by=offer.driver.user.actor, reason=reason)
    offer.answered_at, offer.decline_reason = now, reason[:60]
    offer.save(update_fields=["answered_at", "decline_reason"])
    after_decline(offer=offer, now=now)
    return offer
