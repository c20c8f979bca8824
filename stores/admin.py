"""Stores in the admin: shelf, windows, hours and staff of one's own stores; places and catalogue for head office."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from common.desk_admin import KeptAdmin, money
from common.errors import DomainError
from stores.actions.shelf import change_shelf
from stores.actions.staff import change_role, dismiss_staff, hire_staff
from stores.actions.windows import change_window, make_windows
from stores.forms import HireForm
from stores.models import (
    Aisle,
    ClosingDay,
    Department,
    Item,
    Market,
    ServiceZip,
    Store,
    StoreHours,
    StoreItem,
    StoreStaff,
    Window,
    WindowRule,
)
from stores.models.staff import StaffRole
from stores.scoped import OwnStores, StoreScoped, actor, desk

OWN_STORES = ("store", OwnStores)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@admin.display(description="weekday", ordering="weekday")
def weekday(row: StoreHours | WindowRule) -> str:
    """A weekday in words."""
    return WEEKDAYS[row.weekday]


@admin.register(StoreItem)
class ShelfAdmin(StoreScoped):
    """A lead counts and takes items off the shelf; a manager prices them."""

    list_display = ("item", "store", "aisle", money("price_cents", "price"), "stock", "is_available")
    list_select_related = ("item", "store", "aisle")
    list_filter = (OWN_STORES, "is_available", "item__department")
    search_fields = ("item__name", "item__upc", "item__sku")
    fields = ("store", "item", "aisle", "price_cents", "stock", "is_available")
    autocomplete_fields = ("item",)
    ordering = ("item__name", "pk")
    change_role = StaffRole.LEAD
    add_role = None
    delete_role = None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What a row is about never changes; the price is a manager's."""
        fixed = ("store", "item")
        if obj is None or desk(request).may(obj.store_id, StaffRole.MANAGER):
            return fixed
        return (*fixed, "price_cents", "aisle")

    def choices_of(self, db_field: Any, request: HttpRequest) -> "QuerySet[Any] | None":
        """Aisles of the row's own store."""
        found = super().choices_of(db_field, request)
        match = request.resolver_match
        if db_field.name == "aisle" and found is not None and match and "object_id" in match.kwargs:
            found = found.filter(store__shelf=match.kwargs["object_id"]).order_by("walk_order")
        return found

    def save_model(self, request: HttpRequest, obj: StoreItem, form: "ModelForm[Any]", change: bool) -> None:
        said = {"aisle_id" if name == "aisle" else name for name in form.changed_data}
        change_shelf(store_item_id=obj.pk, now=timezone.now(), **{name: getattr(obj, name) for name in said})


@admin.register(Window)
class WindowAdmin(StoreScoped):
    """Delivery windows: a manager changes seats and fee, closes and opens them (T8)."""

    list_display = ("day", "times", "store", "seats", "taken", money("fee_cents", "fee"), "is_closed")
    list_select_related = ("store__market",)
    list_filter = (OWN_STORES, "is_closed", "starts_at")
    fields = ("store", "starts_at", "ends_at", "cutoff_at", "seats", "taken", "fee_cents", "is_closed")
    readonly_fields = ("store", "starts_at", "ends_at", "cutoff_at", "taken")
    ordering = ("starts_at", "store")
    actions = ("close_windows", "open_windows")
    add_role = None
    delete_role = None

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

    @admin.display(description="hours")
    def times(self, row: Window) -> str:
        zone = row.store.market.zone
        ends = timezone.localtime(row.ends_at, zone)
        return f"{timezone.localtime(row.starts_at, zone):%H:%M}\N{EN DASH}{ends:%H:%M}"

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


class ScheduleAdmin(StoreScoped):
    """What windows are made from: after a change they are made at once."""

    view_role = StaffRole.MANAGER
    list_select_related = ("store",)
    list_filter = (OWN_STORES,)

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool) -> None:
        super().save_model(request, obj, form, change)
        made = make_windows(now=timezone.now(), store_id=obj.store_id)
        if made:
            messages.info(request, f"{made} windows were added. Windows made before stay as they are.")


@admin.register(WindowRule)
class WindowRuleAdmin(ScheduleAdmin):
    """The windows a store offers every week."""

    list_display = (weekday, "starts", "ends", "store", "seats", money("fee_cents", "fee"), "cutoff_minutes")
    ordering = ("store", "weekday", "starts")


