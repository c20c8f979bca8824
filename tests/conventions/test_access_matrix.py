"""R19: nobody reads or changes what is another's. Every address is opened by every role, with own and foreign ids."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from stores.models import Store
from tests.conventions.access import BOTH, EVERYBODY, PAGES, ROWS, Page
from tests.conventions.access_page import PATH, access_page
from tests.conventions.addresses import address, names
from tests.make_city import City

REFUSED = {401, 403, 404}
SIGN_IN = ("/account/login/", "/admin/login/")
NOT_RUN = {"admin:autocomplete", "admin:view_on_site", "admin:app_list"}  # need arguments of their own; see below

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("city")]


def browser(city: City, role: str) -> Client:
    """The browser of a role; a fault of the page is an answer here, not an exception."""
    client = Client(raise_request_exception=False)
    person = city.roles[role]
    if person is not None:
        client.force_login(person)
    return client


def is_refused(answer: Any) -> bool:
    """Whether somebody was kept out: told that there is no such page for them, or sent to sign in."""
    return answer.status_code in REFUSED or answer.headers.get("Location", "").startswith(SIGN_IN)


def content(answer: Any) -> bytes:
    return b"".join(answer) if answer.streaming else answer.content


def test_every_address_stands_in_the_table() -> None:
    assert names() == set(PAGES)


def test_every_kind_of_row_in_the_admin_stands_in_the_table() -> None:
    assert {model._meta.label_lower for model in admin.site._registry} == set(ROWS)


def test_the_page_of_access_is_current() -> None:
    assert PATH.read_text() == access_page(), "run `python -m tests.conventions.access_page`"


def test_every_role_of_the_table_is_tried(city: City) -> None:
    assert set(city.roles) == EVERYBODY


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_a_role_opens_its_own_pages_and_no_others(city: City, role: str) -> None:
    client, wrong = browser(city, role), []
    for name, page in own_pages():
        answer = client.get(address(name, page, city.ours.things))
        if role not in page.who:
            fine = is_refused(answer) or answer.status_code == 405
        else:
            fine = answer.status_code in page.answers if "GET" in page.methods else answer.status_code == 405
        if not fine:
            wrong.append(f"GET {name} answers {answer.status_code}")

    assert wrong == []


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_a_role_changes_nothing_it_may_not(city: City, role: str) -> None:
    client, wrong = browser(city, role), []
    for name, page in own_pages():
        if role in page.who and "POST" in page.methods:
            continue
        answer = client.post(address(name, page, city.ours.things))
        fine = is_refused(answer) or answer.status_code == 405
        if not fine:
            wrong.append(f"POST {name} answers {answer.status_code}")

    assert wrong == []


@pytest.mark.parametrize("role", sorted(EVERYBODY - {"operator", "superuser"}))
def test_what_is_anothers_and_what_is_not_there_look_alike(city: City, role: str) -> None:
    client, wrong = browser(city, role), []
    absent = {thing: str(uuid4()) if "-" in value else value for thing, value in city.theirs.things.items()}
    for name, page in own_pages():
        private = [thing for thing in page.ids.values() if city.ours.things.get(thing) != city.theirs.things.get(thing)]
        if role not in page.who or not private or page.who == EVERYBODY:
            continue
        for method in page.methods:
            foreign, missing = (
                client.generic(method, address(name, page, things)) for things in (city.theirs.things, absent)
            )
            if (foreign.status_code, missing.status_code) != (404, 404):
                wrong.append(f"{method} {name}: foreign {foreign.status_code}, absent {missing.status_code}")

    assert wrong == []


@pytest.mark.parametrize("role", sorted(EVERYBODY - {"operator", "superuser"}))
def test_no_page_without_an_id_tells_of_anothers_things(city: City, role: str) -> None:
    client = browser(city, role)
    own_basket = {"shopper": city.ours.things["cart"], "other shopper": city.theirs.things["cart"]}
    named = {thing for page in PAGES.values() for thing in page.ids.values()}
    opens = {thing for page in PAGES.values() if role in page.who for thing in page.ids.values()}
    opens |= {"sent settlement"} if "settlement" in opens else set()  # read by the same people, its file by fewer
    secret = {value for thing, value in city.ours.things.items() if thing in named - opens and "-" in value}
    theirs = {value for thing, value in city.theirs.things.items() if thing in named and "-" in value}
    secret |= theirs - opened_by_theirs(city, role)
    when = {side.things[thing] for side in (city.ours, city.theirs) for thing in ("window", "block")}
    secret -= when  # when a store delivers and asks for drivers is nobody's secret
    secret -= {own_basket.get(role, "")}
    told = []
    for name, page in own_pages():
        if role in page.who and "GET" in page.methods and not page.ids:
            body = content(client.get(address(name, page, {}))).decode(errors="replace")
            told += [f"{name} tells {value}" for value in sorted(secret) if value in body]

    assert told == []


def opened_by_theirs(city: City, role: str) -> set[str]:
    """Things of the other side that a role of that side opens, or that everybody does."""
    mirror = {"other shopper": "shopper", "other store's manager": "manager", "other driver": "driver",
              "other firm's owner": "firm owner"}  # fmt: skip
    pages = [page for page in PAGES.values() if mirror.get(role) in page.who or page.who == EVERYBODY]
    return {city.theirs.things[thing] for page in pages for thing in page.ids.values() if thing in city.theirs.things}


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_the_admin_shows_a_role_its_own_rows_only(city: City, role: str) -> None:
    client, wrong = browser(city, role), []
    for label, who in ROWS.items():
        app, model = label.split(".")
        listed = client.get(reverse(f"admin:{app}_{model}_changelist"))
        if (listed.status_code == 200) != (role in who) or not (listed.status_code == 200 or is_refused(listed)):
            wrong.append(f"the list of {label} answers {listed.status_code}")
        for row_id, is_ours in rows_by_store(city, label).items():
            for page in ("change", "history", "delete"):
                answer = client.get(reverse(f"admin:{app}_{model}_{page}", args=[row_id]))
                may = role in who and (is_ours or role in {"superuser", "other store's manager"})
                if answer.status_code == 200 and (not may or (is_ours and role == "other store's manager")):
                    wrong.append(f"{page} of {label} of {'our' if is_ours else 'their'} store is open")

    assert wrong == []


def rows_by_store(city: City, label: str) -> Mapping[int, bool]:
    """One row of each store, by pk, with whether it is of our side; none for what belongs to no store."""
    model = apps.get_model(label)
    fields = {one.name for one in model._meta.get_fields()}
    found = {}
    for side, is_ours in ((city.ours, True), (city.theirs, False)):
        if model is Store:
            found[side.store.pk] = is_ours
        elif "store" in fields:
            row = model._default_manager.filter(store=side.store).first()
            found |= {row.pk: is_ours} if row else {}
    return found


def own_pages() -> Iterator[tuple[str, Page]]:
    """Every page that can be opened with the things of a city."""
    return ((name, page) for name, page in PAGES.items() if name not in NOT_RUN)


@pytest.mark.parametrize("role", sorted(EVERYBODY - {"superuser"}))
def test_the_search_behind_the_admins_choices_tells_nobody_too_much(city: City, role: str) -> None:
    ask = {"app_label": "orders", "model_name": "order", "field_name": "shopper", "term": "e"}

    answer = browser(city, role).get(reverse("admin:autocomplete"), ask)

    assert is_refused(answer) or b'"results": []' in answer.content


def test_signing_out_asks_first_and_reading_changes_nothing(city: City) -> None:
    client = browser(city, "shopper")

    client.get(reverse("account_logout"))

    assert client.get(reverse("shop:orders")).status_code == 200
    assert PAGES["account_logout"].methods == BOTH
