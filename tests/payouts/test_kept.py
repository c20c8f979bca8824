"""R10, R46: what was earned, stated and sent keeps its amounts, whoever asks by SQL: the application or the owner."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import Error, connection, transaction

from payouts.models import BankFile, Earning, Settlement, Statement
from tests import make
from tests.make_city import paid_week
from tests.roles import as_owner

pytestmark = pytest.mark.django_db(transaction=True)

EVE = "(SELECT max(id) FROM drivers_driver)"


def late(pay: int, settlement: str) -> str:
    """One earning more, like the first: every column of today's table is there, so that only a guard can refuse it."""
    own = {
        "public_id": "gen_random_uuid()",
        "source": "'late'",
        "delivery_ref": "gen_random_uuid()",
        "pay_cents": str(pay),
        "settlement_id": settlement,
    }
    columns = [field.attname for field in Earning._meta.concrete_fields if not field.primary_key]
    values = [own.get(name, "0" if name.endswith(("_cents", "_seconds", "_metres")) else name) for name in columns]
    return (
        f"INSERT INTO payouts_earning ({', '.join(columns)})"
        f" SELECT {', '.join(values)} FROM payouts_earning ORDER BY id LIMIT 1"
    )


ATTACKS = [
    "UPDATE payouts_earning SET tip_cents = 999999",
    "UPDATE payouts_earning SET pay_cents = pay_cents + 1, offered_pay_cents = 0",
    f"UPDATE payouts_earning SET driver_id = {EVE}",
    "UPDATE payouts_earning SET earned_at = now()",
    "UPDATE payouts_earning SET settlement_id = NULL",
    "UPDATE payouts_earning SET settlement_id = (SELECT max(id) FROM payouts_settlement)",
    "DELETE FROM payouts_earning",
    "TRUNCATE payouts_earning",
    late(5_000, "NULL"),  # not in the books
    late(0, "settlement_id"),  # into a week that is paid
    "INSERT INTO payouts_earning SELECT * FROM payouts_earning ON CONFLICT (id) DO UPDATE SET tip_cents = 1",
    "UPDATE payouts_statement SET total_cents = total_cents + 1, tip_cents = tip_cents + 1",
    f"UPDATE payouts_statement SET driver_id = {EVE}",
    "UPDATE payouts_statement SET account_last4 = '0000'",
    "DELETE FROM payouts_statement",
    "TRUNCATE payouts_statement CASCADE",
    (
        "INSERT INTO payouts_statement (public_id, settlement_id, driver_id, deliveries, engaged_seconds, pay_cents,"
        " tip_cents, topup_cents, carried_cents, total_cents, account_last4, trace_number, hold_reason)"
        " SELECT gen_random_uuid(), settlement_id, (SELECT max(id) FROM drivers_driver), 0, 0, 0, 0, 0, 500, 500, '',"
        " '', '' FROM payouts_statement ORDER BY id LIMIT 1"
    ),
    "UPDATE payouts_settlement SET total_cents = total_cents + 1",
    "UPDATE payouts_settlement SET ends_at = ends_at + interval '1 day'",
    "DELETE FROM payouts_settlement",
    "TRUNCATE payouts_settlement CASCADE",
    "UPDATE payouts_bankfile SET total_cents = 1",
    "UPDATE payouts_bankfile SET sealed_text = ''",
    "DELETE FROM payouts_bankfile",
    "TRUNCATE payouts_bankfile",
    "UPDATE ledger_entry SET amount_cents = amount_cents * 2",
    (
        "INSERT INTO ledger_entry (posting_id, account_id, amount_cents)"
        " SELECT posting_id, account_id, 1 FROM ledger_entry"
    ),
]
OFF = [
    "SET session_replication_role = replica",
    "ALTER TABLE payouts_earning DISABLE TRIGGER USER",
    "ALTER TABLE payouts_statement DISABLE TRIGGER ALL",
    "DROP TRIGGER payouts_amounts_kept ON payouts_earning",
    "DROP FUNCTION payouts_keep_amounts() CASCADE",
    "SET pgtrigger.ignore = '{payouts_earning:all}'; UPDATE payouts_earning SET tip_cents = 1",
]


KEPT = (Earning, Statement, Settlement, BankFile)
REFUSED = r"permission denied|is kept|joins a settlement|keeps its total|not booked|append-only|sealed|must be owner"


@pytest.fixture
def _two_weeks() -> Iterator[None]:
    """A week that was paid, and one that is closed; Eve drives too and earned nothing. All is there afterwards."""
    firm = make.firm()
    ann = make.driver("Ann", of=firm)
    make.driver("Eve", of=firm)
    paid_week(firm, ann, make.NOON + timedelta(days=30))
    before = everything()
    assert [len(rows) for rows in before] == [6, 2, 2, 1]
    yield
    assert everything() == before


def everything() -> list[list[tuple[object, ...]]]:
    return [list(model._default_manager.order_by("pk").values_list()) for model in KEPT]


def outcome(statement: str) -> str:
    """What the database says to an attack that tries to commit."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except Error as refusal:
        return str(refusal)
    return "done"


@pytest.mark.usefixtures("_two_weeks")
def test_the_application_changes_nothing_that_was_earned() -> None:
    accepted = {attack: said for attack in [*ATTACKS, *OFF] if not re.search(REFUSED, said := outcome(attack))}

    assert accepted == {}


@pytest.mark.usefixtures("_two_weeks")
def test_even_the_owner_is_stopped_while_the_guards_are_on() -> None:
    with as_owner():
        accepted = {attack: said for attack in ATTACKS if not re.search(REFUSED, said := outcome(attack))}

    assert accepted == {}
