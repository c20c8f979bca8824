"""Dispatch in the admin, for head office: read what happened; the ladder alone is set here."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest

from common.desk_admin import KeptAdmin, ReadOnlyAdmin, money
from dispatch.models import Alarm, Delivery, Ladder, Offer, Run
from payouts.models import PayScheme
from stores.admin.places import MarketAdmin
from stores.models import Market

admin.site.unregister(Market)


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


@admin.register(Market)
class MarketWithRatesAdmin(MarketAdmin):
    """A market comes with its ladder and its rates, the usual ones to begin with: dispatch can run it at once."""

    def save_model(self, request: HttpRequest, obj: Market, form: "ModelForm[Any]", change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            Ladder.objects.get_or_create(market=obj)
            PayScheme.objects.get_or_create(market=obj)
        if not change:
            messages.info(
                request,
                "It looks for drivers and pays them as usual. Change that under How drivers are found and What drivers "
                "are paid.",
            )
