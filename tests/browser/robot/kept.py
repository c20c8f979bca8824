"""The database as a world left it: kept in memory once, and brought back before each press that might change it."""

from collections.abc import Sequence
from io import BytesIO

from django.db import connection, transaction


class Kept:
    """Every row of every table, as COPY writes it. Sequences are left to run on: no id is ever given twice."""

    def __init__(self) -> None:
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
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(_emptied(list(self.rows)))
            for table, rows in self.rows.items():
                if rows:
                    cursor.copy_expert(f'COPY "{table}" FROM STDIN', BytesIO(rows))


def _emptied(tables: Sequence[str]) -> str:
    return "; ".join(f'DELETE FROM "{table}"' for table in tables)
