"""Stores, markets, where they deliver and who works there, in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Field, Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget

from common.desk_admin import KeptAdmin, money, share, words_of
from common.fields.values import Choice
from rules.packs_on_file import pack_names
from stores.actions.staff import change_role, dismiss_staff, hire_staff
from stores.checks import US_ZONES
from stores.forms import HireForm, StagingPlacesField
from stores.models import Market, ServiceZip, Store, StoreStaff
from stores.models.staff import StaffRole
from stores.scoped import OWN_STORES, StoreScoped, actor, desk


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
    place = ("name", "slug", "line1", "city", "zip_code", "lat", "lng", "radius_metres")
    rates = ("hold_buffer_bp", "grocery_tax_bp", "general_tax_bp")
    rates_shown = ("hold_buffer", "grocery_tax", "general_tax")
    paused = ("is_paused", "paused_reason")
    market_name = words_of("market")
    hold_buffer = share("hold_buffer_bp", "hold buffer")
    grocery_tax = share("grocery_tax_bp", "grocery tax")
    general_tax = share("general_tax_bp", "general tax")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return desk(request).is_head_office

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What a manager keeps first."""
        is_ours = desk(request).is_head_office
        market, rates = ("market", self.rates) if is_ours else ("market_name", self.rates_shown)
        return [
            ("The desk", {"fields": self.own}),
            ("The place", {"fields": (market, *self.place)}),
            ("Cards and taxes", {"fields": rates}),
            ("Pause", {"fields": self.paused, "description": "Operations pauses and opens a store, with a reason."}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if desk(request).is_head_office:
            return self.paused
        return ("market_name", *self.place, *self.rates_shown, *self.paused)

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Staging places are a line for each kind of cold, not a structure."""
        if db_field.name == "staging_places":
            return StagingPlacesField(required=False)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(Market)
class MarketAdmin(KeptAdmin):
    """Metros. Pausing one is done on the operations page, with a reason."""

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Time zone and law are chosen from what there is."""
        if db_field.name == "timezone":
            zones = [(name, f"{words} ({name})") for name, words in US_ZONES]
            return Choice(label="Time zone", choices=zones, widget=UnfoldAdminSelectWidget)
        if db_field.name == "rule_pack":
            return Choice(
                label="Law that applies", choices=pack_names(), widget=UnfoldAdminSelectWidget, initial="default"
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    list_display = ("name", "state", "timezone", "rule_pack", "is_paused")
    readonly_fields = ("is_paused", "paused_reason")
    search_fields = ("name", "code")
    ordering = ("name",)


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


@admin.register(StoreStaff)
class StoreStaffAdmin(StoreScoped):
    """Who works in a store. A manager hires by e-mail address; nobody's address can be looked up here."""

    list_display = ("user", "email", "store", "role")
    list_select_related = ("user", "store")
    list_filter = (OWN_STORES, "role")
    search_fields = ("user__name", "user__email")
    ordering = ("store", "user__name", "pk")
    view_role = StaffRole.MANAGER

    person = words_of("user", "name")
    store_name = words_of("store")

    @admin.display(description="e-mail", ordering="user__email")
    def email(self, row: StoreStaff) -> str:
        return row.user.email

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **(kwargs if obj else {"form": HireForm, **kwargs}))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("person", "store_name", "role") if obj else ("store", "email", "name", "role")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("person", "store_name") if obj else ()

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
