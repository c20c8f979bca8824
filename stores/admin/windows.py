"""Delivery windows, and what they are made from, in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from common.clock import span
from common.desk_admin import money, words_of
from common.errors import DomainError
from stores.actions.windows import change_window, make_windows
from stores.models import ClosingDay, StoreHours, Window, WindowRule
from stores.models.places import WEEKDAYS
from stores.models.staff import StaffRole
from stores.schedules import ScheduleAdmin
from stores.scoped import OWN_STORES, StoreScoped, desk


@admin.display(description="weekday", ordering="weekday")
def weekday(row: StoreHours | WindowRule) -> str:
    """A weekday in words."""
    return WEEKDAYS[row.weekday]


@admin.register(Window)
class WindowAdmin(StoreScoped):
    """Delivery windows: a manager changes seats and fee, closes and opens them (T8)."""

    list_display = ("day", "times", "store", "seats", "taken", money("fee_cents", "fee"), "state")
    list_select_related = ("store__market",)
    list_filter = (OWN_STORES, "is_closed", "starts_at")
    fields = ("store_name", "starts_at", "ends_at", "cutoff_at", "seats", "taken", "fee_cents", "is_closed")
    readonly_fields = ("store_name", "starts_at", "ends_at", "cutoff_at", "taken")
    ordering = ("starts_at", "store")
    actions = ("close_windows", "open_windows")
    add_role = None
    delete_role = None

    store_name = words_of("store")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        rows = super().get_queryset(request)
        return (
            rows
            if request.resolver_match and "object_id" in request.resolver_match.kwargs
            else rows.filter(ends_at__gt=timezone.now())
        )

    @admin.display(description="day", ordering="starts_at")
    def day(self, row: Window) -> str:
        local = timezone.localtime(row.starts_at, row.store.market.zone)
        return f"{local:%a %b} {local.day}"

    @admin.display(description="state", ordering="is_closed")
    def state(self, row: Any) -> str:
        return "Closed" if row.is_closed else "Open"

    @admin.display(description="hours")
    def times(self, row: Window) -> str:
        zone = row.store.market.zone
        ends = timezone.localtime(row.ends_at, zone)
        return span(timezone.localtime(row.starts_at, zone), ends)

    def save_model(self, request: HttpRequest, obj: Window, form: "ModelForm[Any]", change: bool) -> None:
        change_window(window_id=obj.pk, now=timezone.now(), **{name: getattr(obj, name) for name in form.changed_data})

    @admin.action(description="Close: nobody can choose them any more", permissions=["change"])
    def close_windows(self, request: HttpRequest, queryset: "QuerySet[Window]") -> None:
        self.set_closed(request, queryset, is_closed=True)

    @admin.action(description="Open again", permissions=["change"])
    def open_windows(self, request: HttpRequest, queryset: "QuerySet[Window]") -> None:
        self.set_closed(request, queryset, is_closed=False)

    def set_closed(self, request: HttpRequest, rows: "QuerySet[Window]", *, is_closed: bool) -> None:
        """Close or open the windows of stores in which this person is a manager; the rest is said to be refused."""
        done = 0
        for window in desk(request).scope(rows, "store_id", StaffRole.MANAGER).order_by("pk"):
            try:
                change_window(window_id=window.pk, now=timezone.now(), is_closed=is_closed)
                done += 1
            except DomainError as refusal:
                messages.error(request, f"{window}: {refusal.message}")
        left = rows.count() - done
        messages.success(
            request, f"{done} {'closed' if is_closed else 'open'}{f', {left} left as they were' if left else ''}."
        )


class WindowScheduleAdmin(ScheduleAdmin):
    """What windows are made from."""

    maker = staticmethod(make_windows)
    made_of = "windows"


@admin.register(WindowRule)
class WindowRuleAdmin(WindowScheduleAdmin):
    """The windows a store offers every week."""

    list_display = (weekday, "starts", "ends", "store", "seats", money("fee_cents", "fee"), "cutoff_minutes")
    ordering = ("store", "weekday", "starts")


@admin.register(ClosingDay)
class ClosingDayAdmin(WindowScheduleAdmin):
    """Days without delivery; windows on them are closed."""

    list_display = ("on", "store", "reason")
    ordering = ("on", "store")


@admin.register(StoreHours)
class StoreHoursAdmin(WindowScheduleAdmin):
    """When a store is open."""

    list_display = (weekday, "opens", "closes", "store")
    ordering = ("store", "weekday")
