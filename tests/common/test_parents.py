"""Nobody sees a browser's own page for an address that only takes forms."""

import pytest
from django.test import Client

from common.parents import parent_of
from tests.conventions.access import DESK, FIRM, OPS, PORTAL, POST, SHOP

VISIT = {"sec-fetch-mode": "navigate"}
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("/checkout/address/", "/checkout/"),
        ("/checkout/place/", "/checkout/"),
        ("/basket/put/", "/basket/"),
        ("/nowhere/at/all/", "/"),
    ],
)
def test_the_page_above_is_the_nearest_that_leads_anywhere(path: str, above: str) -> None:
    assert parent_of(path) == above


def test_a_visit_to_an_address_for_forms_ends_on_the_page_above(client: Client) -> None:
    visit = client.get("/checkout/address/", headers=VISIT)
    program = client.get("/checkout/address/")

    assert (visit.status_code, visit.headers["Location"]) == (302, "/checkout/")
    assert program.status_code == 405


def test_every_address_for_forms_has_a_page_above_it() -> None:
    pages = {**SHOP, **PORTAL, **OPS, **FIRM, **DESK}

    assert any(page.methods == POST for page in pages.values())
    assert parent_of("/ops/deliveries/00000000-0000-0000-0000-000000000000/van/").startswith("/ops/deliveries/")
