"""R10, R46: the books cannot be edited. Each hole is attacked with raw SQL, as the application's role and as the owner.

The attacks commit for real on a connection of their own. None is ever accepted, so nothing has to be
cleared between them, and the books are opened once for all.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from ledger import chart
from ledger.actions import Line, close_books, post
from ledger.models import Entry, Posting
from ledger.queries import ledger_sum
from tests.ledger_flush import TABLES, let_truncate
from tests.roles import app_parameters, as_owner

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
NEW = "INSERT INTO ledger_posting (kind, source, occurred_at, memo) VALUES ('attack', '1', now(), '') RETURNING id"


class Attacker:
    """A connection that commits: logged in as the application is, or as the owner."""

    def __init__(self) -> None:
        self._app: Any = psycopg2.connect(**app_parameters())
        owner = {name: settings.OWNER_DATABASE[name.upper()] for name in ("user", "password")}
        self._owner: Any = psycopg2.connect(**app_parameters() | owner)

    def commit(self, *statements: str, role: str = "app") -> None:
        """Run statements in one transaction and commit it."""
        connection = self._owner if role == "owner" else self._app
        with connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def books(self) -> list[tuple[int]]:
        """Every amount in the books."""
        with self._app, self._app.cursor() as cursor:
            cursor.execute("SELECT amount_cents FROM ledger_entry ORDER BY amount_cents")
            amounts: list[tuple[int]] = cursor.fetchall()
        return amounts

    def close(self) -> None:
        """Hang up."""
        self._app.close()
        self._owner.close()


UNTOUCHED = [(-1_000,), (1_000,)]


@pytest.fixture(scope="module")
def eve(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Attacker]:
    """Eve attacks books that hold one old sale of $10.00 and are closed before November."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            close_books(before=date(2026, 11, 1), reason="October")
            lines = [Line(chart.GATEWAY, 1_000), Line(chart.SALES, -1_000)]
            post(kind="sale", source="order:1", occurred_at=NOON, lines=lines)
        eve = Attacker()
        yield eve
        eve.close()
        let_truncate(True)
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")


def entry(posting: str, cents: int, account: str = chart.SALES) -> str:
    """SQL that adds an entry to a posting found by its source."""
    return (
        "INSERT INTO ledger_entry (posting_id, account_id, amount_cents)"
        f" SELECT p.id, a.id, {cents} FROM ledger_posting p, ledger_account a"
        f" WHERE p.source = '{posting}' AND a.code = '{account}'"
    )


CHANGES = [
    "UPDATE ledger_entry SET amount_cents = amount_cents * 2",
    "UPDATE ledger_posting SET occurred_at = now()",
    "UPDATE ledger_posting SET memo = 'tidy' WHERE false",
    "UPDATE ledger_account SET kind = 'asset'",
    "UPDATE ledger_periodlock SET before = '2020-01-01'",
    "DELETE FROM ledger_entry",
    "DELETE FROM ledger_periodlock",
    "DELETE FROM ledger_account WHERE code = 'bank'",
    "TRUNCATE ledger_entry",
    "TRUNCATE ledger_posting CASCADE",
    "TRUNCATE ledger_periodlock",
    (
        "INSERT INTO ledger_account (code, kind, currency) VALUES ('sales', 'asset', 'USD')"
        " ON CONFLICT (code) DO UPDATE SET kind = 'asset'"
    ),
    (
        "MERGE INTO ledger_account a USING (VALUES ('sales')) v(code) ON a.code = v.code"
        " WHEN MATCHED THEN UPDATE SET kind = 'asset'"
    ),
]

FORGERIES: list[tuple[str, ...]] = [
    # a posting that does not balance, has one leg, none, or a zero one
    (NEW, entry("1", 500), entry("1", -499, chart.GATEWAY)),
    (NEW, entry("1", 500)),
    (NEW,),
    (NEW, entry("1", 0), entry("1", 0, chart.GATEWAY)),
    # a balanced pair slipped into an old posting, also from inside a savepoint
    (entry("order:1", 500), entry("order:1", -500, chart.GATEWAY)),
    ("SAVEPOINT s", entry("order:1", 500), entry("order:1", -500, chart.GATEWAY), "RELEASE s"),
    # balanced when the constraint is made to look, unbalanced afterwards
    (
        NEW,
        entry("1", 5),
        entry("1", -5, chart.GATEWAY),
        "SET CONSTRAINTS ALL IMMEDIATE",
        "SET CONSTRAINTS ALL DEFERRED",
        entry("1", 9),
    ),
    # a decoy in the temporary schema, which is searched before the real one
    (
        (
            "CREATE TEMP TABLE ledger_posting ON COMMIT DROP AS SELECT id, kind, source,"
            " pg_current_xact_id()::text::bigint AS txid, transaction_timestamp() AS posted_at"
            " FROM public.ledger_posting"
        ),
        (
            "INSERT INTO public.ledger_entry (posting_id, account_id, amount_cents)"
            " SELECT e.posting_id, e.account_id, -e.amount_cents FROM public.ledger_entry e"
        ),
    ),
    (
        NEW,
        "CREATE TEMP TABLE ledger_entry (posting_id bigint, account_id bigint, amount_cents bigint) ON COMMIT DROP",
        (
            "INSERT INTO public.ledger_entry (posting_id, account_id, amount_cents)"
            " SELECT p.id, a.id, 500 FROM public.ledger_posting p, public.ledger_account a"
            " WHERE p.source = '1' AND a.code = 'sales'"
        ),
    ),
    # two currencies that only look equal
    (
        "INSERT INTO ledger_account (code, kind, currency) VALUES ('pesos', 'asset', 'MXN')",
        NEW,
        entry("1", 500, "pesos"),
        entry("1", -500),
    ),
    # a day whose books are closed
    (NEW.replace("now()", "'2026-10-31 23:59:59+00'"), entry("1", 500), entry("1", -500, chart.GATEWAY)),
]

