from django.db import migrations, models

# Until now the pieces of a substitute in the bag were its quantity, whatever the shelf held.
TAKEN = "UPDATE orders_substitution SET taken = quantity WHERE status = 'approved'"


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0004_parked_lines"),
        ("stores", "0004_counted_at"),
    ]

    operations = [
        migrations.AddField(
            model_name="line",
            name="short_reason",
            field=models.CharField(
                blank=True,
                choices=[("not_on_shelf", "Not on the shelf"), ("damaged", "Damaged or expired")],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="line",
            name="written_off",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="line",
            name="written_off_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="substitution",
            name="taken",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="line",
            name="picked_quantity",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="Pieces in the bag; before the line is decided, those counted by their code."
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.CheckConstraint(
                condition=models.Q(("short_reason__in", ["", "not_on_shelf", "damaged"])),
                name="line_short_reason_known",
            ),
        ),
        migrations.RunSQL(TAKEN, migrations.RunSQL.noop),
    ]
