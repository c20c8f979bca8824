"""Dispatch in the admin, for head office: read what happened; the ladder alone is set here."""

from django.contrib import admin

from common.desk_admin import KeptAdmin, ReadOnlyAdmin, money
from dispatch.models import Alarm, Delivery, Ladder, Offer, Run


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Deliveries; their story is on the operations page."""

    list_display = ("order", "store", "status", "step", "due_by", "drop_area", "raises")
    list_select_related = ("order", "store")
    list_filter = ("market", "store", "status", "step")
    search_fields = ("order__number",)
    ordering = ("-due_by", "-pk")


@admin.register(Offer)
class OfferAdmin(ReadOnlyAdmin):
    """Offers as drivers saw them; nobody can change one."""

    list_display = (
        "public_id",
        "driver",
        "kind",
        "status",
        "made_at",
        money("pay_cents", "pay"),
        money("tip_cents", "tip"),
    )
    list_select_related = ("driver",)
    list_filter = ("market", "kind", "status", "made_at")
    ordering = ("-made_at", "-pk")


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    """Runs, without positions: where a driver was is nobody's business once the run is over."""

    list_display = ("driver", "market", "status", "started_at", "finished_at", "give_up_reason")
    list_select_related = ("driver", "market")
    list_filter = ("market", "status", "started_at")
    ordering = ("-started_at", "-pk")
    exclude = ("lat", "lng", "heading", "located_at")


@admin.register(Alarm)
class AlarmAdmin(ReadOnlyAdmin):
    """What operations had to look at."""

    list_display = ("text", "market", "kind", "at", "is_open")
    list_select_related = ("market",)
    list_filter = ("market", "kind", "at")
    ordering = ("-at", "-pk")

    @admin.display(description="open", boolean=True)
    def is_open(self, row: Alarm) -> bool:
        return row.resolved_at is None


@admin.register(Ladder)
class LadderAdmin(KeptAdmin):
    """How hard each market looks for a driver, step by step."""

    list_display = (
        "market",
        "reserve_seconds",
        "board_seconds",
        money("raise_cents", "raise"),
        "max_raises",
        "max_reserves",
        "lead_seconds",
        "ahead_seconds",
    )
    list_select_related = ("market",)
    ordering = ("market__name",)
