"""The order on its way: where it stands, who brings it, and never more than a shopper may know."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from common.geo import Point
from dispatch.models import Delivery, Proof, Run
from dispatch.states import DeliveryStatus
from orders.models import Order, Substitution
from orders.states import LineStatus, OrderStatus
from tests import make
from tests.orders.tills import deliver, on_a_real_card, pay, ready_cart

pytestmark = pytest.mark.django_db

HERE = Point(36.19, -86.74)


@pytest.fixture
def sam(client: Client) -> User:
    """Sam, signed in."""
    person = make.user("Sam Shopper")
    client.force_login(person)
    return person


@pytest.fixture
def on_road(sam: User) -> Order:
    """An order that Ann has picked up and is driving to Sam."""
    order = make.order(of=sam, status=OrderStatus.HANDED_OVER, passcode="4821")
    delivery = make.delivery(order)
    run = make.run(make.offer(delivery, to=make.driver("Ann", in_market=delivery.market)))
    Run.objects.filter(pk=run.pk).update(lat=HERE.lat, lng=HERE.lng, located_at=make.NOON)
    stand(delivery, DeliveryStatus.PICKED_UP)
    return order


def stand(delivery: Delivery, status: str) -> None:
    """Take a delivery to a state by allowed moves."""
    road = [*DeliveryStatus][:6]  # planned, ready, claimed, at the store, picked up, delivered
    now = Delivery.objects.values_list("status", flat=True).get(pk=delivery.pk)
    for step in road[road.index(DeliveryStatus(now)) + 1 : road.index(DeliveryStatus(status)) + 1]:
        Delivery.objects.filter(pk=delivery.pk).update(status=step)


def url(order: Order, tail: str = "") -> str:
    """The order's page, or a page under it."""
    return f"/orders/{order.public_id}/{tail}"


def test_a_placed_order_says_when_it_comes(client: Client, sam: User) -> None:
    order = make.order(of=sam, in_window=make.window(store := make.store()), at=store)

    page = client.get(url(order)).content.decode()

    assert "Thank you! Your order is placed" in page
    assert "Today, 4:00 \N{EN DASH} 6:00 pm" in page
    assert "Cancel order" in page


def test_on_the_road_the_page_names_driver_vehicle_and_time(client: Client, on_road: Order) -> None:
    page = client.get(url(on_road)).content.decode()

    assert "Ann is on the way, about 12:20 pm" in page
    assert "blue hatchback" in page
    assert "4821" in page


def test_the_position_is_told_on_the_road(client: Client, on_road: Order) -> None:
    facts = client.get(url(on_road, "live/")).json()
    kinds = {feature["properties"]["kind"] for feature in client.get(url(on_road, "map/")).json()["features"]}

    assert facts["position"]["lat"] == HERE.lat
    assert kinds == {"store", "home", "driver"}


@pytest.mark.parametrize("status", [DeliveryStatus.CLAIMED, DeliveryStatus.AT_STORE])
def test_before_pick_up_nobody_sees_where_the_driver_is(client: Client, sam: User, status: str) -> None:
    order = make.order(of=sam, status=OrderStatus.READY)
    delivery = make.delivery(order)
    run = make.run(make.offer(delivery, to=make.driver("Ann", in_market=delivery.market)))
    Run.objects.filter(pk=run.pk).update(lat=HERE.lat, lng=HERE.lng, located_at=make.NOON)
    if status == DeliveryStatus.AT_STORE:
        stand(delivery, status)

    assert client.get(url(order, "live/")).json()["position"] is None
    assert "Ann" in client.get(url(order)).content.decode()


def test_after_delivery_nobody_sees_where_the_driver_is(client: Client, on_road: Order) -> None:
    stand(Delivery.objects.get(order=on_road), DeliveryStatus.DELIVERED)
    Order.objects.filter(pk=on_road.pk).update(status=OrderStatus.DELIVERED, delivered_at=make.NOON)

    assert client.get(url(on_road, "live/")).json()["position"] is None
    assert client.get(url(on_road, "part/")).status_code == 286


@pytest.mark.parametrize("tail", ["", "part/", "live/", "map/", "photo/", "receipt/", "receipt.pdf"])
def test_the_order_of_another_is_not_found(client: Client, sam: User, tail: str) -> None:
    assert client.get(url(make.order(), tail)).status_code == 404
    assert client.get(f"/orders/{uuid4()}/{tail}").status_code == 404


@pytest.mark.parametrize("tail", ["cancel/", "tip/", "again/", "substitutes/11111111-2222-4333-8444-555555555555/"])
def test_nobody_changes_the_order_of_another(client: Client, sam: User, tail: str) -> None:
    assert client.post(url(make.order(), tail), {"dollars": "9", "key": uuid4()}).status_code == 404


def test_who_is_signed_out_is_asked_to_sign_in(client: Client) -> None:
    answer = client.get(url(make.order()))

    assert answer.headers["Location"].startswith("/account/login/")


def test_an_order_is_cancelled_before_picking(client: Client, sam: User) -> None:
    order = make.order(of=sam)
    order.window.taken = 1
    order.window.save(update_fields=["taken"])

    page = client.post(url(order, "cancel/"), follow=True).content.decode()

    assert "Canceled" in page
    assert "nothing is charged" in page


def test_once_picking_has_started_it_is_too_late(client: Client, sam: User) -> None:
    order = make.order(of=sam, status=OrderStatus.PICKING)

    page = client.post(url(order, "cancel/"), follow=True).content.decode()

    assert "already started on your order" in page
    assert Order.objects.get(pk=order.pk).status == OrderStatus.PICKING


