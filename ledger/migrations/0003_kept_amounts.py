"""The database's own refusals: no amount that was earned, stated or sent is ever changed, and none stands beside the books.

They stand here because they hold payouts to the ledger. Plain SQL for the reason that `0002_guards` gives.
"""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Adds the triggers of `ledger/sql/kept_0003.sql`."""

    dependencies = [("ledger", "0002_guards"), ("payouts", "0005_staff_vans"), ("drivers", "0004_staff_vans")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "kept_0003.sql").read_text(encoding="utf-8"),
            reverse_sql=(SQL / "kept_0003_undo.sql").read_text(encoding="utf-8"),
        )
    ]
