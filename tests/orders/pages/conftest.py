"""Pages read the clock themselves: here it is noon of 5 June 2026 in Nashville."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from orders.actions.windows import hold_window
from orders.models import Cart
from stores.models import Store, Window
from tests import make, make_shop


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[time_machine.Traveller]:
    """Stop the clock at noon; a test may move it on."""
    with time_machine.travel(make.NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def store() -> Store:
    """A corner shop that delivers to 37206."""
    return make_shop.corner_shop()


@pytest.fixture
def sam() -> User:
    return make.user("Sam Shopper")


@pytest.fixture
def visitor(client: Client, sam: User, store: Store) -> Client:
    """Sam's browser, with ten apples in the basket."""
    client.force_login(sam)
    make_shop.put(make_shop.lives_in(client), store, "Gala apples", 10)
    return client


@pytest.fixture
def cart(visitor: Client, sam: User) -> Cart:
    """The same basket with an address and a held window."""
    found = make_shop.basket()
    found.address = make.address(sam)
    found.save(update_fields=["address"])
    hold_window(cart_id=found.pk, window_id=Window.objects.earliest("starts_at").pk, now=make.NOON)
    return found
