"""The database and the gateway's book as a world left them: kept once, brought back before each press."""

import shutil
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from django.db import connection, transaction

from tests.roles import APP_ROLE


class Kept:
    """Every row of every table, as COPY writes it. Sequences are left to run on: no id is ever given twice."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.copy = folder, folder.with_name(f"{folder.name}-kept")
        shutil.copytree(folder, self.copy, dirs_exist_ok=True) if folder.exists() else self.copy.mkdir()
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
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.copy, self.folder)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE NONE")  # the owner of a test's database: the application may not do this
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(_emptied(list(self.rows)))
            for table, rows in self.rows.items():
                if rows:
                    cursor.copy_expert(f'COPY "{table}" FROM STDIN', BytesIO(rows))
            cursor.execute(f"SET LOCAL ROLE {APP_ROLE}")  # what is committed next is the application's again


def _emptied(tables: Sequence[str]) -> str:
    return "; ".join(f'DELETE FROM "{table}"' for table in tables)
