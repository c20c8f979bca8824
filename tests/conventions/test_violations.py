"""What the database refuses is said in words: every constraint a form can run into, of each model in the admin."""

from collections.abc import Iterator
from datetime import time

import pytest
from django.contrib.admin import site
from django.db.models import BaseConstraint
from django.test import Client, RequestFactory
from django.urls import reverse

from common.row_forms import VIOLATIONS, RowForm, said_by
from tests import make
from tests.conventions.test_fields import NOT_OURS_TO_SAY

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("city")]


def met_by_forms() -> Iterator[BaseConstraint]:
    """Constraints of the rows that head office adds or changes."""
    request = RequestFactory().get("/admin/")
    request.user = make.user("Root", is_staff=True, is_superuser=True)
    for model, admin in site._registry.items():
        if admin.has_add_permission(request) or admin.has_change_permission(request):
            assert issubclass(admin.get_form(request, model(), change=True), RowForm), model
            yield from model._meta.constraints


def test_every_constraint_that_a_form_can_meet_has_words() -> None:
    met = list(met_by_forms())

    assert len(met) > 30
    assert [one.name for one in met if not said_by(one) or NOT_OURS_TO_SAY.search(said_by(one).lower())] == []


def test_no_words_are_kept_for_a_constraint_that_is_gone() -> None:
    assert set(VIOLATIONS) <= {one.name for one in met_by_forms()}


def test_hours_told_twice_or_backwards_are_refused_in_words() -> None:
    root = Client()
    root.force_login(make.user("Root", is_staff=True, is_superuser=True))
    store = make.store()
    store.hours.all().delete()
    store.hours.create(weekday=0, opens=time(8), closes=time(20))
    told = {"store": store.pk, "weekday": "0", "opens": "08:00", "closes": "20:00"}

    twice = root.post(reverse("admin:stores_storehours_add"), told).content.decode()
    backwards = root.post(
        reverse("admin:stores_storehours_add"), {**told, "weekday": "1", "opens": "20:00", "closes": "08:00"}
    ).content.decode()

    assert "This store has hours for that weekday already." in twice
    assert "A store closes after it opens." in backwards
    assert "already exists" not in twice
    assert "Constraint" not in backwards
