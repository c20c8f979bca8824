"""Taking deliveries along on a run that is under way already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from common.errors import DomainError
from common.transactions import needs_transaction
from dispatch.actions.locking import lock_run
from dispatch.actions.run_steps.arriving import set_eta
from dispatch.models import Delivery, Offer, Run, Stop
from dispatch.queries.add_ons import is_as_offered
from dispatch.queries.under_way import added_by_offers
from drivers.models import Trip


class RunMovedOn(DomainError):
    """Your run has gone past the place where this would have joined it. You lose nothing by it."""

    code = "run_moved_on"


@dataclass(frozen=True, slots=True)
class Burden:
    """What a driver would carry with an offer claimed: orders at once, most room and weight at once, metres in all."""

    orders: int
    room: int
    grams: int
    metres: int


@dataclass(frozen=True, slots=True)
class Joined:
    """A locked run that an offer adds to, with its live stops as they are now."""

    run: Run
    stops: tuple[Stop, ...]
    added_seconds: int
    added_metres: int

    @property
    def ahead(self) -> dict[str, Stop]:
        """Stops not reached yet, by public id."""
        return {str(stop.public_id): stop for stop in self.stops if stop.arrived_at is None}


@needs_transaction
def hold_joined(offer: Offer) -> Joined | None:
    """Lock the run that an offer adds to and look whether it still is where the offer found it; None for a new run.

    Raises:
        RunMovedOn: the run is over, its stops have changed, or the driver is past the place.
    """
    if offer.run_id is None:
        return None
    run = lock_run(offer.run_id)
    stops = tuple(run.stops.filter(is_dropped=False).select_related("delivery__order").order_by("position"))
    offer.run = run
    if not is_as_offered(offer, stops):
        raise RunMovedOn
    seconds, metres = added_by_offers([run]).get(run.pk, (0, 0))
    return Joined(run=run, stops=stops, added_seconds=seconds, added_metres=metres)


def burden_of(offer: Offer, trip: Trip, deliveries: Sequence[Delivery], joined: Joined | None) -> Burden:
    """What the driver would carry; on a run, at the stop from which most is in the car."""
    new_room, new_grams = sum(one.room for one in deliveries), sum(one.grams for one in deliveries)
    metres = trip.direct_metres + offer.added_metres
    if joined is None:
        return Burden(orders=len(deliveries), room=new_room, grams=new_grams, metres=metres)
    open_orders = {stop.delivery_id for stop in joined.stops if stop.done_at is None}
    room, grams = most_at_once(order_of(offer.snapshot, joined.ahead, deliveries))
    return Burden(
        orders=len(open_orders) + len(deliveries), room=room, grams=grams, metres=metres + joined.added_metres
    )


def order_of(
    snapshot: Mapping[str, Any], ahead: Mapping[str, Stop], deliveries: Sequence[Delivery]
) -> list[tuple[Delivery, bool]]:
    """Whose stops come in which order, each with whether it is the drop; what is reached already is left out."""
    new = {str(one.public_id): one for one in deliveries}
    return [
        (ahead[told["stop"]].delivery if told["stop"] else new[told["delivery"]], told["kind"] != Stop.Kind.PICKUP)
        for told in snapshot["run"]["order"]
        if told["stop"] is None or told["stop"] in ahead
    ]


def most_at_once(order: Sequence[tuple[Delivery, bool]]) -> tuple[int, int]:
    """Most room and most grams in the car along some stops; what is only dropped is in it from the start. Pure."""
    fetched = {one.pk for one, is_drop in order if not is_drop}
    aboard = [one for one, is_drop in order if is_drop and one.pk not in fetched]
    room, grams = sum(one.room for one in aboard), sum(one.grams for one in aboard)
    most_room, most_grams = room, grams
    for one, is_drop in order:
        room, grams = room + (-one.room if is_drop else one.room), grams + (-one.grams if is_drop else one.grams)
        most_room, most_grams = max(most_room, room), max(most_grams, grams)
    return most_room, most_grams


@needs_transaction
def put_stops_in(joined: Joined, snapshot: Mapping[str, Any], deliveries: Sequence[Delivery]) -> list[Stop]:
    """Give a run's stops ahead the order of the offer, with the new ones among them; return the new ones.

    All get places beyond those given so far: what is reached keeps its own, and no two ever share one.
    """
    new, ahead = {str(one.public_id): one for one in deliveries}, joined.ahead
    position = joined.run.stops.order_by("-position").values_list("position", flat=True)[0]
    added: list[Stop] = []
    for told in snapshot["run"]["order"]:
        eta_at = datetime.fromisoformat(told["eta_at"])
        position += 1
        if told["stop"] is None:
            added.append(_new_stop(joined.run, new[told["delivery"]], told["kind"], position, eta_at))
        elif told["stop"] in ahead:
            Stop.objects.filter(pk=ahead[told["stop"]].pk).update(position=position)
            set_eta(ahead[told["stop"]], eta_at)
    return Stop.objects.bulk_create(added)


def _new_stop(run: Run, one: Delivery, kind: str, position: int, eta_at: datetime) -> Stop:
    at = one.drop if kind == Stop.Kind.DROP else one.pickup
    return Stop(run=run, delivery=one, kind=kind, position=position, eta_at=eta_at, lat=at.lat, lng=at.lng)
