"""People of every role."""

from typing import Any

from accounts.models import User
from stores.models import (
    Store,
    StoreStaff,
)
from stores.models.staff import StaffRole
from tests.makers.basics import next_number


def user(name: str = "Sam Shopper", *, email: str = "", **extra: Any) -> User:
    """A person with an account; the password is `test-password`."""
    user = User(email=email or f"person{next_number()}@example.com", name=name, **extra)
    # Hashing for real would cost 50 ms a person; tests that sign in by form say so with `with_password`.
    user.set_unusable_password()
    user.save()
    return user


def with_password(person: User, password: str = "test-password") -> User:
    """The same person, able to sign in by form."""
    person.set_password(password)
    person.save(update_fields=["password"])
    return person


def operator(name: str = "Olu Operator") -> User:
    """Somebody who runs operations."""
    return user(name, is_operator=True)


def staff(of_store: Store, role: StaffRole = StaffRole.PICKER, name: str = "Kim Keeper") -> User:
    """Somebody working in a store."""
    person = user(name, is_staff=True)
    StoreStaff.objects.create(user=person, store=of_store, role=role)
    return person
