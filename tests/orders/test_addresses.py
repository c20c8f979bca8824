"""Addresses are found on the map once and kept."""

from unittest.mock import patch

import pytest

from common.errors import InvalidInput
from common.geo import Point
from orders.actions.addresses import AddressServiceAway, save_address
from orders.models import Address
from providers.errors import Unavailable
from providers.geocoding.base import AddressNotFound
from providers.geocoding.gateway import gateway
from tests import make

pytestmark = pytest.mark.django_db


def test_an_address_is_found_and_kept_once() -> None:
    sam = make.user()

    first = save_address(shopper_id=sam.pk, line1=" 1100  Broadway ", city="Nashville", state="TN", zip_code="37203")
    again = save_address(shopper_id=sam.pk, line1="1100 Broadway", city="Nashville", state="TN", zip_code="37203")

    assert first.pk == again.pk
    assert (again.line1, again.city, again.state, again.zip_code) == ("1100 Broadway", "Nashville", "TN", "37203")
    assert Point(again.lat, again.lng).metres_to(make.DOWNTOWN) < 8_000


@pytest.mark.parametrize(("line1", "zip_code"), [("", "37203"), ("1 Main St", "3720"), ("1 Main St", "٣٧٢٠٣")])
def test_what_is_no_address_is_refused(line1: str, zip_code: str) -> None:
    with pytest.raises(InvalidInput):
        save_address(shopper_id=make.user().pk, line1=line1, zip_code=zip_code)


def test_a_place_nobody_knows_is_refused() -> None:
    with pytest.raises(AddressNotFound):
        save_address(shopper_id=make.user().pk, line1="1 Main St", zip_code="00000")


def test_a_silent_geocoder_loses_nothing() -> None:
    with patch.object(gateway(), "geocode", side_effect=Unavailable), pytest.raises(AddressServiceAway):
        save_address(shopper_id=make.user().pk, line1="1100 Broadway", zip_code="37203")

    assert not Address.objects.exists()
