"""The basket's page: counts, wishes, what is short, and that prices come from the shelf alone."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from orders.models import CartLine, Wish
from stores.models import Store
from tests import make, make_shop

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def visitor(client: Client, store: Store) -> Client:
    """A signed-out browser that has said where it lives."""
    return make_shop.lives_in(client)


def test_a_plain_form_adds_and_comes_back(visitor: Client, store: Store) -> None:
    item = make_shop.piece(store, "Gala apples").item

    answer = visitor.post("/basket/put/", {"item": item.public_id, "quantity": 2, "next": "/d/produce/"})

    assert answer.headers["Location"] == "/d/produce/"
    assert CartLine.objects.get().quantity == 2


def test_with_htmx_the_button_becomes_a_stepper_in_place(visitor: Client, store: Store) -> None:
    item = make_shop.piece(store, "Gala apples").item
    asked = {"item": item.public_id, "quantity": 2, "look": "tile"}

    page = visitor.post("/basket/put/", asked, headers=HTMX).content.decode()

    assert "hw-stepper" in page
    assert 'id="basket-bar" hx-swap-oob="true"' in page
    assert "add $22.00 to order" in page


def test_more_than_there_is_is_refused_and_the_basket_stays(visitor: Client, store: Store) -> None:
    make_shop.put(visitor, store, "Whole milk", 2)
    asked = {"item": make_shop.piece(store, "Whole milk").item.public_id, "quantity": 9, "look": "tile"}

    answer = visitor.post("/basket/put/", asked, headers=HTMX)

    toast = json.loads(answer.headers["HX-Trigger"])["toast"]
    assert toast["text"].startswith("Only 3 left of Whole milk")
    assert CartLine.objects.get().quantity == 2


def test_a_tampered_price_changes_nothing(visitor: Client, store: Store) -> None:
    item = make_shop.piece(store, "Gala apples").item
    asked = {"item": item.public_id, "quantity": 10, "price": 1, "price_cents": 1, "unit_price": "0.01"}

    visitor.post("/basket/put/", asked)

    assert "$40.00" in visitor.get("/basket/").content.decode()


@pytest.mark.parametrize("quantity", ["-1", "100", "many", "1e2", ""])
def test_a_count_that_is_none_is_refused(visitor: Client, store: Store, quantity: str) -> None:
    item = make_shop.piece(store, "Gala apples").item

    visitor.post("/basket/put/", {"item": item.public_id, "quantity": quantity})

    assert not CartLine.objects.exists()


def test_a_wish_is_kept_with_its_line(visitor: Client, store: Store) -> None:
    make_shop.put(visitor, store, "Gala apples", 2)
    gala, fuji = (make_shop.piece(store, name).item for name in ("Gala apples", "Fuji apples"))
    gala.alternatives.add(fuji)

    visitor.post("/basket/wish/", {"item": gala.public_id, "choice": fuji.public_id})

    line = CartLine.objects.select_related("wish_item__item").get()
    assert line.wish == Wish.THIS
    assert line.wish_item is not None
    assert line.wish_item.item == fuji
    assert "<strong>Fuji apples</strong>" in visitor.get("/basket/").content.decode()


def test_a_wish_can_be_no_substitute(visitor: Client, store: Store) -> None:
    make_shop.put(visitor, store, "Gala apples", 2)

    visitor.post("/basket/wish/", {"item": make_shop.piece(store, "Gala apples").item.public_id, "choice": "none"})

    assert CartLine.objects.get().wish == Wish.NONE


def test_what_sold_out_meanwhile_is_said_on_its_line(visitor: Client, store: Store) -> None:
    make_shop.put(visitor, store, "Gala apples", 5)
    make_shop.put(visitor, store, "Bananas", 5)
    for name, left in (("Gala apples", 0), ("Bananas", 2)):
        row = make_shop.piece(store, name)
        row.stock = left
        row.save(update_fields=["stock"])

    page = visitor.get("/basket/").content.decode()

    assert "Sold out" in page
    assert "Only 2 left" in page


def test_an_empty_basket_says_what_to_do(visitor: Client) -> None:
    assert "Your basket is empty" in visitor.get("/basket/").content.decode()


def test_emptying_takes_everything_out(visitor: Client, store: Store) -> None:
    make_shop.put(visitor, store, "Gala apples", 5)

    visitor.post("/basket/clear/")

    assert not CartLine.objects.exists()


def test_below_the_minimum_the_page_says_how_much_is_missing(visitor: Client, store: Store) -> None:
    make_shop.put(visitor, store, "Gala apples", 2)

    page = visitor.get("/basket/").content.decode()

    assert "Add $22.00 to order" in page
    assert "Choose a delivery time" not in page


def test_the_basket_comes_along_when_its_shopper_signs_in(visitor: Client, store: Store) -> None:
    make_shop.put(visitor, store, "Gala apples", 2)
    sam = make.with_password(make.user())

    visitor.post("/account/login/", {"login": sam.email, "password": "test-password"})
    page = visitor.get("/basket/").content.decode()

    assert "Gala apples" in page
    assert make_shop.basket().shopper == sam


def test_nobody_sees_the_basket_of_another(visitor: Client, store: Store) -> None:
    make_shop.put(visitor, store, "Gala apples", 2)
    eve = Client()
    session = eve.session
    session["cart"] = str(make.cart(make.user("Sam"), store).public_id)
    session.save()

    assert "Your basket is empty" in eve.get("/basket/").content.decode()


def test_the_page_costs_the_same_with_two_and_with_twenty_lines(visitor: Client, store: Store) -> None:
    make_shop.fill_department(store, 20)
    for number in range(2):
        make_shop.put(visitor, store, f"Beans {number:03}", 1)
    with CaptureQueriesContext(connection) as few:
        visitor.get("/basket/")

    for number in range(2, 20):
        make_shop.put(visitor, store, f"Beans {number:03}", 1)
    with CaptureQueriesContext(connection) as many:
        visitor.get("/basket/")

    assert len(few) == len(many)
    assert len(many) <= 12


def test_signing_in_says_which_quantity_counts_and_what_was_added(sam: User, store: Store) -> None:
    home, phone = Client(), Client()
    home.force_login(sam)
    make_shop.put(make_shop.lives_in(home), store, "Fuji apples", 2)
    make_shop.put(home, store, "Bananas", 1)
    make_shop.put(make_shop.lives_in(phone), store, "Fuji apples", 1)
    make_shop.put(phone, store, "Whole milk", 1)
    phone.force_login(sam)

    page = phone.get("/basket/").content.decode()

    assert "the larger quantity counts: Fuji apples (2)" in page
    assert "saved in your account: Bananas" in page
    assert "Whole milk" in page


def test_a_quantity_can_be_typed(visitor: Client, store: Store) -> None:
    make_shop.put(visitor, store, "Gala apples", 2)
    item = make_shop.piece(store, "Gala apples").item

    visitor.post("/basket/put/", {"item": item.public_id, "quantity": "", "typed": "12"})
    typed = CartLine.objects.get().quantity
    visitor.post("/basket/put/", {"item": item.public_id, "quantity": "3", "typed": "12"})

    assert (typed, CartLine.objects.get().quantity) == (12, 3)


@pytest.mark.parametrize("fields", [{"typed": "150"}, {"typed": "many"}, {"quantity": "-1"}, {}])
def test_a_quantity_that_cannot_be_is_said_to_script_too(visitor: Client, store: Store, fields: dict[str, str]) -> None:
    make_shop.put(visitor, store, "Gala apples", 2)
    item = make_shop.piece(store, "Gala apples").item

    answer = visitor.post("/basket/put/", {"item": item.public_id, "look": "line", **fields}, headers=HTMX)

    assert answer.status_code == 204
    assert "between 0 and 99" in json.loads(answer.headers["HX-Trigger"])["toast"]["text"]
    assert CartLine.objects.get().quantity == 2


def test_emptying_the_basket_can_be_undone(visitor: Client, store: Store) -> None:
    make_shop.put(visitor, store, "Gala apples", 2)
    make_shop.put(visitor, store, "Bananas", 4)
    CartLine.objects.filter(quantity=4).update(wish=Wish.NONE)

    page = visitor.post("/basket/clear/", follow=True).content.decode()
    assert not CartLine.objects.exists()
    assert 'action="/basket/undo/"' in page
    for _ in range(2):
        visitor.post("/basket/undo/")

    assert list(CartLine.objects.order_by("pk").values_list("quantity", "wish")) == [(2, Wish.BEST), (4, Wish.NONE)]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_removing_an_item_can_be_undone(visitor: Client, store: Store, headers: dict[str, str]) -> None:
    make_shop.put(visitor, store, "Gala apples", 2)
    item = make_shop.piece(store, "Gala apples").item

    answer = visitor.post("/basket/put/", {"item": item.public_id, "quantity": 0, "look": "line"}, headers=headers)
    visitor.post("/basket/put/", {"item": item.public_id, "quantity": 0, "look": "line"}, headers=HTMX)
    if headers:
        assert json.loads(answer.headers["HX-Trigger"])["toast"]["undo"] == "/basket/undo/"
    else:
        assert "Gala apples was removed." in visitor.get("/basket/").content.decode()
    visitor.post("/basket/undo/")

    assert CartLine.objects.get().quantity == 2


def test_no_form_of_a_part_leads_to_where_only_forms_go(visitor: Client, store: Store) -> None:
    item = make_shop.piece(store, "Gala apples").item

    for look in ("tile", "item", "line"):
        page = visitor.post("/basket/put/", {"item": item.public_id, "quantity": 2, "look": look}, headers=HTMX)
        assert 'name="next" value="/basket/put/' not in page.content.decode()
