"""An article in the admin: what its label says is ticked, and what nobody has said stays unsaid."""

import pytest
from django.test import Client

from stores.models import Item
from tests import make
from tests.prefilled import form_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client) -> Client:
    """Head office, signed in."""
    client.force_login(make.user("Root", is_staff=True, is_superuser=True))
    return client


def sent(office: Client, item: Item, **ticked: list[str]) -> Item:
    """The item after its form was sent as it stood, but for what was ticked."""
    where = f"/admin/stores/item/{item.pk}/change/"
    answer = office.post(where, form_of(office.get(where).content.decode(), "sku") | ticked)
    assert answer.status_code == 302, answer.content.decode()
    item.refresh_from_db()
    return item


@pytest.mark.parametrize("stated", [None, [], ["milk", "wheat"]])
def test_a_form_sent_as_it_stood_says_nothing_new(office: Client, stated: list[str] | None) -> None:
    item = sent(office, make.item(allergens=stated, marks=["vegan"]))

    assert (item.allergens, item.marks) == (stated, ["vegan"])


@pytest.mark.parametrize(("ticked", "kept"), [([], None), (["none"], []), (["soy", "egg"], {"soy", "egg"})])
def test_what_is_ticked_is_what_the_label_says(office: Client, ticked: list[str], kept: object) -> None:
    item = sent(office, make.item(allergens=["milk"]), allergens=ticked)

    assert (set(item.allergens) if item.allergens else item.allergens) == kept


def test_none_and_one_at_once_is_refused(office: Client) -> None:
    item = make.item(allergens=None)
    where = f"/admin/stores/item/{item.pk}/change/"

    page = office.post(where, form_of(office.get(where).content.decode(), "sku") | {"allergens": ["none", "egg"]})

    assert "Tick either what the label names" in page.content.decode()
    item.refresh_from_db()
    assert item.allergens is None
