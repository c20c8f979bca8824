"""Each person lands on the page of their work."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("who", "lands_on"),
    [("operator", "/ops/"), ("driver", "/drive/"), ("firm", "/firm/"), ("staff", "/admin/"), ("shopper", "/")],
)
def test_signing_in_leads_to_ones_own_page(client: Client, who: str, lands_on: str) -> None:
    people: dict[str, Callable[[], User]] = {
        "operator": make.operator,
        "driver": lambda: make.driver().user,
        "firm": lambda: make.firm_member(make.firm()),
        "staff": lambda: make.staff(make.store()),
        "shopper": make.user,
    }
    client.force_login(people[who]())

    answer = client.get("/account/landing/")

    assert answer.headers["Location"] == lands_on
