import uuid

import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("drivers", "0001_initial"),
        ("orders", "0001_initial"),
        ("stores", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("ready", "Ready"),
                            ("claimed", "Claimed"),
                            ("at_store", "Driver at store"),
                            ("picked_up", "On its way"),
                            ("delivered", "Delivered"),
                            ("failed", "Not delivered"),
                            ("returning", "Coming back"),
                            ("returned", "Returned"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="planned",
                        max_length=12,
                    ),
                ),
                ("pickup_lat", models.FloatField()),
                ("pickup_lng", models.FloatField()),
                ("drop_lat", models.FloatField()),
                ("drop_lng", models.FloatField()),
                (
                    "drop_area",
                    models.CharField(help_text="What a driver sees of the address before claiming.", max_length=60),
                ),
                ("due_from", models.DateTimeField()),
                ("due_by", models.DateTimeField()),
                (
                    "promised_by",
                    models.DateTimeField(blank=True, help_text="The estimate last told to the shopper.", null=True),
                ),
                ("item_count", models.PositiveSmallIntegerField(default=0)),
                ("unit_count", models.PositiveSmallIntegerField(default=0)),
                ("room", models.PositiveIntegerField(default=0)),
                ("grams", models.PositiveIntegerField(default=0)),
                ("heaviest_grams", models.PositiveIntegerField(default=0)),
                (
                    "cold_class",
                    models.CharField(
                        choices=[("ambient", "Ambient"), ("chilled", "Chilled"), ("frozen", "Frozen")],
                        default="ambient",
                        max_length=10,
                    ),
                ),
                ("age_limit", models.PositiveSmallIntegerField(default=0)),
                ("needs_passcode", models.BooleanField(default=False)),
                ("tip_cents", models.BigIntegerField(default=0)),
                ("ready_at", models.DateTimeField(blank=True, null=True)),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("new", "Not offered yet"),
                            ("reserved", "Reserved offer"),
                            ("board", "On the board"),
                            ("raised", "Pay raised"),
                            ("operations", "With operations"),
                        ],
                        default="new",
                        max_length=12,
                    ),
                ),
                ("step_at", models.DateTimeField(blank=True, null=True)),
                ("raises", models.PositiveSmallIntegerField(default=0)),
                (
                    "failures",
                    models.PositiveSmallIntegerField(default=0, help_text="Cycles this delivery alone made fail."),
                ),
                ("quarantined_at", models.DateTimeField(blank=True, null=True)),
                (
                    "market",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="stores.market"
                    ),
                ),
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="delivery", to="orders.order"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="stores.store"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "deliveries",
            },
        ),
        migrations.CreateModel(
            name="Ladder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reserve_seconds", models.PositiveIntegerField(default=90)),
                ("board_seconds", models.PositiveIntegerField(default=180)),
                ("raise_cents", models.BigIntegerField(default=150)),
                ("raise_seconds", models.PositiveIntegerField(default=120)),
                ("max_raises", models.PositiveSmallIntegerField(default=4)),
                ("lead_seconds", models.PositiveIntegerField(default=3600)),
                ("no_show_seconds", models.PositiveIntegerField(default=900)),
                (
                    "market",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="ladder", to="stores.market"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("reserved", "Reserved for you"),
                            ("board", "On the board"),
                            ("assigned", "Assigned by operations"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("expired", "Expired"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                ("decline_reason", models.CharField(blank=True, max_length=60)),
                ("added_seconds", models.PositiveIntegerField()),
                ("added_metres", models.PositiveIntegerField()),
                ("base_cents", models.BigIntegerField()),
                ("detour_cents", models.BigIntegerField()),
                ("handling_cents", models.BigIntegerField()),
                ("raise_cents", models.BigIntegerField(default=0)),
                ("floor_cents", models.BigIntegerField(default=0, help_text="Top-up to the rule pack's floor.")),
                ("pay_cents", models.BigIntegerField(help_text="All but the tip.")),
                ("tip_cents", models.BigIntegerField(default=0)),
                ("tip_is_authorised", models.BooleanField(default=True)),
                ("rule_pack", models.CharField(max_length=60)),
                ("engine_version", models.CharField(max_length=40)),
                ("routing_version", models.CharField(max_length=60)),
                ("snapshot", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "driver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="drivers.driver"
                    ),
                ),
                (
                    "market",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="stores.market"
                    ),
                ),
                (
                    "trip",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="drivers.trip"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OfferItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("pay_cents", models.BigIntegerField()),
                ("tip_cents", models.BigIntegerField(default=0)),
                ("raises", models.PositiveSmallIntegerField(default=0)),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="offer_items", to="dispatch.delivery"
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="dispatch.offer"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "Under way"), ("finished", "Finished"), ("given_up", "Given up")],
                        default="active",
                        max_length=10,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("give_up_reason", models.CharField(blank=True, max_length=120)),
                ("lat", models.FloatField(blank=True, null=True)),
                ("lng", models.FloatField(blank=True, null=True)),
                ("heading", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("located_at", models.DateTimeField(blank=True, null=True)),
                (
                    "driver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="drivers.driver"
                    ),
                ),
                (
                    "market",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="stores.market"
                    ),
                ),
                (
                    "trip",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="drivers.trip"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Proof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("passcode", "Passcode"), ("photo", "Photo"), ("id_check", "ID checked")],
                        max_length=10,
                    ),
                ),
                ("photo", models.FileField(blank=True, upload_to="proofs/%Y/%m/%d")),
                ("lat", models.FloatField(blank=True, null=True)),
                ("lng", models.FloatField(blank=True, null=True)),
                ("at", models.DateTimeField()),
                ("note", models.CharField(blank=True, max_length=120)),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="proofs", to="dispatch.delivery"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="proofs", to="dispatch.run"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Position",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lat", models.FloatField()),
                ("lng", models.FloatField()),
                ("at", models.DateTimeField()),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="positions", to="dispatch.run"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="delivery",
            name="claimed_run",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="dispatch.run"
            ),
        ),
        migrations.CreateModel(
            name="RunDelivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("pay_cents", models.BigIntegerField()),
                ("tip_cents", models.BigIntegerField()),
                (
                    "dropped_at",
                    models.DateTimeField(blank=True, help_text="When the run gave this delivery back.", null=True),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="carriers", to="dispatch.delivery"
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="carried", to="dispatch.offer"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="carried", to="dispatch.run"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Stop",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("pickup", "Pick up"), ("drop", "Deliver"), ("return", "Bring back")], max_length=10
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("lat", models.FloatField()),
                ("lng", models.FloatField()),
                ("eta_at", models.DateTimeField()),
                ("arrived_at", models.DateTimeField(blank=True, null=True)),
                (
                    "arrived_metres",
                    models.PositiveIntegerField(blank=True, help_text="How far off the arrival was told.", null=True),
                ),
                ("bay", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("handed_over_at", models.DateTimeField(blank=True, null=True)),
                ("handed_over_by", models.CharField(blank=True, max_length=80)),
                ("bags", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "wrong_codes",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Wrong codes typed here; a few lock the stop."
                    ),
                ),
                (
                    "fail_reason",
                    models.CharField(blank=True, help_text="Why the delivery could not be made here.", max_length=120),
                ),
                ("is_dropped", models.BooleanField(default=False)),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="stops", to="dispatch.delivery"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stops", to="dispatch.run"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Command",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField()),
                ("kind", models.CharField(max_length=30)),
                ("payload_hash", models.CharField(max_length=64)),
                ("answer", models.JSONField(default=dict)),
                ("status", models.PositiveSmallIntegerField(default=200)),
                ("at", models.DateTimeField()),
                ("phone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "driver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="commands", to="drivers.driver"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("driver", "key"), name="command_once")],
            },
        ),
        migrations.CreateModel(
            name="Cycle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("wall_ms", models.PositiveIntegerField()),
                ("deliveries", models.PositiveIntegerField()),
                ("trips", models.PositiveIntegerField()),
                ("matched", models.PositiveIntegerField()),
                ("offers", models.PositiveIntegerField()),
                ("seed", models.BigIntegerField()),
                ("engine_version", models.CharField(max_length=40)),
                ("violations", models.JSONField(default=list)),
                ("replay", models.JSONField(default=dict)),
                (
                    "market",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="cycles", to="stores.market"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["market", "-at"], name="cycle_of_market")],
            },
        ),
        migrations.CreateModel(
            name="Consideration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("added_seconds", models.IntegerField(blank=True, null=True)),
                ("added_metres", models.IntegerField(blank=True, null=True)),
                (
                    "over",
                    models.IntegerField(
                        default=0, help_text="By how much the deciding limit would be passed, in its own unit."
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        help_text="Code of the engine's reason; `chosen` for the best match.", max_length=40
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "trip",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="considerations", to="drivers.trip"
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="considerations",
                        to="dispatch.delivery",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("delivery", "trip"), name="considered_once")],
            },
        ),
        migrations.CreateModel(
            name="Alarm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(max_length=40)),
                ("text", models.CharField(max_length=300)),
                ("at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("resolved_by", models.CharField(blank=True, max_length=80)),
                (
                    "market",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="alarms", to="stores.market"
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="alarms",
                        to="dispatch.delivery",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("resolved_at__isnull", True)), fields=["market", "-at"], name="alarm_open"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("resolved_at__isnull", True)),
                        fields=("delivery", "kind"),
                        name="one_open_alarm_a_kind",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("delivery__isnull", True), ("resolved_at__isnull", True)),
                        fields=("market", "kind"),
                        name="one_open_market_alarm_a_kind",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="offer",
            index=models.Index(fields=["driver", "-made_at"], name="offer_of_driver"),
        ),
        migrations.AddIndex(
            model_name="offer",
            index=models.Index(condition=models.Q(("status", "open")), fields=["expires_at"], name="offer_open"),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "reserved"), ("status", "open")),
                fields=("trip",),
                name="one_open_reserved_offer_a_trip",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "accepted", "declined", "expired", "withdrawn"])),
                name="offer_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("made_at"))), name="offer_can_be_answered"
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "pay_cents",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("base_cents"), "+", models.F("detour_cents")
                                    ),
                                    "+",
                                    models.F("handling_cents"),
                                ),
                                "+",
                                models.F("raise_cents"),
                            ),
                            "+",
                            models.F("floor_cents"),
                        ),
                    )
                ),
                name="offer_pay_adds_up",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="offer",
            trigger=pgtrigger.compiler.Trigger(
                name="only_allowed_moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{open:accepted,open:declined,open:expired,open:withdrawn}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="6e137d242eb727995d771329d738f30ba0ccb999",
                    operation="UPDATE",
                    pgid="pgtrigger_only_allowed_moves_563b9",
                    table="dispatch_offer",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="offer",
            trigger=pgtrigger.compiler.Trigger(
                name="offer_is_a_snapshot",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."market_id" IS DISTINCT FROM (NEW."market_id") OR OLD."driver_id" IS DISTINCT FROM (NEW."driver_id") OR OLD."trip_id" IS DISTINCT FROM (NEW."trip_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at") OR OLD."expires_at" IS DISTINCT FROM (NEW."expires_at") OR OLD."added_seconds" IS DISTINCT FROM (NEW."added_seconds") OR OLD."added_metres" IS DISTINCT FROM (NEW."added_metres") OR OLD."base_cents" IS DISTINCT FROM (NEW."base_cents") OR OLD."detour_cents" IS DISTINCT FROM (NEW."detour_cents") OR OLD."handling_cents" IS DISTINCT FROM (NEW."handling_cents") OR OLD."raise_cents" IS DISTINCT FROM (NEW."raise_cents") OR OLD."floor_cents" IS DISTINCT FROM (NEW."floor_cents") OR OLD."pay_cents" IS DISTINCT FROM (NEW."pay_cents") OR OLD."tip_cents" IS DISTINCT FROM (NEW."tip_cents") OR OLD."tip_is_authorised" IS DISTINCT FROM (NEW."tip_is_authorised") OR OLD."rule_pack" IS DISTINCT FROM (NEW."rule_pack") OR OLD."engine_version" IS DISTINCT FROM (NEW."engine_version") OR OLD."routing_version" IS DISTINCT FROM (NEW."routing_version") OR OLD."snapshot" IS DISTINCT FROM (NEW."snapshot") OR OLD."digest" IS DISTINCT FROM (NEW."digest"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="19c3690aed49e3460b05b5cc7cb88f8ffc0919f5",
                    operation="UPDATE",
                    pgid="pgtrigger_offer_is_a_snapshot_3ce38",
                    table="dispatch_offer",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="offer",
            trigger=pgtrigger.compiler.Trigger(
                name="offer_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="14f13689dd7ca5654c34b5668ba3f9e19b0ca730",
                    operation="DELETE",
                    pgid="pgtrigger_offer_is_kept_e0394",
                    table="dispatch_offer",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="offeritem",
            constraint=models.UniqueConstraint(fields=("offer", "delivery"), name="delivery_once_an_offer"),
        ),
        migrations.AddConstraint(
            model_name="offeritem",
            constraint=models.CheckConstraint(
                condition=models.Q(("pay_cents__gte", 0), ("tip_cents__gte", 0)), name="offer_item_not_negative"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="offeritem",
            trigger=pgtrigger.compiler.Trigger(
                name="offer_item_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="3caafc5d55910875a6ebcd3467ed7a695c4820e1",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_offer_item_is_kept_afa78",
                    table="dispatch_offeritem",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(
                condition=models.Q(("status", "active")), fields=["market"], name="run_active_by_market"
            ),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "active")), fields=("driver",), name="one_active_run_a_driver"
            ),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["active", "finished", "given_up"])), name="run_status_known"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="run",
            trigger=pgtrigger.compiler.Trigger(
                name="only_allowed_moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{active:finished,active:given_up}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="db376292140e938d150c7c7bc7e21de8404c4d1a",
                    operation="UPDATE",
                    pgid="pgtrigger_only_allowed_moves_d43bf",
                    table="dispatch_run",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="proof",
            constraint=models.UniqueConstraint(fields=("delivery", "kind"), name="proof_once_a_kind"),
        ),
        migrations.AddIndex(
            model_name="position",
            index=models.Index(fields=["run", "-at"], name="position_of_run"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("status__in", ["planned", "ready"])),
                fields=["market", "due_by"],
                name="delivery_to_match",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["market", "status"], name="delivery_by_market"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "planned",
                            "ready",
                            "claimed",
                            "at_store",
                            "picked_up",
                            "delivered",
                            "failed",
                            "returning",
                            "returned",
                            "cancelled",
                        ],
                    )
                ),
                name="delivery_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_by__gt", models.F("due_from"))), name="delivery_due_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("claimed_run__isnull", True),
                    models.Q(("status__in", ["planned", "ready", "cancelled"]), _negated=True),
                    _connector="OR",
                ),
                name="delivery_waiting_has_no_run",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="delivery",
            trigger=pgtrigger.compiler.Trigger(
                name="only_allowed_moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{planned:cancelled,planned:ready,ready:cancelled,ready:claimed,claimed:at_store,claimed:cancelled,claimed:ready,at_store:cancelled,at_store:picked_up,at_store:ready,picked_up:delivered,picked_up:failed,failed:returning,returning:returned}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="3013e87f346e3fc81ed232a40e342eb0e2086364",
                    operation="UPDATE",
                    pgid="pgtrigger_only_allowed_moves_aedde",
                    table="dispatch_delivery",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="rundelivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("dropped_at__isnull", True)),
                fields=("delivery",),
                name="one_live_carrier_a_delivery",
            ),
        ),
        migrations.AddConstraint(
            model_name="stop",
            constraint=models.UniqueConstraint(fields=("run", "delivery", "kind"), name="stop_once_a_run"),
        ),
        migrations.AddConstraint(
            model_name="stop",
            constraint=models.CheckConstraint(
                condition=models.Q(("done_at__isnull", True), ("arrived_at__isnull", False), _connector="OR"),
                name="stop_done_after_arrival",
            ),
        ),
        migrations.AddConstraint(
            model_name="stop",
            constraint=models.CheckConstraint(condition=models.Q(("wrong_codes__lte", 5)), name="stop_guesses_are_few"),
        ),
    ]
