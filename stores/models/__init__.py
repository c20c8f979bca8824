from stores.models.catalogue import Aisle, Allergen, Department, DietMark, Item, StoreItem, Word
from stores.models.named import NamedPlace
from stores.models.places import ClosingDay, Market, ServiceZip, Store, StoreHours
from stores.models.staff import StoreStaff
from stores.models.windows import Window, WindowRule

__all__ = [
    "Aisle",
    "Allergen",
    "ClosingDay",
    "Department",
    "DietMark",
    "Item",
    "Market",
    "NamedPlace",
    "ServiceZip",
    "Store",
    "StoreHours",
    "StoreItem",
    "StoreStaff",
    "Window",
    "WindowRule",
    "Word",
]
