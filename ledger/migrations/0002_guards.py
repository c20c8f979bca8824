"""The database's own refusals: what no code path, however wrong or hostile, can do to the books.

Plain SQL rather than django-pgtrigger's `Protect`: that one can be switched off by any session
through a setting, and these must hold against the application itself.
"""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Adds the triggers of `ledger/sql/guards_0002.sql`."""

    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "guards_0002.sql").read_text(encoding="utf-8"),
            reverse_sql=(SQL / "guards_0002_undo.sql").read_text(encoding="utf-8"),
        )
    ]
