"""What a finished piece of a run earns, handed to payouts as plain amounts and public ids."""

from datetime import datetime

from django.db.models import Max

from common.money import split
from common.transactions import needs_transaction
from dispatch.actions.locking import Held
from dispatch.actions.way_back import price_way_back
from dispatch.models import Delivery, Offer, RunDelivery, Stop
from payouts.actions.earnings import record_earning
from payouts.models import Earning


@needs_transaction
def pay_delivery(held: Held, *, now: datetime) -> Earning | None:
    """Write the earning of a delivery: what was offered, and the tip as it stands now, which has only risen since.

    What a staff van brings earns nothing here: its driver has a wage.
    """
    carried = RunDelivery.objects.select_related("offer").get(run=held.run, delivery=held.delivery)
    if carried.offer is None:
        return None
    seconds, metres = added_share(carried, carried.offer)
    return record_earning(
        driver_id=held.run.driver_id,
        market_id=held.run.market_id,
        kind=Earning.Kind.DELIVERY,
        source=f"delivery:{held.delivery.public_id}",
        delivery_ref=held.delivery.public_id,
        number=held.order.number,
        offer_ref=carried.offer.public_id,
        label=label_of(held.delivery),
        offered_pay_cents=carried.pay_cents,
        offered_tip_cents=carried.tip_cents,
        pay_cents=carried.pay_cents,
        tip_cents=held.order.tip_cents,
        engaged_seconds=engaged_seconds(held, now),
        added_seconds=seconds,
        added_metres=metres,
        now=now,
    )


@needs_transaction
def pay_return(held: Held, *, now: datetime) -> Earning | None:
    """Write the earnings of a delivery brought back: the attempt, and the way back as it was agreed on when it began.

    The order is not charged for, so its tip is not collected and none is owed.
    """
    carried = RunDelivery.objects.select_related("offer").get(run=held.run, delivery=held.delivery)
    if carried.offer is None:
        return None
    back = held.stop
    pay_attempt(carried, now=now, engaged=engaged_seconds(held, now), pay_cents=back.attempt_cents)
    if back.back_cents is None:  # it turned back before the pay of a way back was fixed beforehand
        price_way_back(back, held.delivery, now=now)
    pay = back.back_cents or 0
    return record_earning(
        driver_id=held.run.driver_id,
        market_id=held.run.market_id,
        kind=Earning.Kind.ATTEMPT,
        source=f"return:{held.delivery.public_id}",
        delivery_ref=held.delivery.public_id,
        number=held.order.number,
        offer_ref=carried.offer.public_id,
        label=f"Return to {held.delivery.store.name}"[:120],
        offered_pay_cents=pay,
        offered_tip_cents=0,
        pay_cents=pay,
        tip_cents=0,
        engaged_seconds=back.back_seconds,
        added_seconds=back.back_seconds,
        added_metres=back.back_metres,
        now=now,
    )


@needs_transaction
def pay_attempt(
    carried: RunDelivery, *, now: datetime, engaged: int = 0, pay_cents: int | None = None
) -> Earning | None:
    """Pay what was offered for a delivery that was claimed and could not be made through no doing of the driver.

    An order that leaves an accepted batch never lowers the pay that the driver was offered. The tip is no part of
    it: the shopper is not charged one for groceries that never came, and the offer says so. `pay_cents` is less than
    was offered where the driver broke the way off before the door; what was offered stays on the earning all the same.
    """
    if carried.offer is None:
        return None
    seconds, metres = added_share(carried, carried.offer)
    pay = carried.pay_cents if pay_cents is None else min(pay_cents, carried.pay_cents)
    return record_earning(
        driver_id=carried.run.driver_id,
        market_id=carried.run.market_id,
        kind=Earning.Kind.ATTEMPT,
        source=f"attempt:{carried.delivery.public_id}:{carried.pk}",
        delivery_ref=carried.delivery.public_id,
        number=carried.delivery.order.number,
        offer_ref=carried.offer.public_id,
        label=f"Not delivered: {label_of(carried.delivery)}"[:120],
        offered_pay_cents=pay,
        offered_tip_cents=0,
        pay_cents=pay,
        tip_cents=0,
        unearned_pay_cents=carried.pay_cents - pay,
        unearned_tip_cents=carried.tip_cents,
        engaged_seconds=engaged,
        added_seconds=seconds,
        added_metres=metres,
        now=now,
    )


def offered_tip_cents(held: Held) -> int:
    """What the offer that a delivery's driver accepted said of its tip; nothing for a staff van, which has no offer."""
    return RunDelivery.objects.values_list("tip_cents", flat=True).get(run=held.run, delivery=held.delivery)


def label_of(delivery: Delivery) -> str:
    """What the driver reads on statements: store and area, never the address."""
    return f"{delivery.store.name} to {delivery.drop_area}"[:120]


def added_share(carried: RunDelivery, offer: Offer) -> tuple[int, int]:
    """One delivery's part of the seconds and metres that its offer added; no second is lost between a batch's parts."""
    items = list(offer.items.order_by("pk").values_list("delivery_id", flat=True))
    told = {one["id"]: one.get("added_seconds", 0) for one in offer.snapshot.get("deliveries", [])}
    names = dict(Delivery.objects.filter(pk__in=items).values_list("pk", "public_id"))
    weights = [max(0, int(told.get(str(names[pk]), 0))) for pk in items]
    place = items.index(carried.delivery_id)
    seconds, metres = offer.added_seconds, offer.added_metres
    return split(seconds, weights)[place], split(metres, weights)[place]


def engaged_seconds(held: Held, now: datetime) -> int:
    """Seconds at work for one delivery: since the run's last finished door, or since the driver set out for the store.

    A trip claimed hours ahead counts from its departure, or from the arrival at the store if that was earlier.
    """
    stops = held.run.stops.exclude(pk=held.stop.pk)
    last = stops.exclude(kind=Stop.Kind.PICKUP).aggregate(at=Max("done_at"))["at"]
    if last is None:
        first = held.run.stops.order_by("arrived_at").values_list("arrived_at", flat=True).first() or now
        last = max(held.run.started_at, min(held.run.trip.departs_at, first))
    return max(0, int((now - last).total_seconds()))
