"""What managers type becomes what is kept, or a refusal in their words."""

import pytest
from django import forms
from django.urls import reverse

from common.fields.shares import PercentField
from common.fields.values import Codes
from drivers.models import Van
from stores.forms import StagingPlacesField
from stores.models import Item
from stores.models.staff import StaffRole
from tests import make
from tests.staff import desk

KEPT = {"ambient": ["A1", "A2"], "chilled": ["C1"], "frozen": []}


def test_staging_places_are_shown_and_typed_as_lines() -> None:
    field = StagingPlacesField()

    assert field.prepare_value(KEPT) == "ambient: A1, A2\nchilled: C1\nfrozen: "
    assert field.clean("Ambient: a1, A2\n\nchilled: C1,") == KEPT


def test_staging_places_left_as_they_are_do_not_count_as_changed() -> None:
    field = StagingPlacesField()

    assert not field.has_changed(KEPT, field.prepare_value(KEPT))
    assert field.has_changed(KEPT, "ambient: A1")
    assert field.has_changed(KEPT, "attic: A1")


@pytest.mark.parametrize("typed", ["attic: A1", "A1, A2", "ambient: A1, A1", "frozen: " + "F" * 13])
def test_staging_places_that_make_no_sense_are_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        StagingPlacesField().clean(typed)


def test_a_share_is_typed_in_percent() -> None:
    field = PercentField()

    assert field.prepare_value(975) == "9.75"
    assert field.clean("9.75 %") == 975
    assert field.clean("0") == 0


@pytest.mark.parametrize("typed", ["-1", "100.01", "9.755", "NaN", "ten"])
def test_a_share_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        PercentField().clean(typed)


@pytest.mark.django_db
def test_a_van_is_asked_for_in_dollars_and_words() -> None:
    store = desk.store()
    kim = desk.at_desk(make.staff(store, StaffRole.MANAGER))
    form = {"store": store.pk, "name": "white van", "plate": "", "room": 480, "max_grams": 500_000, "opens": "07:00",
            "closes": "22:00", "cents_an_hour": "31.50", "is_active": "on"}  # fmt: skip

    page = kim.get(reverse("admin:drivers_van_add")).content.decode()
    kim.post(reverse("admin:drivers_van_add"), form)

    assert "Cost of an hour, in dollars" in page
    assert "32.00" in page
    assert Van.objects.get().cents_an_hour == 3_150


def test_codes_are_typed_by_name_and_nothing_stated_is_not_none() -> None:
    field = Codes(base_field=Item._meta.get_field("allergens").base_field.formfield())

    assert field.clean(" Milk, milk\u00a0") == ["milk"]
    assert field.to_python("") is None
    assert field.to_python("None") == []
    assert field.prepare_value([]) == "none"
    assert field.to_python(field.prepare_value(list(field.known))) == list(field.known)
    with pytest.raises(forms.ValidationError, match="Not known: gravel"):
        field.clean("milk, gravel")
