"""The shelf, its aisles and the catalogue in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from common.desk_admin import KeptAdmin, money, words_of
from stores.actions.shelf import change_shelf
from stores.models import Aisle, Department, Item, StoreItem
from stores.models.staff import StaffRole
from stores.scoped import OWN_STORES, StoreScoped, desk


@admin.register(StoreItem)
class ShelfAdmin(StoreScoped):
    """A lead counts and takes items off the shelf; a manager prices them."""

    list_display = ("item", "store", "aisle", money("price_cents", "price"), "stock", "is_available")
    list_select_related = ("item", "store", "aisle")
    list_filter = (OWN_STORES, "is_available", "item__department")
    search_fields = ("item__name", "item__upc", "item__sku")
    fields = ("item_name", "store_name", "aisle", "price_cents", "stock", "is_available")
    ordering = ("item__name", "pk")
    change_role = StaffRole.LEAD
    add_role = None
    delete_role = None

    item_name = words_of("item")
    store_name = words_of("store")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What a row is about never changes; the price is a manager's."""
        fixed = ("item_name", "store_name")
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


@admin.register(Aisle)
class AisleAdmin(StoreScoped):
    """Aisles in the order a picker walks them."""

    list_display = ("name", "walk_order", "store")
    list_select_related = ("store",)
    list_filter = (OWN_STORES,)
    search_fields = ("name",)
    ordering = ("store", "walk_order")


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