@admin.register(ClosingDay)
class ClosingDayAdmin(ScheduleAdmin):
    """Days without delivery; windows on them are closed."""

    list_display = ("on", "store", "reason")
    ordering = ("on", "store")


@admin.register(StoreHours)
class StoreHoursAdmin(ScheduleAdmin):
    """When a store is open."""

    list_display = (weekday, "opens", "closes", "store")
    ordering = ("store", "weekday")


@admin.register(StoreStaff)
class StoreStaffAdmin(StoreScoped):
    """Who works in a store. A manager hires by e-mail address; nobody's address can be looked up here."""

    list_display = ("user", "email", "store", "role")
    list_select_related = ("user", "store")
    list_filter = (OWN_STORES, "role")
    search_fields = ("user__name", "user__email")
    ordering = ("store", "user__name", "pk")
    view_role = StaffRole.MANAGER

    @admin.display(description="e-mail", ordering="user__email")
    def email(self, row: StoreStaff) -> str:
        return row.user.email

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **(kwargs if obj else {"form": HireForm, **kwargs}))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("user", "store", "role") if obj else ("store", "email", "name", "role")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("user", "store") if obj else ()

    def save_model(self, request: HttpRequest, obj: StoreStaff, form: "ModelForm[Any]", change: bool) -> None:
        by, now = actor(request), timezone.now()
        if change:
            change_role(membership_id=obj.pk, role=obj.role, by=by, now=now)
            return
        said = form.cleaned_data
        hired = hire_staff(store_id=obj.store_id, email=said["email"], name=said["name"], role=obj.role, by=by, now=now)
        obj.pk, obj.user = hired.pk, hired.user

    def delete_model(self, request: HttpRequest, obj: StoreStaff) -> None:
        dismiss_staff(membership_id=obj.pk, by=actor(request), now=timezone.now())


@admin.register(Aisle)
class AisleAdmin(StoreScoped):
    """Aisles in the order a picker walks them."""

    list_display = ("name", "walk_order", "store")
    list_select_related = ("store",)
    list_filter = (OWN_STORES,)
    search_fields = ("name",)
    ordering = ("store", "walk_order")


@admin.register(Store)
class StoreAdmin(StoreScoped):
    """Stores: a manager keeps bays, minimum and staging places of the own one; head office all."""

    list_display = ("name", "market", "city", "bays", money("min_basket_cents", "minimum"), "is_paused")
    list_select_related = ("market",)
    list_filter = ("market", "is_paused")
    search_fields = ("name", "city", "zip_code")
    ordering = ("name",)
    store_path = "pk"
    view_role = StaffRole.MANAGER
    add_role = None
    delete_role = None
    own = ("phone", "bays", "min_basket_cents", "usual_wait_minutes", "staging_places")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return desk(request).is_head_office

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        paused = ("is_paused", "paused_reason")
        if desk(request).is_head_office:
            return paused
        return tuple(field.name for field in Store._meta.fields if field.name not in {*self.own, "id"})


@admin.register(Market)
class MarketAdmin(KeptAdmin):
    """Metros. Pausing one is done on the operations page, with a reason."""

    list_display = ("name", "state", "timezone", "rule_pack", "is_paused")
    readonly_fields = ("is_paused", "paused_reason")
    search_fields = ("name", "code")
    ordering = ("name",)


@admin.register(Item)
class ItemAdmin(KeptAdmin):
    """The catalogue, the same in every store. Staff of stores may search it, head office changes it."""

    list_display = ("name", "maker", "department", "cold_class", "age_limit", "is_weighed", "is_snap")
    list_select_related = ("department",)
    list_filter = ("department", "cold_class", "is_weighed", "is_snap", "age_limit")
    search_fields = ("name", "upc", "sku")
    autocomplete_fields = ("alternatives",)
    ordering = ("name", "pk")


@admin.register(Department)
class DepartmentAdmin(KeptAdmin):
    """Departments as shoppers know them."""

    list_display = ("name", "code", "position")
    search_fields = ("name",)
    ordering = ("position",)


@admin.register(ServiceZip)
class ServiceZipAdmin(StoreScoped):
    """Which ZIP codes a store delivers to; head office decides."""

    list_display = ("zip_code", "store")
    list_select_related = ("store",)
    list_filter = (OWN_STORES,)
    search_fields = ("zip_code",)
    ordering = ("zip_code", "store")
    change_role = None
    add_role = None
    delete_role = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return desk(request).is_head_office

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return desk(request).is_head_office
