"""Drivers in the admin, for head office: who may drive until when, never a report and never a score; and blocks."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Field, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget

from common.clock import span
from common.desk_admin import KeptAdmin, ReadOnlyAdmin, money, words_of
from common.errors import DomainError
from common.fields.values import Choice
from drivers.actions.blocks import call_off_block, change_block, make_blocks, open_block
from drivers.forms import BlockForm
from drivers.models import Block, BlockRule, Driver, Firm, FirmMember, Van
from stores.checks import US_ZONES
from stores.models.places import WEEKDAYS
from stores.models.staff import StaffRole
from stores.schedules import ScheduleAdmin
from stores.scoped import OWN_STORES, StoreScoped, actor, desk


@admin.register(Driver)
class DriverAdmin(ReadOnlyAdmin):
    """Drivers as the retailer may know them; the firm keeps the rest."""

    list_display = ("first_name", "market", "firm", "employer", "status", "eligible_until")
    list_select_related = ("market", "firm", "employer")
    list_filter = ("market", "firm", "status")
    search_fields = ("first_name",)
    ordering = ("first_name", "pk")
    fields = ("first_name", "market", "firm", "employer", "status", "eligible_until", "is_age_verified")

    @admin.display(description="eligible until")
    def eligible_until(self, row: Driver) -> str:
        papers = (row.licence_expires_on, row.insurance_expires_on)
        known = [paper for paper in papers if paper]
        return f"{min(known):%b %d, %Y}" if len(known) == len(papers) else "papers missing"


@admin.register(Firm)
class FirmAdmin(KeptAdmin):
    """Contractor firms: who they are to the bank, and the clock their weeks follow."""

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """The time zone is chosen from what there is."""
        if db_field.name == "timezone":
            zones = [(name, f"{words} ({name})") for name, words in US_ZONES]
            return Choice(label="Time zone", choices=zones, widget=UnfoldAdminSelectWidget)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    list_display = ("name", "timezone")
    search_fields = ("name",)
    fields = ("name", "company_id", "bank_name", "bank_routing", "timezone")
    ordering = ("name",)


@admin.register(FirmMember)
class FirmMemberAdmin(KeptAdmin):
    """Who works for a firm, and what they may do there."""

    list_display = ("user", "firm", "role")
    list_select_related = ("user", "firm")
    list_filter = ("role",)
    autocomplete_fields = ("user", "firm")
    ordering = ("firm", "pk")


@admin.register(Block)
class BlockAdmin(StoreScoped):
    """Blocks of a store that drivers book: a manager opens them, sees how many places are booked, closes, calls off."""

    form = BlockForm
    list_display = ("day", "times", "store", "taken", money("guarantee_cents", "guarantee"), "state")
    list_select_related = ("store__market",)
    list_filter = (OWN_STORES, "is_closed", "starts_at")
    ordering = ("starts_at", "store")
    actions = ("close_blocks", "call_off_blocks")
    delete_role = None
    terms = ("places", "guarantee_cents")
    span = ("starts_at", "ends_at")
    small_print = ("release_minutes", "check_in_minutes")

    store_name = words_of("store")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        rows = super().get_queryset(request)
        is_one = request.resolver_match and "object_id" in request.resolver_match.kwargs
        return rows if is_one else rows.filter(ends_at__gt=timezone.now())

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A new block is said whole; of an open one the places, the guarantee and whether it is closed can change."""
        if obj is None:
            return ("store", *self.span, *self.terms, *self.small_print)
        return ("store_name", *self.span, *self.terms, "booked", *self.small_print, "is_closed")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("store_name", *self.span, "booked", *self.small_print)

    @admin.display(description="day", ordering="starts_at")
    def day(self, row: Block) -> str:
        local = timezone.localtime(row.starts_at, row.store.market.zone)
        return f"{local:%a %b} {local.day}"

    @admin.display(description="state", ordering="is_closed")
    def state(self, row: Any) -> str:
        return "Closed" if row.is_closed else "Open"

    @admin.display(description="hours")
    def times(self, row: Block) -> str:
        zone = row.store.market.zone
        ends = timezone.localtime(row.ends_at, zone)
        return span(timezone.localtime(row.starts_at, zone), ends)

    @admin.display(description="booked", ordering="booked")
    def taken(self, row: Block) -> str:
        return f"{row.booked} of {row.places}"

    def save_model(self, request: HttpRequest, obj: Block, form: "ModelForm[Any]", change: bool) -> None:
        now = timezone.now()
        if change:
            change_block(block_id=obj.pk, now=now, **{name: getattr(obj, name) for name in form.changed_data})
            return
        told = ("store_id", *self.span, *self.terms, *self.small_print)
        obj.pk = open_block(now=now, **{name: getattr(obj, name) for name in told}).pk

    @admin.action(description="Close: nobody can book them any more", permissions=["change"])
    def close_blocks(self, request: HttpRequest, queryset: "QuerySet[Block]") -> None:
        self.to_each(request, queryset, lambda pk: change_block(block_id=pk, now=timezone.now(), is_closed=True))

    @admin.action(description="Call off: close them and take back the bookings", permissions=["change"])
    def call_off_blocks(self, request: HttpRequest, queryset: "QuerySet[Block]") -> None:
        by = actor(request)
        self.to_each(request, queryset, lambda pk: call_off_block(block_id=pk, by=by, now=timezone.now()))

    def to_each(self, request: HttpRequest, rows: "QuerySet[Block]", act: Callable[[int], object]) -> None:
        """Do something to the blocks of stores in which this person is a manager; what is refused is said."""
        done = 0
        for block in desk(request).scope(rows, "store_id", StaffRole.MANAGER).order_by("pk"):
            try:
                act(block.pk)
                done += 1
            except DomainError as refusal:
                messages.error(request, f"{block}: {refusal.message}")
        left = rows.count() - done
        messages.success(request, f"{done} done{f', {left} left as they were' if left else ''}.")


@admin.register(BlockRule)
class BlockRuleAdmin(ScheduleAdmin):
    """The blocks a store opens every week."""

    maker = staticmethod(make_blocks)
    made_of = "blocks"
    list_display = ("day", "starts", "ends", "store", "places", money("guarantee_cents", "guarantee"))
    ordering = ("store", "weekday", "starts")
    fields = ("store", "weekday", "starts", "ends", "places", "guarantee_cents", "release_minutes", "check_in_minutes")

    @admin.display(description="weekday", ordering="weekday")
    def day(self, row: BlockRule) -> str:
        return WEEKDAYS[row.weekday]


@admin.register(Van)
class VanAdmin(StoreScoped):
    """A store's vans, kept by its managers. One that has been out is laid up, not deleted."""

    view_role = StaffRole.MANAGER
    delete_role = None
    list_display = ("name", "store", "opens", "closes", "has_cold_box", "is_active")
    list_select_related = ("store",)
    list_filter = (OWN_STORES, "is_active")
    fields = (
        "store", "name", "plate", "room", "max_grams", "has_cold_box", "opens", "closes", "cents_an_hour", "is_active",
    )  # fmt: skip
    ordering = ("store", "name")

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Say what an hour and a load are in words."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        words = {"cents_an_hour": "Cost of an hour, in dollars", "max_grams": "Max weight, grams"}
        if db_field.name in words:
            field.label, field.initial = words[db_field.name], db_field.get_default()
        return field
