"""A database of its own for a replay, beside the one in use: its days and its money mix with nobody else's."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection


@contextmanager
def own_database(name: str, *, keep: bool) -> Iterator[None]:
    """Make a database on the same server, work in it while the block lasts, and drop it unless it is to be kept."""
    before = connection.settings_dict["NAME"]
    _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
    # A replay that the power takes away is simply run again: it need not wait for the disk.
    _on_server(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    try:
        _use(name)
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        yield
    finally:
        _use(before)
        if not keep:
            _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _use(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def _on_server(*statements: str) -> None:
    """Statements that belong to no database, on a connection of their own; names are ours, not a user's."""
    with connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
