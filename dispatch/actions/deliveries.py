"""Deliveries follow their orders: planned when placed, ready when staged, cancelled with them."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from common.live import publish
from common.transactions import needs_transaction
from dispatch.actions.dropping import leave_run
from dispatch.actions.offering import withdraw_offers
from dispatch.models import Delivery
from dispatch.queries.loads import load_of
from dispatch.states import DeliveryStatus
from events.actions.move import SYSTEM, move, note_status
from events.actions.record import nudge, record
from orders.models import Order
from orders.states import OrderStatus

MATCH = "dispatch.tasks.match_market"
WAITING = (DeliveryStatus.PLANNED, DeliveryStatus.READY)
NOT_PICKED_UP = (*WAITING, DeliveryStatus.CLAIMED, DeliveryStatus.AT_STORE)
BATCH = 200


def plan_delivery(*, order_id: int, now: datetime) -> Delivery | None:
    """Make the delivery of a new order. Called again it finds the delivery made."""
    return follow_order(order_id=order_id, now=now)


def ready_delivery(*, order_id: int, now: datetime) -> Delivery | None:
    """Let a staged order's delivery be matched, with the load that is in the bags."""
    return follow_order(order_id=order_id, now=now)


def cancel_delivery(*, order_id: int, now: datetime) -> Delivery | None:
    """Take back the delivery of a cancelled order: its offers are withdrawn, a driver under way is let go with pay."""
    return follow_order(order_id=order_id, now=now)


@transaction.atomic(durable=True)
def follow_order(*, order_id: int, now: datetime) -> Delivery | None:
    """Bring a delivery into step with its order, whatever was missed before; None for an order never to be delivered.

    Locks the order, then the delivery. Facts may come late, twice or in any order: only the order's row counts.
    """
    order = (
        Order.objects.select_for_update(no_key=True, of=("self",))
        .select_related("store__market", "window")
        .get(pk=order_id)
    )
    delivery = Delivery.objects.select_for_update(no_key=True).filter(order=order).first()
    if delivery is None:
        delivery = _planned(order, now) if order.status in OPEN_ORDERS else None
    if delivery is None:
        return None
    if order.status == OrderStatus.READY and delivery.status == DeliveryStatus.PLANNED:
        _make_ready(delivery, order, now)
    if order.status == OrderStatus.CANCELLED and delivery.status in NOT_PICKED_UP:
        _cancel(delivery, order, now)
    return delivery


OPEN_ORDERS = (OrderStatus.PLACED, OrderStatus.PICKING, OrderStatus.READY)


def orders_out_of_step(*, limit: int = BATCH) -> list[int]:
    """Orders whose delivery is missing, not yet ready, or not yet cancelled: what lost messages leave behind."""
    out_of_step = (
        Q(status__in=OPEN_ORDERS, delivery__isnull=True)
        | Q(status=OrderStatus.READY, delivery__status=DeliveryStatus.PLANNED)
        | Q(status=OrderStatus.CANCELLED, delivery__status__in=NOT_PICKED_UP)
    )
    return list(Order.objects.filter(out_of_step).order_by("pk").values_list("pk", flat=True)[:limit])


@needs_transaction
def _planned(order: Order, now: datetime) -> Delivery:
    delivery = Delivery.objects.create(
        order=order,
        market=order.store.market,
        store=order.store,
        pickup_lat=order.store.lat,
        pickup_lng=order.store.lng,
        drop_lat=order.lat,
        drop_lng=order.lng,
        drop_area=f"{order.city[:50]} {order.zip_code}".strip(),
        due_from=order.window.starts_at,
        due_by=order.window.ends_at,
        promised_by=order.window.ends_at,
        age_limit=order.age_limit,
        needs_passcode=bool(order.passcode),
        tip_cents=order.tip_cents,
        **asdict(load_of(order)),
    )
    note_status(delivery, now=now)
    _tell(delivery)
    return delivery


@needs_transaction
def _make_ready(delivery: Delivery, order: Order, now: datetime) -> None:
    load = asdict(load_of(order))
    for name, value in load.items():
        setattr(delivery, name, value)
    delivery.tip_cents, delivery.age_limit = order.tip_cents, order.age_limit
    delivery.needs_passcode, delivery.ready_at = bool(order.passcode), order.ready_at or now
    delivery.save(update_fields=[*load, "tip_cents", "age_limit", "needs_passcode", "ready_at"])
    move(delivery, DeliveryStatus.READY, now=now)
    record("delivery.ready", at=now, delivery_id=delivery.pk)
    nudge(MATCH, market_id=delivery.market_id)
    _tell(delivery)


@needs_transaction
def _cancel(delivery: Delivery, order: Order, now: datetime) -> None:
    reason = order.cancel_reason or "The order was cancelled."
    withdraw_offers(delivery_ids=[delivery.pk], now=now, reason="cancelled")
    if delivery.claimed_run_id is not None:
        leave_run(delivery, now=now)
    move(delivery, DeliveryStatus.CANCELLED, now=now, by=SYSTEM, reason=reason)
    record("delivery.cancelled", at=now, delivery_id=delivery.pk)
    _tell(delivery)


def _tell(delivery: Delivery) -> None:
    market = delivery.market_id
    transaction.on_commit(lambda: publish(f"market:{market}", {"kind": "delivery"}), robust=True)
