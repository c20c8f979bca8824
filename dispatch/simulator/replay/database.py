"""A database of its own for a replay, beside the one in use: its days and its money mix with nobody else's."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection

PARTS = ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")


@contextmanager
def own_database(name: str, *, keep: bool) -> Iterator[None]:
    """Make a database on the same server, work in it while the block lasts, and drop it unless it is to be kept."""
    before = {part: connection.settings_dict[part] for part in PARTS}
    _be_the_owner()
    _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
    # A replay that the power takes away is simply run again: it need not wait for the disk.
    _on_server(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    try:
        _use({"NAME": name})
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        yield
    finally:
        connection.close()
        if not keep:
            _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        _use(before)


def _be_the_owner() -> None:
    """Only who may make databases can make one for a replay; nothing of the one in use is touched as that role."""
    options = str(connection.settings_dict["OPTIONS"].get("options", ""))
    unbound = {"options": re.sub(r" -c role=\S+", "", options)}
    owner = {part: settings.OWNER_DATABASE[part] for part in ("USER", "PASSWORD", "HOST", "PORT")}
    _use(owner | {"OPTIONS": connection.settings_dict["OPTIONS"] | unbound})


def _use(parts: Mapping[str, Any]) -> None:
    connection.close()
    connection.settings_dict.update(parts)


def _on_server(*statements: str) -> None:
    """Statements that belong to no database, on a connection of their own; names are ours, not a user's."""
    with connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
