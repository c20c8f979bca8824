"""Give the application's database role its rights, and no more: see `ledger/sql/app_role.sql`."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from psycopg2 import sql

SCRIPT = Path(__file__).parents[2] / "sql" / "app_role.sql"


class Command(BaseCommand):
    """Grants what the application needs on every table, and only SELECT and INSERT on the ledger's."""

    help = "Grant a database role what the application needs: everything but changing the ledger. Safe to run twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", help="an existing role, not the owner of the tables")
        parser.add_argument("--dry-run", action="store_true", help="print the statements and do nothing")

    def handle(self, *, role: str, dry_run: bool, **_: object) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_user = %s, EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [role, role])
            owns, exists = cursor.fetchone()
            if owns or not exists:
                raise CommandError(f"{role} is the owner of the tables" if owns else f"there is no role {role}")
            script = sql.SQL(SCRIPT.read_text(encoding="utf-8")).format(role=sql.Identifier(role))
            if dry_run:
                self.stdout.write(script.as_string(cursor.cursor))
                return
            cursor.execute(script)
        self.stdout.write(f"{role} may now use every table, and only read and add in the ledger.")
