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
        ("stores", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PayoutAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("routing", models.CharField(max_length=9)),
                ("sealed_number", models.BinaryField()),
                ("last4", models.CharField(max_length=4)),
                ("is_savings", models.BooleanField(default=False)),
                ("holder", models.CharField(max_length=22)),
                ("changed_at", models.DateTimeField()),
                (
                    "driver",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="payout_account", to="drivers.driver"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Settlement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("closed", "Closed"),
                            ("approved", "Approved"),
                            ("sent", "Sent to the bank"),
                            ("settled", "Settled"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("total_cents", models.BigIntegerField(default=0)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("closed_by", models.CharField(blank=True, max_length=80)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("approved_by", models.CharField(blank=True, max_length=80)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="settlements", to="drivers.firm"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Earning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("delivery", "Delivery"),
                            ("tip_change", "Tip changed"),
                            ("attempt", "Attempted delivery"),
                            ("correction", "Correction"),
                        ],
                        default="delivery",
                        max_length=12,
                    ),
                ),
                ("source", models.CharField(help_text="Which time it was: unique with the kind.", max_length=80)),
                ("delivery_ref", models.UUIDField()),
                ("offer_ref", models.UUIDField(blank=True, null=True)),
                ("label", models.CharField(help_text="What the driver reads: store and area.", max_length=120)),
                ("offered_pay_cents", models.BigIntegerField()),
                ("offered_tip_cents", models.BigIntegerField(default=0)),
                ("pay_cents", models.BigIntegerField()),
                ("tip_cents", models.BigIntegerField(default=0)),
                ("topup_cents", models.BigIntegerField(default=0)),
                ("engaged_seconds", models.PositiveIntegerField(default=0)),
                ("added_seconds", models.PositiveIntegerField(default=0)),
                ("added_metres", models.PositiveIntegerField(default=0)),
                ("earned_at", models.DateTimeField()),
                (
                    "driver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="earnings", to="drivers.driver"
                    ),
                ),
                (
                    "market",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="earnings", to="stores.market"
                    ),
                ),
                (
                    "settlement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="earnings",
                        to="payouts.settlement",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BankFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("file_id", models.CharField(default="A", max_length=1)),
                ("effective_on", models.DateField()),
                ("entry_count", models.PositiveIntegerField()),
                ("total_cents", models.BigIntegerField()),
                ("sealed_text", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                (
                    "settlement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bank_file", to="payouts.settlement"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("deliveries", models.PositiveIntegerField()),
                ("engaged_seconds", models.PositiveIntegerField(default=0)),
                ("pay_cents", models.BigIntegerField()),
                ("tip_cents", models.BigIntegerField()),
                ("topup_cents", models.BigIntegerField()),
                ("carried_cents", models.BigIntegerField(default=0)),
                ("total_cents", models.BigIntegerField()),
                ("account_last4", models.CharField(blank=True, max_length=4)),
                ("trace_number", models.CharField(blank=True, max_length=15)),
                ("hold_reason", models.CharField(blank=True, max_length=120)),
                ("returned_at", models.DateTimeField(blank=True, null=True)),
                (
                    "carried_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carried_from",
                        to="payouts.statement",
                    ),
                ),
                (
                    "driver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="statements", to="drivers.driver"
                    ),
                ),
                (
                    "settlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="statements", to="payouts.settlement"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PayScheme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("base_cents", models.BigIntegerField(default=500)),
                ("extra_delivery_cents", models.BigIntegerField(default=300)),
                ("minute_cents", models.BigIntegerField(default=38)),
                ("mile_tenths", models.PositiveIntegerField(default=725)),
                ("free_grams", models.PositiveIntegerField(default=15000)),
                ("kilogram_cents", models.BigIntegerField(default=10)),
                ("free_units", models.PositiveIntegerField(default=20)),
                ("unit_tenths", models.PositiveIntegerField(default=50)),
                ("flight_cents", models.BigIntegerField(default=75)),
                ("firm_fee_bp", models.PositiveIntegerField(default=600)),
                (
                    "market",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pay_scheme", to="stores.market"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("base_cents__gte", 0),
                            ("extra_delivery_cents__gte", 0),
                            ("kilogram_cents__gte", 0),
                            ("minute_cents__gte", 0),
                        ),
                        name="pay_rates_not_negative",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.UniqueConstraint(fields=("firm", "starts_at"), name="settlement_once_a_period"),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="settlement_period_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "closed", "approved", "sent", "settled"])),
                name="settlement_status_known",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="settlement",
            trigger=pgtrigger.compiler.Trigger(
                name="only_allowed_moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{open:closed,closed:approved,approved:sent,sent:settled}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="fefb29e704e50f7a8aba38ed9099e9e7b0b3c878",
                    operation="UPDATE",
                    pgid="pgtrigger_only_allowed_moves_ddaa8",
                    table="payouts_settlement",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="earning",
            index=models.Index(fields=["driver", "-earned_at"], name="earning_of_driver"),
        ),
        migrations.AddConstraint(
            model_name="earning",
            constraint=models.UniqueConstraint(fields=("kind", "source"), name="earned_once"),
        ),
        migrations.AddConstraint(
            model_name="earning",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["tip_change", "correction"]),
                    (
                        "offered_pay_cents__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("pay_cents"), "+", models.F("topup_cents")
                        ),
                    ),
                    _connector="OR",
                ),
                name="never_paid_less_than_offered",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(fields=("settlement", "driver"), name="statement_once_a_driver"),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("trace_number", ""), _negated=True),
                fields=("settlement", "trace_number"),
                name="trace_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "total_cents",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("pay_cents"), "+", models.F("tip_cents")
                                ),
                                "+",
                                models.F("topup_cents"),
                            ),
                            "+",
                            models.F("carried_cents"),
                        ),
                    )
                ),
                name="statement_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("carried_to__isnull", True), models.Q(("hold_reason", ""), _negated=True), _connector="OR"
                ),
                name="only_unpaid_statements_are_carried",
            ),
        ),
    ]
