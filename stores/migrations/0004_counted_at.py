from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stores", "0003_named_places")]

    operations = [
        migrations.AddField(
            model_name="storeitem",
            name="counted_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
