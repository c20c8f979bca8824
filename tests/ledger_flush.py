"""Lets the tests empty the ledger between themselves, which its guards otherwise refuse.

Django clears the tables after a test with real commits by TRUNCATE. Only the owner of a table can
disable a trigger on it, so this opens nothing that the application's role could use; tests of the
guard itself enable it again.
"""

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

TABLES = ("ledger_account", "ledger_posting", "ledger_entry", "ledger_periodlock")


def let_truncate(allowed: bool) -> None:
    """Disable or enable the TRUNCATE guards of the test database."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} {'DISABLE' if allowed else 'ENABLE'} TRIGGER ledger_no_truncate")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Prepare the test database as pytest-django does, then take its TRUNCATE guards off."""
    with django_db_blocker.unblock():
        let_truncate(True)
