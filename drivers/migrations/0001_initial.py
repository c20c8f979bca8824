import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import common.ranges


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("stores", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Firm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=80, unique=True)),
                ("company_id", models.CharField(max_length=10, verbose_name="ACH company id")),
                ("bank_name", models.CharField(max_length=23)),
                ("bank_routing", models.CharField(max_length=9)),
                ("timezone", models.CharField(default="America/Chicago", max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name="Driver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("first_name", models.CharField(max_length=40)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("applied", "Applied"),
                            ("screening", "Screening"),
                            ("approved", "Approved"),
                            ("active", "Active"),
                            ("paused", "Paused"),
                            ("suspended", "Suspended"),
                            ("deactivated", "Deactivated"),
                            ("rejected", "Rejected"),
                        ],
                        default="applied",
                        max_length=20,
                    ),
                ),
                ("licence_expires_on", models.DateField(blank=True, null=True)),
                ("insurance_expires_on", models.DateField(blank=True, null=True)),
                ("is_age_verified", models.BooleanField(default=False, verbose_name="may carry age-restricted items")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "market",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="drivers", to="stores.market"
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="driver", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="drivers", to="drivers.firm"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FirmMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="members", to="drivers.firm"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="firm_memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Limits",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "max_metres",
                    models.PositiveIntegerField(blank=True, help_text="Longest drive of a whole trip.", null=True),
                ),
                ("max_heaviest_grams", models.PositiveIntegerField(blank=True, null=True)),
                ("max_total_grams", models.PositiveIntegerField(blank=True, null=True)),
                ("no_alcohol", models.BooleanField(default=False)),
                ("no_stairs", models.BooleanField(default=False)),
                ("no_pets", models.BooleanField(default=False)),
                (
                    "driver",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="limits", to="drivers.driver"
                    ),
                ),
                ("excluded_stores", models.ManyToManyField(blank=True, related_name="+", to="stores.store")),
            ],
            options={
                "verbose_name_plural": "limits",
            },
        ),
        migrations.CreateModel(
            name="RecurringTrip",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=7),
                ),
                ("from_label", models.CharField(max_length=120)),
                ("from_lat", models.FloatField()),
                ("from_lng", models.FloatField()),
                ("to_label", models.CharField(max_length=120)),
                ("to_lat", models.FloatField()),
                ("to_lng", models.FloatField()),
                ("departs", models.TimeField()),
                ("flexible_minutes", models.PositiveSmallIntegerField(default=15)),
                ("arrives_by", models.TimeField()),
                ("max_extra_seconds", models.PositiveIntegerField()),
                ("max_extra_metres", models.PositiveIntegerField()),
                ("room", models.PositiveIntegerField()),
                ("max_orders", models.PositiveSmallIntegerField(default=2)),
                ("has_cold_box", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "driver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="recurring_trips", to="drivers.driver"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Trip",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("declared", "Declared trip"), ("online", "Online now")],
                        default="declared",
                        max_length=10,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("committed", "Committed"),
                            ("finished", "Finished"),
                            ("cancelled", "Cancelled"),
                            ("expired", "Expired"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("declare_key", models.UUIDField(default=uuid.uuid4)),
                ("from_label", models.CharField(max_length=120)),
                ("from_lat", models.FloatField()),
                ("from_lng", models.FloatField()),
                ("to_label", models.CharField(blank=True, max_length=120)),
                ("to_lat", models.FloatField(blank=True, null=True)),
                ("to_lng", models.FloatField(blank=True, null=True)),
                ("departs_at", models.DateTimeField()),
                ("departs_until", models.DateTimeField()),
                ("arrive_by", models.DateTimeField()),
                ("max_extra_seconds", models.PositiveIntegerField()),
                ("max_extra_metres", models.PositiveIntegerField()),
                ("direct_seconds", models.PositiveIntegerField(default=0)),
                ("direct_metres", models.PositiveIntegerField(default=0)),
                ("room", models.PositiveIntegerField()),
                ("max_orders", models.PositiveSmallIntegerField(default=2)),
                ("has_cold_box", models.BooleanField(default=False)),
                ("last_offered_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "driver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="trips", to="drivers.driver"
                    ),
                ),
                (
                    "market",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="trips", to="stores.market"
                    ),
                ),
                (
                    "recurring",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="trips",
                        to="drivers.recurringtrip",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Vehicle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("description", models.CharField(max_length=60)),
                ("plate", models.CharField(blank=True, max_length=12)),
                ("room", models.PositiveIntegerField(default=192, help_text="Units of room; 24 are one bag.")),
                ("max_grams", models.PositiveIntegerField(default=150000)),
                ("has_cold_box", models.BooleanField(default=False)),
                (
                    "driver",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="vehicle", to="drivers.driver"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="driver",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "applied",
                            "screening",
                            "approved",
                            "active",
                            "paused",
                            "suspended",
                            "deactivated",
                            "rejected",
                        ],
                    )
                ),
                name="driver_status_known",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="driver",
            trigger=pgtrigger.compiler.Trigger(
                name="only_allowed_moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{applied:rejected,applied:screening,screening:approved,screening:rejected,approved:active,approved:suspended,active:deactivated,active:paused,active:suspended,paused:active,paused:deactivated,paused:suspended,suspended:active,suspended:deactivated,deactivated:active}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="a8616a785b6ed0603be50804875e9493dab8250b",
                    operation="UPDATE",
                    pgid="pgtrigger_only_allowed_moves_2e2a1",
                    table="drivers_driver",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="firmmember",
            constraint=models.UniqueConstraint(fields=("user", "firm"), name="firm_member_once"),
        ),
        migrations.AddIndex(
            model_name="trip",
            index=models.Index(
                condition=models.Q(("status", "open")), fields=["market", "departs_at"], name="trip_open_by_market"
            ),
        ),
        migrations.AddConstraint(
            model_name="trip",
            constraint=models.UniqueConstraint(fields=("driver", "declare_key"), name="trip_declared_once"),
        ),
        migrations.AddConstraint(
            model_name="trip",
            constraint=models.UniqueConstraint(fields=("recurring", "departs_at"), name="recurring_trip_once_a_day"),
        ),
        migrations.AddConstraint(
            model_name="trip",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "committed", "finished", "cancelled", "expired"])),
                name="trip_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="trip",
            constraint=models.CheckConstraint(
                condition=models.Q(("departs_until__gte", models.F("departs_at"))), name="trip_departure_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="trip",
            constraint=models.CheckConstraint(
                condition=models.Q(("arrive_by__gt", models.F("departs_at"))), name="trip_arrives_after_departure"
            ),
        ),
        migrations.AddConstraint(
            model_name="trip",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "online"), ("to_lat__isnull", True), ("to_lng__isnull", True)),
                    models.Q(("kind", "declared"), ("to_lat__isnull", False), ("to_lng__isnull", False)),
                    _connector="OR",
                ),
                name="trip_declared_has_destination",
            ),
        ),
        migrations.AddConstraint(
            model_name="trip",
            constraint=models.CheckConstraint(
                condition=models.Q(("max_orders__range", (1, 4))), name="trip_one_to_four_orders"
            ),
        ),
        migrations.AddConstraint(
            model_name="trip",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("status__in", ["open", "committed"])),
                expressions=[(common.ranges.TstzRange("departs_at", "arrive_by"), "&&"), ("driver", "=")],
                name="trip_no_overlap",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="trip",
            trigger=pgtrigger.compiler.Trigger(
                name="only_allowed_moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{open:cancelled,open:committed,open:expired,committed:cancelled,committed:finished,committed:open}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="bd3997219d2ff54a19acef8e87706361bc5a190f",
                    operation="UPDATE",
                    pgid="pgtrigger_only_allowed_moves_d4e1f",
                    table="drivers_trip",
                    when="BEFORE",
                ),
            ),
        ),
    ]
