"""The database's own refusals: no amount that was earned, stated or sent is ever changed, and none stands beside the books.

Plain SQL for the reason that `ledger/migrations/0002_guards.py` gives.
"""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Adds the triggers of `payouts/sql/kept_0006.sql`."""

    dependencies = [("payouts", "0005_staff_vans"), ("ledger", "0002_guards"), ("drivers", "0004_staff_vans")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "kept_0006.sql").read_text(encoding="utf-8"),
            reverse_sql=(SQL / "kept_0006_undo.sql").read_text(encoding="utf-8"),
        )
    ]
