"""R8, R22: a lock that others hold, and a database that is gone, are a sentence on every page and in the API."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from tests import make
from tests.conventions.access import PAGES, Page
from tests.conventions.fields import filled
from tests.conventions.test_hostile_input import OWNERS, opener, pages, place
from tests.make_city import City, build_city
from tests.orders.tills import pay, ready_cart
from tests.roles import app_parameters

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults")]
LEFT_OUT = {"ready", "alive", "api-schema", "api-docs", "set_language"}
LOST = 1  # a port nobody listens on


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    """A city whose rows are committed, so that others can hold them."""
    options = {"state_dir": str(tmp_path / "gateway"), "slow_seconds": 0}
    with override_settings(PAYMENTS_OPTIONS=options, MEDIA_ROOT=str(tmp_path / "media")):
        yield build_city(timezone.now())


@pytest.fixture
def browsers(city: City) -> dict[str, Client]:
    found = {}
    for role in OWNERS:
        found[role] = Client(raise_request_exception=False)
        person = city.roles[role]
        if person is not None:
            found[role].force_login(person)
    return found


@contextmanager
def every_row_held() -> Iterator[None]:
    """Somebody else holds every table for writing, and we are not patient."""
    owner = {name: settings.OWNER_DATABASE[name.upper()] for name in ("user", "password")}
    other = psycopg2.connect(**app_parameters() | owner)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    try:
        with other.cursor() as cursor:
            cursor.execute(
                "SELECT string_agg(format('%I', tablename), ', ') FROM pg_tables WHERE schemaname = 'public'"
            )
            (names,) = cursor.fetchone() or ("",)
            cursor.execute(f"LOCK TABLE {names} IN EXCLUSIVE MODE")
        yield
    finally:
        other.rollback()
        other.close()
        connection.close()


@contextmanager
def database_gone() -> Iterator[None]:
    connection.close()
    before = connection.settings_dict["PORT"]
    connection.settings_dict["PORT"] = LOST
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["PORT"] = before


def sent(client: Client, method: str, where: str, form: dict[str, str]) -> Any:
    if where.startswith("/api/"):
        return client.generic(method, where, "{}" if method == "POST" else "", content_type="application/json")
    return client.post(where, form) if method == "POST" else client.get(where)


def walk() -> Iterator[tuple[str, str, Page]]:
    for name, page in pages():
        if name not in LEFT_OUT:
            for method in sorted(page.methods):
                yield name, method, page


def test_a_row_that_others_hold_is_a_sentence_and_a_time_on_every_page(city: City, browsers: dict[str, Client]) -> None:
    bare, told = [], list[str]()
    with every_row_held():
        for name, method, page in walk():
            answer = sent(browsers[opener(page)], method, place(name, page, city), filled(name, city.ours.things))
            if answer.status_code >= 500:
                bare.append(f"{method} {name}: {answer.status_code}")
            if answer.status_code == 409 and b"Nothing was done; try again." in answer.content:
                told.append(name)
                assert "Retry-After" in answer.headers or name.startswith("portal:"), name

    assert bare == []
    assert len(told) >= 10, told


def test_a_database_that_is_gone_is_a_sentence_and_a_time_on_every_page(
    city: City, browsers: dict[str, Client]
) -> None:
    wrong = []
    with database_gone():
        for name, method, page in walk():
            answer = sent(browsers[opener(page)], method, place(name, page, city), filled(name, city.ours.things))
            if answer.status_code >= 500 and (answer.status_code, "Retry-After" in answer.headers) != (503, True):
                wrong.append(f"{method} {name}: {answer.status_code}")
            if name == "portal:home":
                assert b"We cannot look anything up right now" in answer.content

    assert wrong == []
    assert "portal:home" in PAGES


def test_a_press_that_loses_gets_the_order(client: Client) -> None:
    cart = ready_cart()
    assert cart.shopper is not None
    client.force_login(cart.shopper)
    order = pay(cart)

    with every_row_held():
        answer = client.post(
            "/checkout/place/", {"cart": str(cart.public_id)}, HTTP_REFERER="http://testserver/checkout/"
        )

    assert (answer.status_code, answer.headers.get("Location")) == (302, f"/orders/{order.public_id}/")
    assert make.NOON
