"""A manager lets people work in the store."""

import pytest
from allauth.account.models import EmailAddress

from stores.actions.staff import NotConfirmed, hire_staff
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_stranger_who_took_an_address_first_is_not_hired() -> None:
    store, eve = make.store(), make.user("Eve", email="lou@example.com")

    with pytest.raises(NotConfirmed):
        hire_staff(store_id=store.pk, email="lou@example.com", name="Lou", role="picker", by="user:kim", now=make.NOON)

    eve.refresh_from_db()
    assert not eve.is_staff


def test_who_confirmed_the_address_is_hired() -> None:
    store, lou = make.store(), make.user("Lou", email="lou@example.com")
    EmailAddress.objects.create(user=lou, email=lou.email, verified=True, primary=True)

    hired = hire_staff(
        store_id=store.pk, email="lou@example.com", name="Lou", role="picker", by="user:kim", now=make.NOON
    )

    assert hired.user == lou


def test_who_has_no_account_gets_one_without_a_password() -> None:
    hired = hire_staff(
        store_id=make.store().pk, email="new@example.com", name="New", role="lead", by="user:kim", now=make.NOON
    )

    assert not hired.user.has_usable_password()
