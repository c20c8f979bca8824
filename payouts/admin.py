"""Pay in the admin, for head office: rates are set here, all else is read."""

from django.contrib import admin

from common.desk_admin import KeptAdmin, ReadOnlyAdmin, money
from payouts.models import Earning, PayScheme, Settlement, Statement


@admin.register(PayScheme)
class PaySchemeAdmin(KeptAdmin):
    """What a market pays; offers made before keep theirs."""

    list_display = (
        "market",
        money("base_cents", "base"),
        money("minute_cents", "a minute"),
        "mile_tenths",
        "firm_fee_bp",
    )
    list_select_related = ("market",)
    ordering = ("market__name",)


@admin.register(Settlement)
class SettlementAdmin(ReadOnlyAdmin):
    """Weeks as the firm closed, approved and paid them."""

    list_display = (
        "firm",
        "starts_at",
        "ends_at",
        "status",
        money("total_cents", "total"),
        "sent_at",
        "is_by_one_person",
    )
    list_select_related = ("firm",)
    list_filter = ("firm", "status")
    ordering = ("-starts_at", "-pk")


@admin.register(Statement)
class StatementAdmin(ReadOnlyAdmin):
    """What one driver was paid for one week."""

    list_display = (
        "driver",
        "settlement",
        "deliveries",
        money("pay_cents", "pay"),
        money("tip_cents", "tips"),
        money("total_cents", "total"),
    )
    list_select_related = ("driver", "settlement__firm")
    ordering = ("-pk",)


@admin.register(Earning)
class EarningAdmin(ReadOnlyAdmin):
    """What one delivery earned its driver: offered and paid side by side."""

    list_display = (
        "driver",
        "label",
        "kind",
        money("offered_pay_cents", "offered"),
        money("pay_cents", "paid"),
        money("tip_cents", "tip"),
        money("topup_cents", "top-up"),
        "earned_at",
    )
    list_select_related = ("driver",)
    list_filter = ("market", "kind", "earned_at")
    ordering = ("-earned_at", "-pk")
