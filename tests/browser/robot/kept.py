"""The database and the gateway's book as a world left them: kept once, brought back before each press."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from io import BytesIO
from pathlib import Path

from django.db import connection, transaction

from tests.roles import APP_ROLE


class Kept:
    """Every row of every table, as COPY writes it. Sequences are left to run on: no id is ever given twice.

    The gateway's book is written back into its own file, for the server has that open.
    """

    def __init__(self, folder: Path) -> None:
        self.book = folder / "payments.sqlite3"
        self.kept_book = folder.with_name(f"{folder.name}-kept.sqlite3")
        if self.book.exists():
            copy_book(self.book, self.kept_book)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_schema()")
            tables = sorted(set(connection.introspection.table_names(cursor)) - {"django_migrations"})
            self.rows = {table: self._read(cursor, table) for table in tables}

    def _read(self, cursor: object, table: str) -> bytes:
        out = BytesIO()
        cursor.copy_expert(f'COPY "{table}" TO STDOUT', out)  # type: ignore[attr-defined]  # psycopg2's own
        return out.getvalue()

    def restore(self) -> None:
        """Put every row back; triggers and foreign keys rest meanwhile, for each row was there before."""
        if self.kept_book.exists():
            copy_book(self.kept_book, self.book)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE NONE")  # the owner of a test's database: the application may not do this
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(_emptied(list(self.rows)))
            for table, rows in self.rows.items():
                if rows:
                    cursor.copy_expert(f'COPY "{table}" FROM STDIN', BytesIO(rows))
            cursor.execute(f"SET LOCAL ROLE {APP_ROLE}")  # what is committed next is the application's again


def copy_book(source: Path, target: Path) -> None:
    """Make one SQLite file hold what another one holds, whoever has it open."""
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target, timeout=15)) as written:
        read.backup(written)


def _emptied(tables: Sequence[str]) -> str:
    return "; ".join(f'DELETE FROM "{table}"' for table in tables)
