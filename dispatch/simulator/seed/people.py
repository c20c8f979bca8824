"""The demo's people with an account: shoppers at their addresses, staff in their stores, and the offices above."""

from collections.abc import Iterator

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import User
from orders.models import Address
from stores.models import Store, StoreStaff
from stores.world_data import OfficeFacts, people

PASSWORD = "groceries-home"  # noqa: S105  # the demo's, printed beside every login


@transaction.atomic
def seed_people(stores: dict[str, Store]) -> dict[str, User]:
    """Make every account, all with the demo's password and a confirmed address; return them by e-mail."""
    emails = [user.email for user in _users("")]
    users = User.objects.in_bulk(emails, field_name="email")
    if len(users) == len(emails):
        return users  # all there: a second run costs nothing
    hashed = make_password(PASSWORD)  # once: hashing is slow by design
    User.objects.bulk_create((user for user in _users(hashed) if user.email not in users), ignore_conflicts=True)
    users = User.objects.in_bulk(emails, field_name="email")
    EmailAddress.objects.bulk_create(
        (EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users.values()),
        ignore_conflicts=True,
    )
    _seed_addresses(users)
    StoreStaff.objects.bulk_create(
        (StoreStaff(user=users[one.email], store=stores[one.store], role=one.role) for one in people().staff),
        ignore_conflicts=True,
    )
    return users


def _users(hashed: str) -> Iterator[User]:
    facts = people()
    for driver in facts.drivers:
        yield User(email=driver.email, name=driver.name, phone=driver.phone, password=hashed)
    for shopper in facts.shoppers:
        yield User(email=shopper.email, name=shopper.name, phone=shopper.phone, password=hashed)
    for staff in facts.staff:
        yield User(email=staff.email, name=staff.name, password=hashed, is_staff=True)
    for office in facts.office:
        yield _office(office, hashed)


def _office(one: OfficeFacts, hashed: str) -> User:
    is_head = one.role == "head_office"
    return User(
        email=one.email,
        name=one.name,
        password=hashed,
        is_staff=is_head,
        is_superuser=is_head,
        is_operator=is_head or one.role == "operations",
    )


def _seed_addresses(users: dict[str, User]) -> None:
    Address.objects.bulk_create(
        (
            Address(
                shopper=users[one.email],
                line1=one.line1,
                line2=one.line2,
                city=one.city,
                state=one.state,
                zip_code=one.zip_code,
                lat=one.lat,
                lng=one.lng,
            )
            for one in people().shoppers
        ),
        ignore_conflicts=True,
    )
