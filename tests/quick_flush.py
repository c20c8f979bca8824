"""Empties the test database quickly after a test that commits.

Django does it by TRUNCATE of every table, which costs a file operation a table: seconds for a few rows. Deleting what
little there is costs milliseconds. Only what has grown is truncated: nothing vacuums a test cluster, and what was
deleted or rolled back would be read again by every test to come. `session_replication_role` switches triggers and
foreign keys off meanwhile; only the owner of a test cluster may set it, so the owner empties.
"""

from collections.abc import Sequence
from typing import Any

from django.db.backends.postgresql.operations import DatabaseOperations

from tests import roles

GROWN_BYTES = 1_000_000


def sql_delete(
    self: DatabaseOperations,
    style: Any,
    tables: Sequence[str],
    *,
    reset_sequences: bool = False,
    allow_cascade: bool = False,
) -> list[str]:
    """Statements that delete every row of some tables, in any order."""
    if not tables:
        return []
    names = [self.quote_name(table) for table in tables]
    empty = " ".join(
        f"IF pg_relation_size('{name}') > {GROWN_BYTES} THEN TRUNCATE {name} CASCADE; ELSE DELETE FROM {name}; END IF;"
        for name in names
    )
    return [
        "SET LOCAL ROLE NONE",
        "SET LOCAL session_replication_role = replica",
        f"DO $$ BEGIN {empty} END $$",
        "SET LOCAL session_replication_role = origin",
        f"SET LOCAL ROLE {roles.APP_ROLE}",
    ]


DatabaseOperations.sql_flush = sql_delete  # type: ignore[method-assign, assignment]
