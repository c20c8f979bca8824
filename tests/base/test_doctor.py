"""`doctor --strict` finds what only an owner of the database could have broken, and names the row."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection

from config import checkup
from events.models import Event
from orders.models import TipChange
from payouts.models import Earning, Settlement, Statement
from tests import make
from tests.make_city import paid_week
from tests.orders.tills import pay, ready_cart
from tests.roles import as_owner

pytestmark = pytest.mark.django_db(transaction=True)
LATE = make.NOON + timedelta(days=30)


@pytest.fixture(autouse=True)
def _only_the_books(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = {name: checkup.LOOKS[name] for name in ("role", "books", "stuck")}
    monkeypatch.setattr(checkup, "LOOKS", looks)


def doctor() -> tuple[bool, str]:
    """Whether a strict doctor is content, and what it says."""
    out = StringIO()
    try:
        call_command("doctor", "--strict", stdout=out)
    except SystemExit:
        return False, out.getvalue()
    return True, out.getvalue()


def by_force(statement: str) -> None:
    """Change rows as an owner who switches every guard off."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            cursor.execute(statement)
        finally:
            cursor.execute("SET session_replication_role = origin")


def week() -> None:
    firm = make.firm()
    paid_week(firm, make.driver("Ann", of=firm), LATE)


def first(model: type[Earning | Statement | Settlement]) -> str:
    return str(model._default_manager.order_by("pk").values_list("public_id", flat=True)[0])


def sent() -> str:
    return str(Settlement.objects.exclude(sent_at=None).get().public_id)


BROKEN: dict[str, tuple[str, Callable[[], str]]] = {
    "a posting": (
        "UPDATE ledger_entry SET amount_cents = amount_cents + 2 WHERE id = (SELECT min(id) FROM ledger_entry)",
        lambda: "add up to 2 cents",
    ),
    "a posting without entries": (
        "DELETE FROM ledger_entry WHERE posting_id = (SELECT min(id) FROM ledger_posting)",
        lambda: "has 0 entries",
    ),
    "an earning": (
        "UPDATE payouts_earning SET tip_cents = 999999 WHERE id = (SELECT min(id) FROM payouts_earning)",
        lambda: f"earning {first(Earning)}",
    ),
    "an earning that is gone": (
        "DELETE FROM payouts_earning WHERE id = (SELECT min(id) FROM payouts_earning)",
        lambda: "is of no earning",
    ),
    "a statement": (
        "UPDATE payouts_statement SET tip_cents = tip_cents + 5, total_cents = total_cents + 5 WHERE carried_cents = 0",
        lambda: f"statement {first(Statement)}",
    ),
    "a statement that is gone": (
        "DELETE FROM payouts_statement WHERE id = (SELECT min(id) FROM payouts_statement)",
        lambda: "stands on no statement",
    ),
    "a settlement": (
        "UPDATE payouts_settlement SET total_cents = total_cents + 1 WHERE sent_at IS NOT NULL",
        lambda: f"settlement {sent()}",
    ),
    "a bank file": ("UPDATE payouts_bankfile SET total_cents = total_cents + 1", lambda: f"settlement {sent()}"),
    "a payment that was never made": (
        "UPDATE payouts_statement SET trace_number = '091000010000099' WHERE trace_number = ''",
        lambda: "is owed",
    ),
}


def test_books_that_agree_please_a_strict_doctor() -> None:
    week()
    Event.objects.update(relayed_at=LATE)

    assert doctor()[0], doctor()[1]


@pytest.mark.parametrize("what", BROKEN)
def test_a_strict_doctor_names_the_row_that_is_broken(what: str) -> None:
    statement, named = BROKEN[what]
    week()

    by_force(statement)

    is_content, said = doctor()
    assert not is_content
    assert named() in said


def test_a_strict_doctor_names_the_order_whose_tip_was_made_good_above_the_cap() -> None:
    order = pay(ready_cart())
    Event.objects.update(relayed_at=LATE)
    for cents in (1_500, 900):  # the cap is 2,000, and each alone stays below it
        TipChange.objects.create(
            order=order, key=uuid4(), from_cents=cents, to_cents=0, made_good_cents=cents, at=make.NOON
        )

    is_content, said = doctor()

    assert not is_content
    assert f"order {order.number} had 2400 cents of its tip made good, the cap is 2000" in said


def test_a_strict_doctor_is_not_content_while_anything_is_stuck() -> None:
    stuck = Event.objects.create(topic="order.placed", payload={}, at=make.NOON)

    is_content, said = doctor()

    assert not is_content
    assert f"1 events not relayed (event {stuck.pk})" in said


def test_a_doctor_says_when_the_application_owns_the_books() -> None:
    with as_owner():
        is_content, said = doctor()

    assert not is_content
    assert "could rewrite them" in said