SWITCHES_OFF = [
    "ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
    "DROP TRIGGER ledger_entry_seal ON ledger_entry",
    "ALTER TABLE ledger_entry ADD COLUMN note text",
    "DROP FUNCTION ledger_refuse_change() CASCADE",
    "CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE FUNCTION public.sum(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 0'",
    "CREATE RULE nothing AS ON INSERT TO ledger_entry DO INSTEAD NOTHING",
    "SET session_replication_role = replica",
    "SET LOCAL ROLE NONE; SET LOCAL session_replication_role = replica",
    "SET ROLE homeward",
    "SET SESSION AUTHORIZATION homeward",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "GRANT homeward TO CURRENT_USER",
    "GRANT UPDATE ON ledger_entry TO CURRENT_USER; UPDATE ledger_entry SET amount_cents = 1",
    "ALTER TABLE ledger_entry DISABLE TRIGGER USER",
    "ALTER TABLE payouts_earning DISABLE TRIGGER USER",
    "COPY ledger_entry TO PROGRAM 'true'",
    "CREATE EXTENSION dblink",
    "ALTER TABLE ledger_entry OWNER TO CURRENT_USER",
    "SELECT setval('ledger_entry_id_seq', 1)",
    "UPDATE pg_trigger SET tgenabled = 'D'",
]


@pytest.mark.parametrize("statement", CHANGES)
def test_the_app_role_cannot_change_what_is_booked(eve: Attacker, statement: str) -> None:
    with pytest.raises(psycopg2.Error):
        eve.commit(
            statement,
        )

    assert eve.books() == UNTOUCHED


@pytest.mark.parametrize("statement", CHANGES)
@pytest.mark.django_db
def test_even_the_owner_is_stopped_by_the_triggers(eve: Attacker, statement: str) -> None:
    let_truncate(False)  # undone with this test's transaction

    def change() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE NONE")
            cursor.execute(statement)

    with pytest.raises(IntegrityError, match="append-only"):
        change()

    assert Entry.objects.count() == len(UNTOUCHED)


@pytest.mark.parametrize("statements", FORGERIES)
@pytest.mark.parametrize("role", ["owner", "app"])
def test_no_forged_posting_can_be_committed(eve: Attacker, statements: tuple[str, ...], role: str) -> None:
    with pytest.raises(psycopg2.IntegrityError):
        eve.commit(*statements, role=role)

    assert eve.books() == UNTOUCHED


@pytest.mark.parametrize("statement", SWITCHES_OFF)
def test_the_app_role_cannot_switch_a_guard_off(eve: Attacker, statement: str) -> None:
    with pytest.raises(psycopg2.Error, match=r"permission denied|must be owner|must be able|must have"):
        eve.commit(
            statement,
        )

    assert eve.books() == UNTOUCHED


@pytest.mark.django_db
def test_the_app_role_can_post(eve: Attacker) -> None:
    with transaction.atomic():
        lines = [Line(chart.DELIVERY_COST, 912), Line(chart.driver_payable("ann"), -912)]
        post(kind="earning", source="delivery:1", occurred_at=NOON, lines=lines)
        connection.check_constraints()

    assert Entry.objects.count() == len(UNTOUCHED) + 2
    assert ledger_sum() == 0


@pytest.mark.django_db
def test_a_posting_cannot_be_backdated_in_its_stamps(eve: Attacker) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_posting (kind, source, occurred_at, memo, posted_at, txid, occurred_on)"
            " VALUES ('attack', '1', now(), '', '2020-01-01', 7, '2020-01-01')"
        )
        cursor.execute(entry("1", 5))
        cursor.execute(entry("1", -5, chart.GATEWAY))

    forged, booked = Posting.objects.get(kind="attack"), Posting.objects.get(kind="sale")

    assert forged.posted_at > booked.posted_at
    assert forged.txid > booked.txid
    assert forged.occurred_on == forged.posted_at.date()


@pytest.mark.django_db
def test_without_its_seal_an_old_posting_could_be_extended(eve: Attacker) -> None:
    """The negative control: the attack is real, and the trigger is what stops it."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_seal")
        cursor.execute(entry("order:1", 500))
        cursor.execute(entry("order:1", -500, chart.GATEWAY))
        connection.check_constraints()

        assert Entry.objects.count() == len(UNTOUCHED) + 2


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["nobody_of_that_name", "owner"])
def test_rights_are_given_to_a_role_that_exists_and_owns_nothing(role: str) -> None:
    with as_owner(), pytest.raises(CommandError):
        call_command("grant_app_role", settings.OWNER_DATABASE["USER"] if role == "owner" else role)
