"""Deliveries, offers and runs."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from dispatch.models import Delivery, Offer, OfferItem, Run, RunDelivery, Stop
from dispatch.states import DeliveryStatus
from drivers.models import Driver, Trip
from orders.models import Order
from orders.states import OrderStatus
from stores.models.catalogue import ColdClass
from tests.makers.basics import NOON
from tests.makers.baskets import order
from tests.makers.roads import driver, trip


def delivery(of: Order | None = None, *, status: str = DeliveryStatus.READY, **extra: Any) -> Delivery:
    """A delivery ready for matching, due from four to six hours after noon."""
    of_order = of or order(status=OrderStatus.READY)
    return Delivery.objects.create(
        **{
            "order": of_order,
            "market": of_order.store.market,
            "store": of_order.store,
            "status": status,
            "pickup_lat": of_order.store.lat,
            "pickup_lng": of_order.store.lng,
            "drop_lat": of_order.lat,
            "drop_lng": of_order.lng,
            "drop_area": f"Nashville {of_order.zip_code}",
            "due_from": NOON + timedelta(hours=4),
            "due_by": NOON + timedelta(hours=6),
            "item_count": 10,
            "unit_count": 10,
            "room": 10,
            "grams": 5_000,
            "heaviest_grams": 500,
            "cold_class": ColdClass.AMBIENT,
            "tip_cents": of_order.tip_cents,
            "ready_at": NOON if status == DeliveryStatus.READY else None,
            **extra,
        }
    )


def offer(
    of: Delivery | Sequence[Delivery] | None = None,
    *,
    to: Driver | None = None,
    on: Trip | None = None,
    made_at: datetime = NOON,
    seconds: int = 90,
    pay_cents: int = 920,
    **extra: Any,
) -> Offer:
    """An open reserved offer of one or more deliveries, with a plausible snapshot."""
    deliveries = [of] if isinstance(of, Delivery) else list(of or [delivery()])
    of_trip = on or trip(to or driver(in_market=deliveries[0].market))
    tips = sum(one.tip_cents for one in deliveries)
    made = Offer.objects.create(
        **{
            "market": of_trip.market,
            "driver": of_trip.driver,
            "trip": of_trip,
            "kind": Offer.Kind.RESERVED,
            "made_at": made_at,
            "expires_at": made_at + timedelta(seconds=seconds),
            "added_seconds": 420,
            "added_metres": 3_700,
            "base_cents": pay_cents - 320,
            "detour_cents": 220,
            "handling_cents": 100,
            "pay_cents": pay_cents,
            "tip_cents": tips,
            "rule_pack": "default@2026-01-01",
            "engine_version": "test",
            "routing_version": "test",
            "snapshot": snapshot_of(of_trip, deliveries, pay_cents, made_at, seconds),
            "digest": "0" * 64,
            **extra,
        }
    )
    shares = [pay_cents // len(deliveries)] * len(deliveries)
    shares[0] += pay_cents - sum(shares)
    for one, share in zip(deliveries, shares, strict=True):
        OfferItem.objects.create(offer=made, delivery=one, pay_cents=share, tip_cents=one.tip_cents)
    return made


def snapshot_of(
    on: Trip, deliveries: Sequence[Delivery], pay_cents: int, made_at: datetime, seconds: int
) -> dict[str, Any]:
    """What an offer shows: the shape of `dispatch.terms.document`, with straight lines for roads."""
    ends = [[on.from_lat, on.from_lng], *([[on.to_lat, on.to_lng]] if on.to_lat is not None else [])]
    added = [[[one.pickup_lat, one.pickup_lng], [one.drop_lat, one.drop_lng]] for one in deliveries]
    total = pay_cents + sum(one.tip_cents for one in deliveries)
    return {
        "version": 1,
        "timezone": on.market.timezone,
        "answer_seconds": seconds,
        "made_at": made_at.isoformat(),
        "stops": stops_of(deliveries),
        "route": {
            "without": {"seconds": 1_080, "metres": 12_500, "path": ends},
            "with": {
                "seconds": 1_500,
                "metres": 16_200,
                "path": [ends[0], *(p for part in added for p in part), ends[-1]],
            },
            "added_paths": added,
        },
        "load": {
            "orders": len(deliveries),
            "items": sum(one.item_count for one in deliveries),
            "units": sum(one.unit_count for one in deliveries),
            "grams": sum(one.grams for one in deliveries),
            "heaviest_grams": max(one.heaviest_grams for one in deliveries),
            "room": sum(one.room for one in deliveries),
            "cold_class": str(deliveries[0].cold_class),
            "age_limit": max(one.age_limit for one in deliveries),
            "needs_passcode": any(one.needs_passcode for one in deliveries),
        },
        "pay": {"total_cents": total, "per_added_hour_cents": total * 3_600 // 420},
        "deliveries": [
            {
                "id": str(one.public_id),
                "store": one.store.name,
                "area": one.drop_area,
                "items": one.item_count,
                "grams": one.grams,
                "added_seconds": 420 // len(deliveries),
                "pay_cents": pay_cents // len(deliveries),
                "tip_cents": one.tip_cents,
            }
            for one in deliveries
        ],
        "reason": {
            "code": "least_added",
            "en": "Of 12 trips, yours has the smallest detour.",
            "es": "De 12 viajes, el tuyo.",
        },
    }


def stops_of(deliveries: Sequence[Delivery]) -> list[dict[str, Any]]:
    """Stops as an offer shows them: all pick-ups, then all doors."""
    pickups = [
        {
            "kind": "pickup",
            "delivery": str(one.public_id),
            "lat": one.pickup_lat,
            "lng": one.pickup_lng,
            "label": one.store.name,
            "eta_at": one.due_from.isoformat(),
            "letter": "ABCD"[place],
            "address": one.store.line1,
            "deadline_at": None,
            "usual_wait_minutes": one.store.usual_wait_minutes,
        }
        for place, one in enumerate(deliveries)
    ]
    drops = [
        {
            "kind": "drop",
            "delivery": str(one.public_id),
            "lat": one.drop_lat,
            "lng": one.drop_lng,
            "label": one.drop_area,
            "eta_at": (one.due_from + timedelta(minutes=20)).isoformat(),
            "letter": "EFGH"[place],
            "address": "",
            "deadline_at": one.due_by.isoformat(),
            "usual_wait_minutes": None,
        }
        for place, one in enumerate(deliveries)
    ]
    return pickups + drops


def run(of: Offer | None = None, *, started_at: datetime = NOON) -> Run:
    """A claimed run with its stops, as accepting an offer leaves it."""
    accepted = of or offer()
    made = Run.objects.create(driver=accepted.driver, trip=accepted.trip, market=accepted.market, started_at=started_at)
    for position, part in enumerate(accepted.items.select_related("delivery").order_by("pk")):
        one = part.delivery
        RunDelivery.objects.create(
            run=made, delivery=one, offer=accepted, pay_cents=part.pay_cents, tip_cents=part.tip_cents
        )
        Delivery.objects.filter(pk=one.pk).update(
            status=DeliveryStatus.CLAIMED, claimed_run=made, claimed_at=started_at
        )
        for kind, where in ((Stop.Kind.PICKUP, one.pickup), (Stop.Kind.DROP, one.drop)):
            Stop.objects.create(
                run=made,
                delivery=one,
                kind=kind,
                position=position if kind == Stop.Kind.PICKUP else 100 + position,
                lat=where.lat,
                lng=where.lng,
                eta_at=started_at + timedelta(minutes=20),
            )
    return made
