import uuid
from decimal import Decimal

import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("stores", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Address",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("line1", models.CharField(max_length=120, verbose_name="street address")),
                ("line2", models.CharField(blank=True, max_length=60, verbose_name="apartment, floor")),
                ("city", models.CharField(max_length=60)),
                ("state", models.CharField(max_length=2)),
                ("zip_code", models.CharField(max_length=5)),
                ("lat", models.FloatField()),
                ("lng", models.FloatField()),
                ("is_approximate", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "shopper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="addresses",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "addresses",
            },
        ),
        migrations.CreateModel(
            name="Cart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("zip_code", models.CharField(blank=True, max_length=5)),
                ("checkout_key", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("contact_name", models.CharField(blank=True, max_length=80)),
                ("phone", models.CharField(blank=True, max_length=20)),
                ("tip_cents", models.BigIntegerField(default=0)),
                ("instructions", models.CharField(blank=True, max_length=300)),
                ("gate_code", models.CharField(blank=True, max_length=20)),
                ("leave_at_door", models.BooleanField(default=False)),
                ("wants_passcode", models.BooleanField(default=False)),
                ("ordered_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "address",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="orders.address",
                    ),
                ),
                (
                    "shopper",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="carts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="carts", to="stores.store"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CartLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", models.PositiveSmallIntegerField()),
                (
                    "wish",
                    models.CharField(
                        choices=[("best", "Best match"), ("this", "This item"), ("none", "No substitute")],
                        default="best",
                        max_length=4,
                    ),
                ),
                ("added_at", models.DateTimeField(auto_now_add=True)),
                (
                    "cart",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="orders.cart"
                    ),
                ),
                (
                    "store_item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="stores.storeitem"
                    ),
                ),
                (
                    "wish_item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="stores.storeitem",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.CharField(max_length=12, unique=True)),
                ("checkout_key", models.UUIDField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("placed", "Placed"),
                            ("picking", "Being picked"),
                            ("ready", "Ready"),
                            ("handed_over", "On its way"),
                            ("delivered", "Delivered"),
                            ("cancelled", "Cancelled"),
                            ("returned", "Returned"),
                        ],
                        default="placed",
                        max_length=20,
                    ),
                ),
                ("currency", models.CharField(default="USD", max_length=3)),
                ("placed_at", models.DateTimeField()),
                ("contact_name", models.CharField(max_length=80)),
                ("phone", models.CharField(blank=True, max_length=20)),
                ("line1", models.CharField(max_length=120)),
                ("line2", models.CharField(blank=True, max_length=60)),
                ("city", models.CharField(max_length=60)),
                ("state", models.CharField(max_length=2)),
                ("zip_code", models.CharField(max_length=5)),
                ("lat", models.FloatField()),
                ("lng", models.FloatField()),
                ("instructions", models.CharField(blank=True, max_length=300)),
                ("gate_code", models.CharField(blank=True, max_length=20)),
                ("leave_at_door", models.BooleanField(default=False)),
                (
                    "passcode",
                    models.CharField(
                        blank=True, help_text="Asked for at the door; empty when none is needed.", max_length=4
                    ),
                ),
                ("age_limit", models.PositiveSmallIntegerField(default=0)),
                ("subtotal_cents", models.BigIntegerField()),
                ("delivery_fee_cents", models.BigIntegerField()),
                ("statutory_fee_cents", models.BigIntegerField(default=0)),
                ("statutory_fee_label", models.CharField(blank=True, max_length=80)),
                ("tax_cents", models.BigIntegerField(default=0)),
                ("tip_cents", models.BigIntegerField(default=0)),
                ("total_cents", models.BigIntegerField()),
                ("hold_cents", models.BigIntegerField()),
                ("final_subtotal_cents", models.BigIntegerField(blank=True, null=True)),
                ("final_tax_cents", models.BigIntegerField(blank=True, null=True)),
                ("final_total_cents", models.BigIntegerField(blank=True, null=True)),
                ("picking_at", models.DateTimeField(blank=True, null=True)),
                ("ready_at", models.DateTimeField(blank=True, null=True)),
                ("handed_over_at", models.DateTimeField(blank=True, null=True)),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("bag_count", models.PositiveSmallIntegerField(default=0)),
                ("handover_code", models.CharField(max_length=4)),
                ("cancel_reason", models.CharField(blank=True, max_length=200)),
                (
                    "picker",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "shopper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="orders", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="stores.store"
                    ),
                ),
                (
                    "window",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="stores.window"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("quantity", models.PositiveSmallIntegerField()),
                ("price_cents", models.BigIntegerField()),
                ("is_weighed", models.BooleanField(default=False)),
                ("estimated_pounds", models.DecimalField(decimal_places=3, default=Decimal("0"), max_digits=8)),
                ("estimated_cents", models.BigIntegerField()),
                ("tax_bp", models.PositiveIntegerField(default=0)),
                ("is_snap", models.BooleanField(default=False)),
                ("age_limit", models.PositiveSmallIntegerField(default=0)),
                (
                    "cold_class",
                    models.CharField(
                        choices=[("ambient", "Ambient"), ("chilled", "Chilled"), ("frozen", "Frozen")],
                        default="ambient",
                        max_length=10,
                    ),
                ),
                ("grams", models.PositiveIntegerField(default=0, help_text="Of one piece.")),
                ("room", models.PositiveSmallIntegerField(default=1, help_text="Of one piece.")),
                (
                    "wish",
                    models.CharField(
                        choices=[("best", "Best match"), ("this", "This item"), ("none", "No substitute")],
                        default="best",
                        max_length=4,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("to_pick", "To pick"),
                            ("picked", "Picked"),
                            ("short", "Not available"),
                            ("substituted", "Substituted"),
                        ],
                        default="to_pick",
                        max_length=12,
                    ),
                ),
                ("picked_quantity", models.PositiveSmallIntegerField(default=0)),
                ("picked_pounds", models.DecimalField(blank=True, decimal_places=3, max_digits=8, null=True)),
                ("final_cents", models.BigIntegerField(blank=True, null=True)),
                ("refunded_cents", models.BigIntegerField(default=0)),
                ("picked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "picked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "store_item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stores.storeitem"
                    ),
                ),
                (
                    "wish_item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="stores.storeitem",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="orders.order"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "purpose",
                    models.CharField(
                        choices=[("order", "Order"), ("tip", "Later tip")], default="order", max_length=10
                    ),
                ),
                ("key", models.CharField(max_length=80, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("holding", "Being authorised"),
                            ("challenged", "Waiting for the bank's check"),
                            ("held", "Held"),
                            ("declined", "Declined"),
                            ("capturing", "Being taken"),
                            ("captured", "Taken"),
                            ("voiding", "Being released"),
                            ("void", "Released"),
                        ],
                        default="holding",
                        max_length=12,
                    ),
                ),
                ("card_token", models.CharField(max_length=120)),
                ("card_brand", models.CharField(blank=True, max_length=20)),
                ("card_last4", models.CharField(blank=True, max_length=4)),
                ("amount_cents", models.BigIntegerField()),
                (
                    "shown_cents",
                    models.BigIntegerField(blank=True, help_text="The total the shopper saw and agreed to.", null=True),
                ),
                (
                    "to_capture_cents",
                    models.BigIntegerField(
                        blank=True,
                        help_text="What a capture under way asks for: a repeat must ask for the same.",
                        null=True,
                    ),
                ),
                ("captured_cents", models.BigIntegerField(default=0)),
                ("hold_ref", models.CharField(blank=True, max_length=120)),
                ("receipt_ref", models.CharField(blank=True, max_length=120)),
                ("challenge_ref", models.CharField(blank=True, max_length=120)),
                ("challenge_url", models.CharField(blank=True, max_length=500)),
                ("refusal_code", models.CharField(blank=True, max_length=40)),
                ("refusal", models.CharField(blank=True, max_length=200)),
                ("retry_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "cart",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="payments",
                        to="orders.cart",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="orders.order",
                    ),
                ),
                (
                    "shopper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("key", models.CharField(max_length=80, unique=True)),
                ("amount_cents", models.BigIntegerField()),
                ("tax_cents", models.BigIntegerField(default=0)),
                ("tip_cents", models.BigIntegerField(default=0)),
                ("reason", models.CharField(max_length=200)),
                ("author", models.CharField(max_length=80)),
                ("created_at", models.DateTimeField()),
                ("is_netted", models.BooleanField(default=False)),
                ("receipt_ref", models.CharField(blank=True, max_length=120)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("retry_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="orders.line",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="orders.order"
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="orders.payment"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Staging",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "cold_class",
                    models.CharField(
                        choices=[("ambient", "Ambient"), ("chilled", "Chilled"), ("frozen", "Frozen")], max_length=10
                    ),
                ),
                ("place", models.CharField(max_length=20)),
                ("bags", models.PositiveSmallIntegerField()),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stagings", to="orders.order"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Substitution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("quantity", models.PositiveSmallIntegerField()),
                ("pounds", models.DecimalField(blank=True, decimal_places=3, max_digits=8, null=True)),
                ("shelf_price_cents", models.BigIntegerField()),
                ("shelf_total_cents", models.BigIntegerField()),
                ("charged_cents", models.BigIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "Waiting for the shopper"),
                            ("approved", "Agreed"),
                            ("refused", "Refused"),
                        ],
                        default="approved",
                        max_length=10,
                    ),
                ),
                ("decide_by", models.DateTimeField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="substitution", to="orders.line"
                    ),
                ),
                (
                    "store_item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stores.storeitem"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TipChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(unique=True)),
                ("from_cents", models.BigIntegerField()),
                ("to_cents", models.BigIntegerField()),
                ("made_good_cents", models.BigIntegerField(default=0)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tip_changes", to="orders.order"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WindowHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("expires_at", models.DateTimeField()),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                ("sold_at", models.DateTimeField(blank=True, null=True)),
                (
                    "cart",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="holds", to="orders.cart"
                    ),
                ),
                (
                    "window",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="holds", to="stores.window"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="address",
            constraint=models.UniqueConstraint(
                fields=("shopper", "line1", "line2", "zip_code"), name="address_once_a_shopper"
            ),
        ),
        migrations.AddConstraint(
            model_name="cart",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ordered_at__isnull", True)),
                fields=("shopper", "store"),
                name="cart_one_open_a_store",
            ),
        ),
        migrations.AddConstraint(
            model_name="cart",
            constraint=models.CheckConstraint(
                condition=models.Q(("tip_cents__range", (0, 50000))), name="cart_tip_in_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="cartline",
            constraint=models.UniqueConstraint(fields=("cart", "store_item"), name="item_once_a_cart"),
        ),
        migrations.AddConstraint(
            model_name="cartline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__range", (1, 99))), name="cart_quantity_in_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="cartline",
            constraint=models.CheckConstraint(
                condition=models.Q(("wish__in", ["best", "this", "none"])), name="cart_wish_known"
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["store", "status", "window"], name="order_queue"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["shopper", "-placed_at"], name="order_of_shopper"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(fields=("shopper", "checkout_key"), name="order_once_a_checkout"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["placed", "picking", "ready", "handed_over", "delivered", "cancelled", "returned"])
                ),
                name="order_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("delivery_fee_cents__gte", 0),
                    ("subtotal_cents__gte", 0),
                    ("tax_cents__gte", 0),
                    ("tip_cents__gte", 0),
                ),
                name="order_amounts_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "total_cents",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("subtotal_cents"), "+", models.F("delivery_fee_cents")
                                    ),
                                    "+",
                                    models.F("statutory_fee_cents"),
                                ),
                                "+",
                                models.F("tax_cents"),
                            ),
                            "+",
                            models.F("tip_cents"),
                        ),
                    )
                ),
                name="order_total_adds_up",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="order",
            trigger=pgtrigger.compiler.Trigger(
                name="only_allowed_moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{placed:cancelled,placed:picking,picking:cancelled,picking:ready,ready:cancelled,ready:handed_over,handed_over:delivered,handed_over:returned}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="345ccb8c1484716b28bac5d4815727469bec8c28",
                    operation="UPDATE",
                    pgid="pgtrigger_only_allowed_moves_1602c",
                    table="orders_order",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.UniqueConstraint(fields=("order", "store_item"), name="item_once_an_order"),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__range", (1, 99))), name="line_quantity_in_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.CheckConstraint(condition=models.Q(("price_cents__gt", 0)), name="line_price_positive"),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["to_pick", "picked", "short", "substituted"])),
                name="line_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("final_cents__isnull", True), ("status", "to_pick")),
                    ("final_cents__gte", 0),
                    _connector="OR",
                ),
                name="line_final_price_once_picked",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("status__in", ["holding", "challenged", "capturing", "voiding"])),
                fields=["retry_at"],
                name="payment_unfinished",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        ["holding", "challenged", "held", "declined", "capturing", "captured", "voiding", "void"],
                    )
                ),
                name="payment_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_cents__gt", 0)), name="payment_amount_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("captured_cents__lte", models.F("amount_cents"))),
                name="never_capture_more_than_held",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("to_capture_cents__isnull", True),
                    ("to_capture_cents__range", (1, models.F("amount_cents"))),
                    _connector="OR",
                ),
                name="never_ask_for_more_than_held",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("order__isnull", False), ("purpose", "order")),
                fields=("order",),
                name="one_payment_an_order",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="only_allowed_moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{holding:captured,holding:challenged,holding:declined,holding:held,holding:voiding,challenged:declined,challenged:held,challenged:voiding,held:capturing,held:voiding,capturing:captured,capturing:voiding,voiding:void}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="5762dc0eaad1479663c390d96df1b7d2e88322ce",
                    operation="UPDATE",
                    pgid="pgtrigger_only_allowed_moves_39152",
                    table="orders_payment",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(
                condition=models.Q(("done_at__isnull", True)), fields=["retry_at"], name="refund_unfinished"
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(condition=models.Q(("amount_cents__gt", 0)), name="refund_positive"),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "amount_cents__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("tax_cents"), "+", models.F("tip_cents")
                        ),
                    ),
                    ("tax_cents__gte", 0),
                    ("tip_cents__gte", 0),
                ),
                name="refund_parts_within_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="staging",
            constraint=models.UniqueConstraint(fields=("order", "cold_class"), name="staged_once_a_cold_class"),
        ),
        migrations.AddConstraint(
            model_name="staging",
            constraint=models.CheckConstraint(condition=models.Q(("bags__gt", 0)), name="staged_some_bags"),
        ),
        migrations.AddConstraint(
            model_name="substitution",
            constraint=models.CheckConstraint(
                condition=models.Q(("charged_cents__gte", 0)), name="substitute_charge_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="substitution",
            constraint=models.CheckConstraint(
                condition=models.Q(("charged_cents__lte", models.F("shelf_total_cents"))),
                name="substitute_never_above_its_shelf_price",
            ),
        ),
        migrations.AddConstraint(
            model_name="tipchange",
            constraint=models.CheckConstraint(condition=models.Q(("to_cents__gte", 0)), name="tip_not_negative"),
        ),
        migrations.AddIndex(
            model_name="windowhold",
            index=models.Index(
                condition=models.Q(("released_at__isnull", True), ("sold_at__isnull", True)),
                fields=["expires_at"],
                name="window_hold_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="windowhold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("released_at__isnull", True), ("sold_at__isnull", True)),
                fields=("cart",),
                name="one_live_hold_a_cart",
            ),
        ),
        migrations.AddConstraint(
            model_name="windowhold",
            constraint=models.CheckConstraint(
                condition=models.Q(("released_at__isnull", True), ("sold_at__isnull", True), _connector="OR"),
                name="hold_released_or_sold",
            ),
        ),
    ]
