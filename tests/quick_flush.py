"""Empties the test database quickly after a test that commits.

Django does it by TRUNCATE of every table, which costs a file operation a table: seconds for a few rows. Deleting what
little there is costs milliseconds. `session_replication_role` switches triggers and foreign keys off meanwhile; only
the owner of a test cluster may set it.
"""

from collections.abc import Sequence
from typing import Any

from django.db.backends.postgresql.operations import DatabaseOperations


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
    deletes = " ".join(f"DELETE FROM {self.quote_name(table)};" for table in tables)
    return [
        "SET LOCAL session_replication_role = replica",
        f"DO $$ BEGIN {deletes} END $$",
        "SET LOCAL session_replication_role = origin",
    ]


DatabaseOperations.sql_flush = sql_delete  # type: ignore[method-assign, assignment]
