"""Orders and refunds in the admin: found, read and exported here; changed by the buttons of their own page."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from common.clock import shown
from common.desk_admin import ReadOnlyAdmin, labelled, money
from orders.models import Order, Payment, Refund
from orders.states import OrderStatus
from stores.models.staff import StaffRole
from stores.scoped import OwnStores, StoreScoped

TONES = {
    OrderStatus.PLACED.label: "info",
    OrderStatus.PICKING.label: "info",
    OrderStatus.READY.label: "success",
    OrderStatus.DELIVERED.label: "success",
    OrderStatus.CANCELLED.label: "danger",
    OrderStatus.RETURNED.label: "danger",
}


class ReadScoped(StoreScoped):
    """Rows of own stores that actions write."""

    change_role = None
    add_role = None
    delete_role = None


@admin.register(Order)
class OrderAdmin(ReadScoped):
    """Every order of one's stores; the number opens its page."""

    list_display = (
        "page",
        "contact_name",
        "store",
        "status_words",
        "due",
        money("total_cents", "total"),
        "picker",
    )
    list_display_links = None
    list_select_related = ("store__market", "window", "picker")
    list_filter = (("store", OwnStores), "status", "placed_at")
    search_fields = ("number", "contact_name")
    date_hierarchy = None
    ordering = ("-placed_at", "-pk")

    @admin.display(description="order", ordering="number")
    def page(self, row: Order) -> str:
        return format_html('<a href="{}">{}</a>', reverse("admin:order", args=[row.public_id]), row.number)

    @labelled("status", ordering="status", tones=TONES)
    def status_words(self, row: Order) -> str:
        return row.get_status_display()

    @admin.display(description="window", ordering="window__starts_at")
    def due(self, row: Order) -> str:
        local = timezone.localtime(row.window.starts_at, row.store.market.zone)
        return f"{local:%b} {local.day}, {shown(local)}"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """An order's page is our own; one of another store is not found there either."""
        row = self.get_object(request, object_id)
        if row is None:
            missing: HttpResponse = self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
            return missing
        return redirect("admin:order", row.public_id)


@admin.register(Refund)
class RefundAdmin(ReadScoped):
    """Money given back, with reason and author (T12)."""

    list_display = ("order", "line", money("amount_cents", "amount"), "reason", "created_at", "done_at")
    list_select_related = ("order__store", "line")
    list_filter = (("order__store", OwnStores), "created_at")
    search_fields = ("order__number", "reason")
    ordering = ("-created_at", "-pk")
    store_path = "order__store_id"
    view_role = StaffRole.LEAD
    fields = ("order", "line", "amount_cents", "tax_cents", "reason", "created_at", "done_at")


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    """Card payments, for head office: what was held, taken and why not."""

    list_display = (
        "order",
        "purpose",
        "status",
        money("amount_cents", "held"),
        money("captured_cents", "taken"),
        "created_at",
    )
    list_select_related = ("order",)
    list_filter = ("status", "purpose", "created_at")
    search_fields = ("order__number", "hold_ref")
    ordering = ("-created_at", "-pk")
    exclude = ("card_token", "challenge_url")
