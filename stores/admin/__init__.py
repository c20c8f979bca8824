"""Stores in the admin: shelf, windows, hours and staff of one's own stores; places and catalogue for head office."""

from stores.admin.places import MarketAdmin, ServiceZipAdmin, StoreAdmin, StoreStaffAdmin
from stores.admin.shelf import AisleAdmin, DepartmentAdmin, ItemAdmin, ShelfAdmin
from stores.admin.windows import ClosingDayAdmin, StoreHoursAdmin, WindowAdmin, WindowRuleAdmin

__all__ = [
    "AisleAdmin",
    "ClosingDayAdmin",
    "DepartmentAdmin",
    "ItemAdmin",
    "MarketAdmin",
    "ServiceZipAdmin",
    "ShelfAdmin",
    "StoreAdmin",
    "StoreHoursAdmin",
    "StoreStaffAdmin",
    "WindowAdmin",
    "WindowRuleAdmin",
]
