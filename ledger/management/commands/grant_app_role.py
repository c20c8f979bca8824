"""Give the application's database role its rights, and no more: see `ledger/sql/app_role.sql`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError, connection, transaction
from psycopg2 import sql

SCRIPT = Path(__file__).parents[2] / "sql" / "app_role.sql"
LOOK = """
SELECT current_user = %(role)s,
       EXISTS (SELECT FROM pg_roles WHERE rolname = %(role)s),
       EXISTS (SELECT FROM pg_roles WHERE rolname = %(role)s AND rolsuper)
"""


class Command(BaseCommand):
    """Grants what the application needs on every table, and only SELECT and INSERT on the ledger's."""

    help = "Grant a database role what the application needs: everything but changing the ledger. Safe to run twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "role",
            nargs="?",
            help="an existing role, not the owner of the tables; without it the one in DATABASE_URL, made if missing",
        )
        parser.add_argument("--dry-run", action="store_true", help="print the statements and do nothing")

    def handle(self, *, role: str | None, dry_run: bool, **_: object) -> None:
        app = settings.APP_DATABASE
        if role is None and app["USER"] == settings.OWNER_DATABASE["USER"]:
            self.stderr.write("DATABASE_OWNER_URL names no other role: nothing to grant, and the books have no wall.")
            return
        with transaction.atomic(), connection.cursor() as cursor:
            name = role or app["USER"]
            self._check(cursor, name, may_make=role is None)
            script = sql.SQL(SCRIPT.read_text(encoding="utf-8")).format(role=sql.Identifier(name))
            if dry_run:
                self.stdout.write(script.as_string(cursor.cursor))
                return
            if role is None:
                self._let_in(cursor, name, app["PASSWORD"])
            cursor.execute(script)
        self.stdout.write(f"{name} may now use every table, and only read and add in the ledger.")

    def _check(self, cursor: Any, role: str, *, may_make: bool) -> None:
        """Refuse a role for which the guards would not hold."""
        cursor.execute(LOOK, {"role": role})
        owns, exists, is_superuser = cursor.fetchone()
        if owns or is_superuser:
            raise CommandError(f"{role} is {'the owner of the tables' if owns else 'a superuser'}")
        if not exists and not may_make:
            raise CommandError(f"there is no role {role}")

    def _let_in(self, cursor: Any, role: str, password: str) -> None:
        """Make the role that DATABASE_URL names, with its password; a changed password is changed here too."""
        cursor.execute("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [role])
        verb = "ALTER" if cursor.fetchone()[0] else "CREATE"
        statement = sql.SQL(f"{verb} ROLE {{}} LOGIN PASSWORD {{}}")
        try:
            with transaction.atomic():
                cursor.execute(statement.format(sql.Identifier(role), sql.Literal(password)))
        except ProgrammingError as refusal:
            if verb == "CREATE":
                raise CommandError(f"{role} must be made by an administrator first: {refusal}") from refusal
