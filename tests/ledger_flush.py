"""Lets the tests empty the ledger between themselves, which its guards otherwise refuse.

Django clears the tables after a test with real commits by TRUNCATE. Only the owner of a table can
disable a trigger on it, so this opens nothing that the application's role could use; tests of the
guard itself enable it again.
"""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from tests import roles

TABLES = ("ledger_account", "ledger_posting", "ledger_entry", "ledger_periodlock")


def let_truncate(allowed: bool) -> None:
    """Disable or enable the TRUNCATE guards of the test database."""
    with roles.as_owner(), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} {'DISABLE' if allowed else 'ENABLE'} TRIGGER ledger_no_truncate")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Make the test database as the owner of its tables."""
    roles.be_the_owner()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Prepare the test database as pytest-django does, take its TRUNCATE guards off, and become the application."""
    with django_db_blocker.unblock():
        roles.be_the_app()
        let_truncate(True)
    yield
    with django_db_blocker.unblock():
        roles.be_the_owner()  # who made the database drops it
