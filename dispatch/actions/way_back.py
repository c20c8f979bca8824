"""What bringing groceries back pays: the road that is driven for it, told before the driver chooses."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from common.clock import local_day
from common.geo import METRES_PER_MILE, Point
from common.money import half_up
from common.transactions import needs_transaction
from dispatch.models import Delivery, Run, RunDelivery, Stop
from payouts.queries.rates import plan_of
from providers.routing.base import Leg
from providers.routing.gateway import gateway
from rules.pack import pay_floor_cents
from rules.packs_on_file import pack_for
from stores.models import Market


@dataclass(frozen=True, slots=True)
class WayBack:
    """Cents for a way back and its road; `attempt_cents` where the way out was not driven to its end, else None."""

    cents: int
    seconds: int
    metres: int
    attempt_cents: int | None = None


def price(market: Market, seconds: int, metres: int) -> int:
    """Cents for a road at a market's plain rates of a minute and a mile: no base, no tip, nothing that was raised."""
    plan = plan_of(market)
    return half_up(
        Fraction(plan.minute_cents * seconds, 60) + Fraction(plan.mile_tenths * metres, 10) / Fraction(METRES_PER_MILE)
    )


@needs_transaction
def price_way_back(stop: Stop, delivery: Delivery, *, now: datetime) -> None:
    """Fix at a door what the way back from it would pay, so that what is told is what is paid."""
    way = way_between(delivery, delivery.drop, delivery.pickup, now)
    stop.back_cents = capped(stop.run_id, delivery, price(delivery.market, way.seconds, way.metres))
    stop.back_seconds, stop.back_metres = way.seconds, way.metres
    stop.save(update_fields=["back_cents", "back_seconds", "back_metres"])


@needs_transaction
def way_from_door(stop: Stop, delivery: Delivery, *, now: datetime) -> WayBack:
    """The way back of who was at the door, as it was told there."""
    if stop.back_cents is None:
        price_way_back(stop, delivery, now=now)
    return WayBack(stop.back_cents or 0, stop.back_seconds, stop.back_metres)


@needs_transaction
def way_broken_off(run: Run, delivery: Delivery, *, now: datetime) -> WayBack:
    """Out and back as far as the car was seen to go with the bags, never more than to the door.

    A car that was not seen since the store stands at the store. The way out pays no more than was offered for the
    delivery and, as far as the offer goes, no less than the law asks for the time it took.
    """
    loaded_at = run.stops.filter(delivery=delivery, kind=Stop.Kind.PICKUP).values_list("done_at", flat=True).first()
    here = seen_at(run, delivery, loaded_at)
    out = way_between(delivery, delivery.pickup, here, now)
    home = way_between(delivery, here, delivery.pickup, now)
    engaged = int((now - loaded_at).total_seconds()) if loaded_at else 0
    pack = pack_for(delivery.market.rule_pack, local_day(now, delivery.market.zone))
    floor = pay_floor_cents(pack, max(0, engaged), out.metres) if out.metres else 0
    offered = RunDelivery.objects.get(run=run, delivery=delivery).pay_cents
    return WayBack(
        cents=capped(run.pk, delivery, price(delivery.market, home.seconds, home.metres)),
        seconds=home.seconds,
        metres=home.metres,
        attempt_cents=min(offered, max(floor, price(delivery.market, out.seconds, out.metres))),
    )


def seen_at(run: Run, delivery: Delivery, loaded_at: datetime | None) -> Point:
    """Where a car was last seen with its bags; before its first position since then, at the store."""
    if run.lat is None or run.lng is None or run.located_at is None or (loaded_at and run.located_at <= loaded_at):
        return delivery.pickup
    return Point(run.lat, run.lng)


def way_between(delivery: Delivery, start: Point, end: Point, now: datetime) -> Leg:
    """A drive with a delivery's bags, never longer than between its store and its door."""
    roads = gateway().estimator
    way, whole = roads.leg(start, end, now), roads.leg(delivery.pickup, delivery.drop, now)
    home = roads.leg(delivery.drop, delivery.pickup, now)
    return Leg(
        seconds=min(way.seconds, max(whole.seconds, home.seconds)),
        metres=min(way.metres, max(whole.metres, home.metres)),
    )


def capped(run_id: int, delivery: Delivery, cents: int) -> int:
    """A way back never pays more than was offered for delivering; in a staff van it pays nothing."""
    carried = RunDelivery.objects.get(run=run_id, delivery=delivery)
    return min(cents, carried.pay_cents + carried.tip_cents)
