"""Deliveries follow their orders, whichever fact comes first."""

from datetime import timedelta

import pytest

from dispatch.actions.deliveries import cancel_delivery, follow_order, orders_out_of_step, plan_delivery, ready_delivery
from dispatch.models import Delivery, Offer
from dispatch.states import DeliveryStatus, OfferStatus
from events.models import StatusChange
from orders.models import Order
from orders.states import LineStatus, OrderStatus
from payouts.models import Earning
from tests import make

pytestmark = pytest.mark.django_db


def test_a_placed_order_has_a_planned_delivery_with_its_load() -> None:
    store = make.store()
    soup = make.shelf(store, make.item("Soup", grams=400, room=2))
    milk = make.shelf(store, make.item("Milk", grams=3_900, room=6, cold_class="chilled"))
    order = make.order(store, lines=[(soup, 3), (milk, 1)])

    delivery = plan_delivery(order_id=order.pk, now=make.NOON)

    assert delivery is not None
    assert (delivery.status, delivery.drop_area) == (DeliveryStatus.PLANNED, "Nashville 37206")
    assert (delivery.item_count, delivery.unit_count, delivery.room) == (2, 4, 12)
    assert (delivery.grams, delivery.heaviest_grams, delivery.cold_class) == (5_100, 3_900, "chilled")
    assert (delivery.due_from, delivery.due_by) == (order.window.starts_at, order.window.ends_at)


def test_planning_twice_makes_one_delivery() -> None:
    order = make.order()

    first, second = (plan_delivery(order_id=order.pk, now=make.NOON) for _ in range(2))

    assert first == second
    assert Delivery.objects.filter(order=order).count() == 1


def test_a_staged_order_is_ready_even_when_its_placing_was_never_heard_of() -> None:
    order = make.order(status=OrderStatus.READY, ready_at=make.NOON)

    delivery = ready_delivery(order_id=order.pk, now=make.NOON + timedelta(minutes=1))

    assert delivery is not None
    assert (delivery.status, delivery.ready_at) == (DeliveryStatus.READY, make.NOON)


def test_the_load_is_what_is_in_the_bags_once_the_order_is_ready() -> None:
    order = make.order()
    plan_delivery(order_id=order.pk, now=make.NOON)
    order.lines.update(status=LineStatus.PICKED, picked_quantity=4, final_cents=1_600)
    Order.objects.filter(pk=order.pk).update(status=OrderStatus.PICKING)
    Order.objects.filter(pk=order.pk).update(status=OrderStatus.READY)

    delivery = ready_delivery(order_id=order.pk, now=make.NOON)

    assert delivery is not None
    assert delivery.unit_count == 4


def test_a_cancelled_order_takes_its_offers_along() -> None:
    order = make.order(status=OrderStatus.READY)
    delivery = make.delivery(order)
    offer = make.offer(delivery)
    Order.objects.filter(pk=order.pk).update(status=OrderStatus.CANCELLED)

    cancel_delivery(order_id=order.pk, now=make.NOON)

    delivery.refresh_from_db()
    offer.refresh_from_db()
    assert (delivery.status, offer.status) == (DeliveryStatus.CANCELLED, OfferStatus.WITHDRAWN)


def test_a_driver_under_way_is_let_go_with_pay_when_the_order_is_cancelled() -> None:
    order = make.order(status=OrderStatus.READY)
    delivery = make.delivery(order)
    run = make.run(make.offer(delivery))
    Order.objects.filter(pk=order.pk).update(status=OrderStatus.CANCELLED)

    cancel_delivery(order_id=order.pk, now=make.NOON)

    run.refresh_from_db()
    earning = Earning.objects.get(driver=run.driver)
    assert run.status == "finished"
    assert (earning.kind, earning.pay_cents) == ("attempt", run.carried.get().pay_cents)
    assert not run.stops.filter(is_dropped=False).exists()
    assert run.carried.get().dropped_at == make.NOON


def test_the_sweep_finds_what_lost_messages_left_behind() -> None:
    unplanned, unready, uncancelled = make.order(), make.order(), make.order(status=OrderStatus.READY)
    make.order(status=OrderStatus.CANCELLED)
    plan_delivery(order_id=unready.pk, now=make.NOON)
    make.delivery(uncancelled)
    Order.objects.filter(pk=unready.pk).update(status=OrderStatus.PICKING)
    Order.objects.filter(pk=unready.pk).update(status=OrderStatus.READY)
    Order.objects.filter(pk=uncancelled.pk).update(status=OrderStatus.CANCELLED)

    found = orders_out_of_step()
    for pk in found:
        follow_order(order_id=pk, now=make.NOON)

    assert found == [unplanned.pk, unready.pk, uncancelled.pk]
    assert orders_out_of_step() == []
    assert not Offer.objects.exists()


def test_every_move_of_a_delivery_leaves_a_line_of_history() -> None:
    order = make.order(status=OrderStatus.READY)

    delivery = ready_delivery(order_id=order.pk, now=make.NOON)

    assert delivery is not None
    lines = StatusChange.objects.filter(kind="delivery", object_id=delivery.pk).order_by("pk")
    assert list(lines.values_list("to_status", flat=True)) == ["planned", "ready"]
