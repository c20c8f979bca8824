"""Looking around: departments with filters, items with unit prices, a fixed number of queries."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stores.models import Store
from tests import make, make_shop

pytestmark = pytest.mark.django_db


def names(page: str) -> list[str]:
    """Item names in the order of a page."""
    return [part.split("</a>")[0].split(">")[1] for part in page.split('class="hw-product-name"')[1:]]


def queries(client: Client, address: str) -> int:
    """How many statements a page costs."""
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_an_item_shows_its_unit_price(client: Client, store: Store) -> None:
    page = make_shop.lives_in(client).get("/d/dairy/").content.decode()

    assert "$3.89" in page
    assert "3.1¢ / fl oz" in page
    assert "3 left" in page


def test_what_is_sold_by_weight_says_so(client: Client, store: Store) -> None:
    bananas = make_shop.piece(store, "Bananas").item

    page = make_shop.lives_in(client).get(f"/i/{bananas.public_id}/").content.decode()

    assert "$0.32" in page
    assert "64¢ / lb" in page
    assert "Final price depends on weight." in page


def test_a_department_can_be_filtered_and_sorted(client: Client, store: Store) -> None:
    make_shop.fill_department(store, 3)
    make_shop.lives_in(client)

    assert names(client.get("/d/pantry/?kind=Part 1").content.decode()) == ["Beans 001"]
    assert names(client.get("/d/beer/?snap=on").content.decode()) == []
    assert names(client.get("/d/produce/?sort=high").content.decode()) == ["Fuji apples", "Gala apples", "Bananas"]


def test_an_item_that_is_sold_out_shows_what_could_stand_in(client: Client, store: Store) -> None:
    apples = make_shop.piece(store, "Gala apples")
    apples.stock = 0
    apples.save(update_fields=["stock"])

    page = make_shop.lives_in(client).get(f"/i/{apples.item.public_id}/").content.decode()

    assert "Out of stock at this store" in page
    assert "Fuji apples" in names(page)


def test_an_item_of_another_store_is_not_found(client: Client, store: Store) -> None:
    elsewhere = make.shelf(make.store(), make.item("Elsewhere only"))
    make_shop.lives_in(client)

    assert client.get(f"/i/{elsewhere.item.public_id}/").status_code == 404
    assert client.get(f"/i/{uuid4()}/").status_code == 404
    assert client.get("/d/nothing/").status_code == 404


def test_search_finds_what_was_meant(client: Client, store: Store) -> None:
    page = make_shop.lives_in(client).get("/search/?q=bannana").content.decode()

    assert names(page)[0] == "Bananas"


def test_a_search_for_nothing_on_the_shelf_says_what_to_do(client: Client, store: Store) -> None:
    page = make_shop.lives_in(client).get("/search/?q=zzqqxx").content.decode()

    assert "No results" in page
    assert "/d/produce/" in page


@pytest.mark.parametrize("address", ["/d/pantry/", "/search/?q=beans"])
def test_a_list_costs_the_same_with_five_and_with_fifty_rows(client: Client, store: Store, address: str) -> None:
    make_shop.fill_department(store, 5)
    make_shop.put(make_shop.lives_in(client), store, "Gala apples", 1)
    with_five = queries(client, address)

    make_shop.fill_department(store, 45)

    assert queries(client, address) == with_five
    assert with_five <= 10


@pytest.mark.parametrize(
    "address", ["/search/?q=%F0%9F%8D%8C", "/search/?page=0&sort=';--", "/d/produce/?page=9999999999"]
)
def test_nonsense_in_the_address_bar_is_no_error(client: Client, store: Store, address: str) -> None:
    assert make_shop.lives_in(client).get(address).status_code == 200


def test_a_paused_store_says_so_and_keeps_the_basket(client: Client, store: Store) -> None:
    store.is_paused = True
    store.save(update_fields=["is_paused"])

    assert "isn't taking orders right now" in make_shop.lives_in(client).get("/").content.decode()


def test_buy_again_shows_what_was_ordered_before(client: Client, store: Store) -> None:
    sam = make.user()
    make.order(store, sam, lines=[(make_shop.piece(store, "Fuji apples"), 2)])
    client.force_login(sam)

    page = make_shop.lives_in(client).get("/").content.decode()

    assert "Buy again" in page
    assert names(page)[0] == "Fuji apples"