def proposed(order: Order) -> Substitution:
    """A question from the picker: Fuji for Gala."""
    fuji = make.shelf(order.store, make.item("Fuji apples"))
    return Substitution.objects.create(
        line=order.lines.get(),
        store_item=fuji,
        name="Fuji apples",
        quantity=10,
        shelf_price_cents=400,
        shelf_total_cents=4_000,
        charged_cents=3_900,
        status=Substitution.Status.PROPOSED,
        decide_by=make.NOON + timedelta(minutes=10),
        created_at=make.NOON,
    )


@pytest.mark.parametrize(
    ("answer", "becomes"), [("yes", LineStatus.SUBSTITUTED), ("no", LineStatus.SHORT)], ids=["yes", "no"]
)
def test_a_proposed_substitute_is_answered_on_the_page(
    client: Client, sam: User, answer: str, becomes: LineStatus
) -> None:
    order = make.order(of=sam, status=OrderStatus.PICKING)
    asked = proposed(order)

    page = client.get(url(order)).content.decode()
    client.post(url(order, f"substitutes/{asked.public_id}/"), {"answer": answer})

    assert "Gala apples is out of stock. Take this instead?" in page
    assert "Answer by 12:10 pm" in page
    assert order.lines.get().status == becomes


def test_the_question_of_another_order_is_not_found(client: Client, sam: User) -> None:
    mine = make.order(of=sam, status=OrderStatus.PICKING)
    others = proposed(make.order(status=OrderStatus.PICKING))

    answer = client.post(url(mine, f"substitutes/{others.public_id}/"), {"answer": "yes"})

    assert answer.status_code == 404


def test_the_tip_rises_on_the_page(client: Client, sam: User) -> None:
    order = on_a_real_card(make.order(of=sam, tip_cents=500))

    client.post(url(order, "tip/"), {"dollars": "7.50", "key": uuid4()})

    assert Order.objects.get(pk=order.pk).tip_cents == 750


def test_a_refused_tip_says_why(client: Client, sam: User) -> None:
    order = make.order(of=sam, tip_cents=500)

    page = client.post(url(order, "tip/"), {"dollars": "1.00", "key": uuid4()}, follow=True).content.decode()

    assert "can be raised but not lowered" in page
    assert Order.objects.get(pk=order.pk).tip_cents == 500


def test_a_delivered_order_shows_final_amounts_and_its_receipt(client: Client, at_noon: time_machine.Traveller) -> None:
    order = deliver(pay(ready_cart()), final_subtotal_cents=3_800, final_tax_cents=238, final_total_cents=5_033)
    client.force_login(order.shopper)

    page = client.get(url(order)).content.decode()
    receipt = client.get(url(order, "receipt/")).content.decode()

    assert "5:00 pm" in page
    assert "Delivered" in page
    assert "$50.33" in page
    assert "Receipt" in receipt
    assert "$38.00" in receipt


def test_the_receipt_is_a_pdf_too(client: Client, sam: User) -> None:
    order = make.order(of=sam, statutory_fee_label="<b>Road & Food Fee</b>")

    answer = client.get(url(order, "receipt.pdf"))

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_the_photo_at_the_door_is_for_its_shopper_alone(client: Client, on_road: Order) -> None:
    delivery = Delivery.objects.get(order=on_road)
    assert delivery.claimed_run is not None
    Proof.objects.create(
        delivery=delivery,
        run=delivery.claimed_run,
        kind=Proof.Kind.PHOTO,
        photo=ContentFile(b"\xff\xd8\xff", name="door.jpg"),
        at=make.NOON,
    )
    assert client.get(url(on_road, "photo/")).status_code == 404
    stand(delivery, DeliveryStatus.DELIVERED)

    shown = client.get(url(on_road, "photo/"))

    assert shown.headers["Cache-Control"] == "private, no-store"
    assert b"".join(shown.streaming_content) == b"\xff\xd8\xff"  # type: ignore[attr-defined]  # a file's answer


def test_the_list_of_orders_costs_the_same_with_five_and_with_fifteen(client: Client, sam: User) -> None:
    store = make.store()
    for _ in range(5):
        make.order(store, sam)
    with CaptureQueriesContext(connection) as few:
        client.get("/orders/")

    for _ in range(10):
        make.order(store, sam)
    with CaptureQueriesContext(connection) as many:
        page = client.get("/orders/")

    assert page.content.decode().count("hw-order ") + page.content.decode().count('hw-order"') == 15
    assert len(few) == len(many)


def test_the_order_page_costs_a_fixed_number_of_queries(client: Client, on_road: Order) -> None:
    with CaptureQueriesContext(connection) as seen:
        client.get(url(on_road))

    assert len(seen) <= 20


def test_ordering_again_fills_the_basket(client: Client, sam: User) -> None:
    order = make.order(of=sam, lines=[(make.shelf(store := make.store()), 3)], at=store)
    make.line(order, make.shelf(order.store, make.item("Pears"), stock=0), 2)

    page = client.post(url(order, "again/"), follow=True).content.decode()

    assert "Gala apples" in page
    assert "Out of stock right now: Pears." in page


def test_ordering_again_twice_changes_nothing_more(client: Client, sam: User) -> None:
    order = make.order(of=sam)

    client.post(url(order, "again/"))
    client.post(url(order, "again/"))

    assert sam.carts.get().lines.get().quantity == 10


def test_an_address_is_added_and_taken_out(client: Client, sam: User) -> None:
    make.store()
    form = {"line1": "1416 Woodland St", "city": "Nashville", "zip_code": "37206"}

    client.post("/addresses/", form)
    address = sam.addresses.get()
    client.post(f"/addresses/{address.public_id}/forget/")

    assert not sam.addresses.exists()
    assert client.post(f"/addresses/{make.address().public_id}/forget/").status_code == 404
