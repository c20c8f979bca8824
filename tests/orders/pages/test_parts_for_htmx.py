"""With script, only a part of a page is asked for: each such request of the shop's pages is answered with that part."""

import pytest
from django.test import Client

from orders.models import Cart
from stores.models import Store, Window
from tests import make, make_shop
from tests.htmx import Ask, asks_of, send

pytestmark = pytest.mark.django_db

PAGES = ["/", "/basket/", "/checkout/", "/checkout/?step=window", "/checkout/?step=pay", "/search/?q=apples"]


def _asked(browser: Client, url: str) -> list[Ask]:
    page = browser.get(url)
    assert page.status_code == 200, url
    return asks_of(page.content.decode())


def _answered(browser: Client, ask: Ask, url: str) -> None:
    answer = send(browser, ask, url)
    body = answer.content.decode()
    assert answer.status_code == 200, (url, ask)
    assert "<html" not in body, (url, ask)
    if ask.target.startswith("#"):
        assert f'id="{ask.target[1:]}"' in body, (url, ask)


@pytest.mark.parametrize("url", PAGES)
def test_every_part_a_page_asks_for_is_drawn(visitor: Client, cart: Cart, store: Store, url: str) -> None:
    for ask in _asked(visitor, url):
        make_shop.put(visitor, store, "Gala apples", 10)  # the one before may have removed them
        _answered(visitor, ask, url)


def test_every_part_of_an_items_page_is_drawn_in_and_out_of_the_basket(
    visitor: Client, cart: Cart, store: Store
) -> None:
    for name in ("Gala apples", "Whole milk"):
        url = f"/i/{make_shop.piece(store, name).item.public_id}/"
        asked = _asked(visitor, url)
        assert asked
        for ask in asked:
            _answered(visitor, ask, url)


@pytest.mark.parametrize("is_guest", [True, False])
def test_another_day_shows_that_days_windows(client: Client, store: Store, is_guest: bool) -> None:
    day_after = make.NOON.replace(day=make.NOON.day + 1)
    late = make.window(store, starts_at=day_after)
    if not is_guest:
        client.force_login(make.user("Sam Shopper"))
    make_shop.put(make_shop.lives_in(client), store, "Gala apples", 10)
    days = [ask for ask in _asked(client, "/checkout/?step=window") if ask.target == "#windows"]

    pages = [send(client, day, "/checkout/?step=window").content.decode() for day in days]

    assert len(days) == 2
    assert str(late.public_id) in pages[1]
    assert str(Window.objects.earliest("starts_at").public_id) not in pages[1]
