"""A delivery's whole story: who, when, and why this driver."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from common.geo import METRES_PER_MILE
from common.money import dollars
from dispatch.engine.explain import Reason
from dispatch.models import Alarm, Consideration, Delivery, Offer, Proof, Stop
from dispatch.states import STEP_KIND, DeliveryStatus, OfferStatus
from events.models import StatusChange
from orders.states import OrderStatus

FITS = (Reason.CHOSEN, Reason.CLOSER_TRIP, Reason.FITS, Reason.OTHER_DELIVERY)
KINDS = {
    Offer.Kind.RESERVED: "Reserved for this driver",
    Offer.Kind.BOARD: "On the board",
    Offer.Kind.ASSIGNED: "Asked by operations",
}
DECIDED = {
    Reason.CLOSER_TRIP: "Fits, but another trip passes closer.",
    Reason.OTHER_DELIVERY: "Would fit, but another delivery fits this trip better.",
    Reason.FITS: "Fits, and nobody has it yet.",
    Reason.TOO_FAR_METRES: "{miles} mi beyond what the driver adds at most.",
    Reason.TOO_LONG_SECONDS: "{minutes} min beyond what the driver adds at most.",
    Reason.ROUTE_TOO_FAR: "{miles} mi over the driver's longest drive.",
    Reason.TOO_LATE: "Would reach the door {minutes} min late.",
    Reason.ARRIVES_AFTER_LATEST: "The driver would arrive {minutes} min too late.",
    Reason.LEFT_ALREADY: "Has left already.",
    Reason.NO_CAPACITY: "Not enough room in the vehicle.",
    Reason.TOO_HEAVY: "Heavier than the driver carries.",
    Reason.TOO_MANY_ORDERS: "Has as many orders as the driver takes.",
    Reason.COLD_CHAIN: "Cold food would be out {minutes} min too long without a cold box.",
    Reason.ITEM_TOO_HEAVY: "One item is heavier than the driver lifts.",
    Reason.NO_COLD_BOX: "No cold box.",
    Reason.NO_ALCOHOL: "The driver takes no alcohol.",
    Reason.NO_AGE_CHECK: "The driver may not check ages.",
    Reason.STORE_EXCLUDED: "The driver left this store out.",
    Reason.DECLINED: "The driver said no at this pay; it costs nothing.",
}
BAD = {DeliveryStatus.FAILED, DeliveryStatus.RETURNED, DeliveryStatus.CANCELLED, Delivery.Step.OPERATIONS}


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened."""

    at: datetime
    title: str
    text: str = ""
    state: str = "done"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One trip that was held against the delivery."""

    driver: str
    trip: str
    trip_id: UUID
    departs_at: datetime
    added_seconds: int | None
    added_metres: int | None
    sentence: str
    is_chosen: bool
    has_it: bool
    fits: bool
    weighed_at: datetime


@dataclass(frozen=True, slots=True)
class Story:
    """Everything operations may want to know of one delivery."""

    delivery: Delivery
    moments: tuple[Moment, ...]
    candidates: tuple[Candidate, ...]
    offers: tuple[Offer, ...]
    stops: tuple[Stop, ...]
    alarms: tuple[Alarm, ...]


def story_of(delivery: Delivery) -> Story:
    """Read one delivery's story. Seven queries, however long it is."""
    offers = tuple(
        Offer.objects.filter(items__delivery=delivery).select_related("driver", "trip").order_by("made_at", "pk")
    )
    stops = tuple(delivery.stops.select_related("run__driver").order_by("run", "position"))
    alarms = tuple(delivery.alarms.order_by("at"))
    moments = [*_changes(delivery), *_offered(offers), *_stopped(stops), *_proved(delivery), *_alarmed(alarms)]
    return Story(
        delivery=delivery,
        moments=tuple(sorted(moments, key=lambda moment: moment.at)),
        candidates=tuple(candidates_of(delivery)),
        offers=offers,
        stops=tuple(stop for stop in stops if stop.run_id == delivery.claimed_run_id),
        alarms=alarms,
    )


