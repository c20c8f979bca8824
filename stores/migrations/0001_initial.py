import uuid
from decimal import Decimal

import django.contrib.postgres.constraints
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations, models

import common.ranges


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        migrations.CreateModel(
            name="Department",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("tile", models.CharField(max_length=80)),
                ("tint", models.CharField(default="green", max_length=20)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Market",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("state", models.CharField(max_length=2)),
                ("timezone", models.CharField(max_length=40)),
                ("lat", models.FloatField()),
                ("lng", models.FloatField()),
                ("rule_pack", models.CharField(default="default", max_length=40)),
                ("currency", models.CharField(default="USD", max_length=3)),
                ("is_paused", models.BooleanField(default=False)),
                ("paused_reason", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("sku", models.CharField(max_length=20, unique=True)),
                ("upc", models.CharField(max_length=14, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("maker", models.CharField(blank=True, max_length=60)),
                ("description", models.CharField(blank=True, max_length=300)),
                ("keywords", models.CharField(blank=True, max_length=300)),
                ("subcategory", models.CharField(blank=True, max_length=60)),
                ("tile", models.CharField(max_length=80)),
                ("unit_amount", models.DecimalField(decimal_places=3, default=Decimal("1"), max_digits=8)),
                ("unit", models.CharField(default="ct", max_length=10)),
                ("is_weighed", models.BooleanField(default=False, verbose_name="sold by weight")),
                ("piece_pounds", models.DecimalField(blank=True, decimal_places=3, max_digits=8, null=True)),
                (
                    "grams",
                    models.PositiveIntegerField(default=500, help_text="What one piece weighs with its packing."),
                ),
                (
                    "room",
                    models.PositiveSmallIntegerField(
                        default=1, help_text="Units of room one piece takes in a vehicle; 24 a bag."
                    ),
                ),
                (
                    "cold_class",
                    models.CharField(
                        choices=[("ambient", "Ambient"), ("chilled", "Chilled"), ("frozen", "Frozen")],
                        default="ambient",
                        max_length=10,
                    ),
                ),
                ("age_limit", models.PositiveSmallIntegerField(default=0)),
                ("is_taxable", models.BooleanField(default=False, verbose_name="taxed as general goods")),
                ("is_snap", models.BooleanField(default=True, verbose_name="SNAP eligible")),
                ("alternatives", models.ManyToManyField(blank=True, to="stores.item")),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="stores.department"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Store",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("slug", models.SlugField(max_length=60, unique=True)),
                ("line1", models.CharField(max_length=120, verbose_name="street address")),
                ("city", models.CharField(max_length=60)),
                ("zip_code", models.CharField(max_length=5)),
                ("lat", models.FloatField()),
                ("lng", models.FloatField()),
                ("phone", models.CharField(blank=True, max_length=20)),
                ("bays", models.PositiveSmallIntegerField(default=4)),
                ("radius_metres", models.PositiveIntegerField(default=16000)),
                ("min_basket_cents", models.BigIntegerField(default=3000)),
                ("hold_buffer_bp", models.PositiveIntegerField(default=1500)),
                ("grocery_tax_bp", models.PositiveIntegerField(default=0)),
                ("general_tax_bp", models.PositiveIntegerField(default=0)),
                ("usual_wait_minutes", models.PositiveSmallIntegerField(default=4)),
                (
                    "staging_places",
                    models.JSONField(default=dict, help_text="Cold class -> shelf codes where bags wait."),
                ),
                ("is_paused", models.BooleanField(default=False)),
                ("paused_reason", models.CharField(blank=True, max_length=200)),
                (
                    "market",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="stores", to="stores.market"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ServiceZip",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("zip_code", models.CharField(db_index=True, max_length=5)),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="service_zips", to="stores.store"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClosingDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField()),
                ("reason", models.CharField(blank=True, max_length=120)),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="closing_days", to="stores.store"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Aisle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40)),
                ("walk_order", models.PositiveSmallIntegerField()),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="aisles", to="stores.store"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StoreHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weekday", models.PositiveSmallIntegerField()),
                ("opens", models.TimeField()),
                ("closes", models.TimeField()),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="hours", to="stores.store"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "store hours",
            },
        ),
        migrations.CreateModel(
            name="StoreItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("price_cents", models.BigIntegerField()),
                ("stock", models.IntegerField(default=0)),
                ("is_available", models.BooleanField(default=True)),
                (
                    "aisle",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="shelf",
                        to="stores.aisle",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="on_shelves", to="stores.item"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shelf", to="stores.store"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StoreStaff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[("picker", "Picker"), ("lead", "Lead"), ("manager", "Manager")],
                        default="picker",
                        max_length=10,
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="staff", to="stores.store"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="store_memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "store staff",
            },
        ),
        migrations.CreateModel(
            name="Window",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("cutoff_at", models.DateTimeField()),
                ("seats", models.PositiveSmallIntegerField()),
                ("taken", models.PositiveSmallIntegerField(default=0, help_text="Seats sold or held.")),
                ("fee_cents", models.BigIntegerField()),
                ("is_closed", models.BooleanField(default=False)),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="windows", to="stores.store"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WindowRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weekday", models.PositiveSmallIntegerField()),
                ("starts", models.TimeField()),
                ("ends", models.TimeField()),
                ("seats", models.PositiveSmallIntegerField()),
                ("fee_cents", models.BigIntegerField(default=995)),
                (
                    "cutoff_minutes",
                    models.SmallIntegerField(
                        default=90,
                        help_text="Orders are taken until so many minutes before the start; below zero, until so long into the window.",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="window_rules", to="stores.store"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="item",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("name"), name="gin_trgm_ops"
                ),
                name="item_name_trgm",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("keywords"), name="gin_trgm_ops"
                ),
                name="item_keywords_trgm",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector("name", "keywords", config="english"), name="item_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_weighed", False), ("piece_pounds__gt", 0), _connector="OR"),
                name="item_weighed_has_piece_weight",
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(("cold_class__in", ["ambient", "chilled", "frozen"])), name="item_cold_class_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="store",
            constraint=models.CheckConstraint(
                condition=models.Q(("lat__range", (-90, 90)), ("lng__range", (-180, 180))), name="store_on_earth"
            ),
        ),
        migrations.AddConstraint(
            model_name="store",
            constraint=models.CheckConstraint(
                condition=models.Q(("min_basket_cents__gte", 0)), name="store_minimum_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="servicezip",
            constraint=models.UniqueConstraint(fields=("store", "zip_code"), name="service_zip_once"),
        ),
        migrations.AddConstraint(
            model_name="closingday",
            constraint=models.UniqueConstraint(fields=("store", "on"), name="closing_day_once"),
        ),
        migrations.AddConstraint(
            model_name="aisle",
            constraint=models.UniqueConstraint(fields=("store", "name"), name="aisle_once"),
        ),
        migrations.AddConstraint(
            model_name="storehours",
            constraint=models.UniqueConstraint(fields=("store", "weekday"), name="hours_once_a_weekday"),
        ),
        migrations.AddConstraint(
            model_name="storehours",
            constraint=models.CheckConstraint(condition=models.Q(("weekday__lte", 6)), name="hours_real_weekday"),
        ),
        migrations.AddConstraint(
            model_name="storehours",
            constraint=models.CheckConstraint(
                condition=models.Q(("closes__gt", models.F("opens"))), name="hours_close_after_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="storeitem",
            constraint=models.UniqueConstraint(fields=("store", "item"), name="item_once_on_a_shelf"),
        ),
        migrations.AddConstraint(
            model_name="storeitem",
            constraint=models.CheckConstraint(condition=models.Q(("price_cents__gt", 0)), name="shelf_price_positive"),
        ),
        migrations.AddConstraint(
            model_name="storeitem",
            constraint=models.CheckConstraint(condition=models.Q(("stock__gte", 0)), name="shelf_stock_not_negative"),
        ),
        migrations.AddConstraint(
            model_name="storestaff",
            constraint=models.UniqueConstraint(fields=("user", "store"), name="staff_once_a_store"),
        ),
        migrations.AddConstraint(
            model_name="storestaff",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["picker", "lead", "manager"])), name="staff_role_known"
            ),
        ),
        migrations.AddIndex(
            model_name="window",
            index=models.Index(fields=["store", "starts_at"], name="window_by_store_and_time"),
        ),
        migrations.AddConstraint(
            model_name="window",
            constraint=models.CheckConstraint(
                condition=models.Q(("taken__lte", models.F("seats"))), name="window_not_oversold"
            ),
        ),
        migrations.AddConstraint(
            model_name="window",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="window_ends_after_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="window",
            constraint=models.CheckConstraint(
                condition=models.Q(("fee_cents__gte", 0)), name="window_fee_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="window",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[(common.ranges.TstzRange("starts_at", "ends_at"), "&&"), ("store", "=")],
                name="window_no_overlap",
            ),
        ),
        migrations.AddConstraint(
            model_name="windowrule",
            constraint=models.UniqueConstraint(fields=("store", "weekday", "starts"), name="window_rule_once"),
        ),
        migrations.AddConstraint(
            model_name="windowrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends__gt", models.F("starts"))), name="window_rule_ends_after_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="windowrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("fee_cents__gte", 0)), name="window_rule_fee_not_negative"
            ),
        ),
    ]
