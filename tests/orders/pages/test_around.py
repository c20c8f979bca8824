"""Around the shop: the welcome, delivery times, an order on its way, past orders, and the way to drive."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from orders.models import Cart, Order
from orders.states import OrderStatus
from stores.models import Store
from tests import make, make_shop
from tests.orders.pages.forms import pay_form

pytestmark = pytest.mark.django_db


def ordered(visitor: Client, cart: Cart) -> Order:
    visitor.post("/checkout/place/", pay_form(cart))
    return Order.objects.get()


def pass_on(to: OrderStatus) -> None:
    """Move the only order on, step by step, as its table of moves wants it."""
    steps = [OrderStatus.PICKING, OrderStatus.READY, OrderStatus.HANDED_OVER, OrderStatus.DELIVERED]
    for step in steps[: steps.index(to) + 1]:
        Order.objects.update(status=step, ready_at=make.NOON, delivered_at=make.NOON)


def test_the_welcome_says_hours_minimum_and_fee_and_leads_to_driving(client: Client, store: Store) -> None:
    page = client.get("/").content.decode()

    assert "4:00 pm \N{EN DASH} 10:00 pm" in page
    assert "Minimum order $30.00" in page
    assert "Delivery from $9.95" in page
    assert 'href="/drive/"' in page


def test_who_is_no_driver_reads_how_to_become_one(client: Client, sam: User) -> None:
    client.force_login(sam)

    answer = client.get("/drive/")
    page = answer.content.decode()

    assert answer.status_code == 200
    assert "Drivers are invited by email by the contractor firm" in page
    assert "Sign in with another account" in page
    assert 'value="/account/login/?next=/drive/"' in page


def test_delivery_times_are_shown_before_anything_is_in_the_basket(client: Client, store: Store) -> None:
    page = make_shop.lives_in(client).get("/times/").content.decode()

    assert page.count("$9.95") == 3


def test_an_order_on_its_way_is_on_the_home_page(visitor: Client, cart: Cart) -> None:
    order = ordered(visitor, cart)

    assert f'href="/orders/{order.public_id}/"' in visitor.get("/").content.decode()
    pass_on(OrderStatus.DELIVERED)
    assert f'href="/orders/{order.public_id}/"' not in visitor.get("/").content.decode()


def test_past_orders_show_their_items_and_can_be_ordered_again(visitor: Client, cart: Cart) -> None:
    order = ordered(visitor, cart)

    page = visitor.get("/orders/").content.decode()

    assert f'action="/orders/{order.public_id}/again/"' in page
    assert "Gala apples" in page


def test_ordering_again_goes_to_the_same_address(visitor: Client, cart: Cart) -> None:
    order = ordered(visitor, cart)

    visitor.post(f"/orders/{order.public_id}/again/")

    assert make_shop.basket().address == cart.address


def test_a_packed_order_without_a_driver_is_not_silent(
    visitor: Client, cart: Cart, at_noon: time_machine.Traveller
) -> None:
    order = ordered(visitor, cart)
    pass_on(OrderStatus.READY)
    quiet = visitor.get(f"/orders/{order.public_id}/").content.decode()
    at_noon.move_to(order.window.ends_at - timedelta(minutes=20))

    page = visitor.get(f"/orders/{order.public_id}/part/").content.decode()

    assert "still looking for a driver" not in quiet
    assert "still looking for a driver" in page
    assert "it may arrive after 6:00 pm" in page


def test_numbers_and_codes_are_not_translated_by_a_browser(visitor: Client, cart: Cart) -> None:
    visitor.post("/checkout/notes/", {"handover": "hand", "wants_passcode": "on"})
    order = ordered(visitor, cart)

    page = visitor.get(f"/orders/{order.public_id}/").content.decode()

    assert f'translate="no">{order.passcode}<' in page
    assert f'translate="no">{order.number}<' in page