def candidates_of(delivery: Delivery) -> Iterator[Candidate]:
    """Trips held against a delivery in its last cycles: the chosen one, those it fits, then the near misses."""
    rows = list(Consideration.objects.filter(delivery=delivery).select_related("trip__driver"))
    fitting = sum(row.reason in FITS for row in rows)
    for row in sorted(
        rows, key=lambda row: (row.reason != Reason.CHOSEN, row.reason not in FITS, row.added_seconds or 0)
    ):
        yield Candidate(
            driver=row.trip.driver.first_name,
            trip=str(row.trip),
            trip_id=row.trip.public_id,
            departs_at=row.trip.departs_at,
            added_seconds=row.added_seconds,
            added_metres=row.added_metres,
            sentence=decided(row, fitting),
            is_chosen=row.reason == Reason.CHOSEN,
            has_it=delivery.claimed_run is not None and delivery.claimed_run.trip_id == row.trip_id,
            fits=row.reason in FITS,
            weighed_at=row.at,
        )


def decided(row: Consideration, fitting: int) -> str:
    """What spoke for or against a trip, as operations reads it."""
    if row.reason == Reason.CHOSEN:
        return (
            f"Fits best of {fitting}: the plan as a whole adds least this way."
            if fitting > 1
            else "The one trip it fits."
        )
    text = DECIDED.get(Reason(row.reason), str(row.reason).replace("_", " ").capitalize() + ".")
    minutes, miles = max(1, -(-row.over // 60)), max(0.1, row.over / METRES_PER_MILE)
    return text.format(minutes=minutes, miles=f"{miles:.1f}")


def _changes(delivery: Delivery) -> Iterator[Moment]:
    about = Q(kind__in=["delivery", STEP_KIND], object_id=delivery.pk) | Q(kind="order", object_id=delivery.order_id)
    lines = list(StatusChange.objects.filter(about).order_by("pk"))
    names = names_of(line.actor for line in lines)
    for line in lines:
        if (
            line.kind == "delivery"
            and line.to_status in (DeliveryStatus.PLANNED, DeliveryStatus.READY)
            and not line.reason
        ):
            continue  # the order's own line says it already
        who = names.get(line.actor, "")
        text = ". ".join(part.rstrip(".") for part in (line.reason, who and f"By {who}") if part)
        yield Moment(line.at, _title(line), text, "bad" if line.to_status in BAD else "done")


def _title(line: StatusChange) -> str:
    if line.kind == "order":
        return f"Order {OrderStatus(line.to_status).label.lower()}"
    if line.kind == STEP_KIND:
        return Delivery.Step(line.to_status).label
    return DeliveryStatus(line.to_status).label


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """Names of the people among some actors, in one query."""
    ids = {actor.removeprefix("user:") for actor in actors if actor.startswith("user:")}
    people = User.objects.filter(public_id__in=ids).values_list("public_id", "name", "email")
    return {f"user:{public_id}": name or email for public_id, name, email in people}


def _offered(offers: Sequence[Offer]) -> Iterator[Moment]:
    for offer in offers:
        pay = f"{dollars(offer.pay_cents)} and {dollars(offer.tip_cents)} tip"
        yield Moment(offer.made_at, f"Offered to {offer.driver.first_name}", f"{KINDS[Offer.Kind(offer.kind)]}, {pay}")
        if offer.status == OfferStatus.EXPIRED:
            yield Moment(offer.expires_at, f"No answer from {offer.driver.first_name}")
        elif offer.status == OfferStatus.DECLINED and offer.answered_at:
            yield Moment(offer.answered_at, f"{offer.driver.first_name} said no", offer.decline_reason)


def _stopped(stops: Sequence[Stop]) -> Iterator[Moment]:
    for stop in stops:
        name, place = stop.run.driver.first_name, "the store" if stop.kind != Stop.Kind.DROP else "the door"
        if stop.arrived_at:
            bay = f"Bay {stop.bay}" if stop.bay else ""
            yield Moment(stop.arrived_at, f"{name} at {place}", bay)
        if stop.handed_over_at:
            yield Moment(stop.handed_over_at, "Handed over", f"{stop.bags} bags" if stop.bags else "")


def _proved(delivery: Delivery) -> Iterator[Moment]:
    for proof in Proof.objects.filter(delivery=delivery):
        yield Moment(proof.at, f"Proof: {proof.get_kind_display().lower()}", proof.note)


def _alarmed(alarms: Sequence[Alarm]) -> Iterator[Moment]:
    for alarm in alarms:
        yield Moment(alarm.at, "Operations told", alarm.text, "bad")
        if alarm.resolved_at:
            yield Moment(alarm.resolved_at, "Seen to", alarm.text)
