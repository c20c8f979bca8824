"""Drivers in the admin, for head office: who may drive until when, never a report and never a score."""

from django.contrib import admin

from common.desk_admin import KeptAdmin, ReadOnlyAdmin
from drivers.models import Driver, Firm, FirmMember


@admin.register(Driver)
class DriverAdmin(ReadOnlyAdmin):
    """Drivers as the retailer may know them; the firm keeps the rest."""

    list_display = ("first_name", "market", "firm", "status", "eligible_until")
    list_select_related = ("market", "firm")
    list_filter = ("market", "firm", "status")
    search_fields = ("first_name",)
    ordering = ("first_name", "pk")
    fields = ("first_name", "market", "firm", "status", "eligible_until", "is_age_verified")

    @admin.display(description="eligible until")
    def eligible_until(self, row: Driver) -> str:
        papers = (row.licence_expires_on, row.insurance_expires_on)
        known = [paper for paper in papers if paper]
        return f"{min(known):%b %d, %Y}" if len(known) == len(papers) else "papers missing"


@admin.register(Firm)
class FirmAdmin(KeptAdmin):
    """Contractor firms. Bank numbers are set up by command, not read here."""

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
