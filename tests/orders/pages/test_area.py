"""Address or ZIP first: whether we deliver, from where, and how soon."""

import pytest
from django.test import Client

from orders.models import Cart
from providers.errors import Unavailable
from providers.geocoding.builtin import BuiltinGeocoding
from stores.models import Store
from tests import make, make_shop

pytestmark = pytest.mark.django_db


def test_a_newcomer_is_asked_where_to_deliver(client: Client, store: Store) -> None:
    page = client.get("/").content.decode()

    assert "Address or ZIP code" in page
    assert "Nashville, TN" in page


def test_a_served_zip_leads_to_the_shop_with_its_next_window(client: Client, store: Store) -> None:
    answer = client.post("/area/", {"place": "37206"})
    page = client.get("/").content.decode()

    assert answer.headers["Location"] == "/"
    assert "Next delivery" in page
    assert "today, 4:00 \N{EN DASH} 6:00 pm" in page
    assert "$9.95" in page
    assert store.name in page


def test_outside_the_area_the_nearest_served_zips_are_named(client: Client, store: Store) -> None:
    page = client.post("/area/", {"place": "37211"}).content.decode()

    assert "We do not deliver to 37211 yet" in page
    assert "Shop for 37206" in page


def test_outside_the_area_nothing_is_lost(client: Client, store: Store) -> None:
    make_shop.put(make_shop.lives_in(client), store, "Gala apples", 2)

    page = client.post("/area/", {"place": "99501"}).content.decode()

    assert "Your basket is saved: 2 items." in page
    assert "Gala apples" in client.get("/basket/").content.decode()


def test_words_that_are_no_place_are_refused_in_the_form(client: Client, store: Store) -> None:
    answer = client.post("/area/", {"place": "qqq zzz"})

    assert answer.status_code == 404
    assert "could not find that address" in answer.content.decode()


def test_a_zip_is_enough_while_the_geocoder_is_away(
    client: Client, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(self: BuiltinGeocoding, text: str, **near: object) -> None:
        raise Unavailable("geocoder")

    monkeypatch.setattr(BuiltinGeocoding, "geocode", away)

    answer = client.post("/area/", {"place": "somewhere in 37206"})

    assert answer.headers["Location"] == "/"


def test_prices_need_a_place_and_the_way_back_is_kept(client: Client, store: Store) -> None:
    answer = client.get("/d/produce/?sort=low")

    assert answer.headers["Location"] == "/area/?next=%2Fd%2Fproduce%2F%3Fsort%3Dlow"

    settled = client.post("/area/", {"place": "37206", "next": "/d/produce/?sort=low"})

    assert settled.headers["Location"] == "/d/produce/?sort=low"


def test_nobody_is_sent_to_another_site(client: Client, store: Store) -> None:
    answer = client.post("/area/", {"place": "37206", "next": "https://elsewhere.example/"})

    assert answer.headers["Location"] == "/"


def test_a_basket_moves_to_the_store_of_the_new_place(client: Client, store: Store) -> None:
    other = make.store(store.market, zips=["37115"])
    make.shelf(other, make_shop.piece(store, "Gala apples").item, price_cents=410)
    make_shop.put(make_shop.lives_in(client), store, "Gala apples", 2)
    make_shop.put(client, store, "Bananas", 1)

    answer = client.post("/area/", {"place": "37115", "move": str(other.public_id)}, follow=True)

    assert Cart.objects.get().store == other
    assert f"{other.name} does not have: Bananas." in answer.content.decode()


def test_a_shopper_is_known_by_the_newest_address(client: Client, store: Store) -> None:
    sam = make.user()
    make.address(sam)
    client.force_login(sam)

    assert "Next delivery" in client.get("/").content.decode()
