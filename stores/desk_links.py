"""The side menu of the store desk: the same on our pages and on the stock ones of the admin."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from stores.access import Desk
from stores.models.staff import StaffRole


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of the side menu. `icon` is ours, `symbol` the one of the stock pages; no role: head office only."""

    name: str
    label: str
    icon: str
    symbol: str
    role: str | None = StaffRole.PICKER


@dataclass(frozen=True, slots=True)
class Group:
    """Some entries under a heading."""

    title: str
    links: Sequence[Link]


GROUPS = (
    Group(
        "",
        (
            Link("index", "Today", "home", "home"),
            Link("queue", "Queue", "queue-list", "format_list_bulleted"),
            Link("arrivals", "Arrivals", "truck", "local_shipping"),
            Link("vans", "Vans", "key", "airport_shuttle"),
        ),
    ),
    Group(
        "Store",
        (
            Link("orders_order_changelist", "Orders", "shopping-bag", "shopping_bag"),
            Link("stores_storeitem_changelist", "Shelf and prices", "tag", "sell"),
            Link("stores_window_changelist", "Windows", "calendar-days", "calendar_month"),
            Link("stores_windowrule_changelist", "Weekly windows", "arrow-path", "event_repeat", StaffRole.MANAGER),
            Link("drivers_block_changelist", "Driver blocks", "user-plus", "event_available"),
            Link("drivers_blockrule_changelist", "Weekly blocks", "arrow-path", "event_repeat", StaffRole.MANAGER),
            Link("stores_closingday_changelist", "Closing days", "no-symbol", "event_busy", StaffRole.MANAGER),
            Link("stores_storehours_changelist", "Opening hours", "clock", "schedule", StaffRole.MANAGER),
            Link("stores_storestaff_changelist", "Staff", "user-group", "group", StaffRole.MANAGER),
            Link("drivers_van_changelist", "Vans and their hours", "adjustments-horizontal", "tune", StaffRole.MANAGER),
            Link("orders_refund_changelist", "Refunds", "receipt-refund", "currency_exchange", StaffRole.LEAD),
        ),
    ),
    Group(
        "Head office",
        (
            Link("stores_store_changelist", "Stores", "building-storefront", "storefront", None),
            Link("stores_market_changelist", "Markets", "map", "map", None),
            Link("stores_servicezip_changelist", "Delivery area", "map-pin", "location_on", None),
            Link("dispatch_ladder_changelist", "How drivers are found", "arrow-trending-up", "stairs", None),
            Link("payouts_payscheme_changelist", "What drivers are paid", "currency-dollar", "attach_money", None),
            Link("stores_item_changelist", "Catalog", "rectangle-stack", "inventory_2", None),
            Link("stores_department_changelist", "Departments", "squares-2x2", "category", None),
            Link("stores_aisle_changelist", "Aisles", "bars-3", "view_column", None),
            Link("accounts_user_changelist", "People", "users", "person", None),
        ),
    ),
    Group(
        "Drivers and money",
        (
            Link("drivers_driver_changelist", "Drivers", "identification", "badge", None),
            Link("drivers_firm_changelist", "Contractor firms", "briefcase", "work", None),
            Link("drivers_firmmember_changelist", "People at the firms", "user-circle", "supervisor_account", None),
            Link("dispatch_delivery_changelist", "Deliveries", "paper-airplane", "route", None),
            Link("dispatch_offer_changelist", "Offers", "ticket", "local_offer", None),
            Link("dispatch_run_changelist", "Runs", "map", "directions_car", None),
            Link("dispatch_alarm_changelist", "Alarms", "bell", "notifications", None),
            Link("orders_payment_changelist", "Payments", "credit-card", "credit_card", None),
            Link("payouts_settlement_changelist", "Settlements", "banknotes", "payments", None),
            Link("payouts_statement_changelist", "Statements", "document-text", "receipt_long", None),
            Link("payouts_earning_changelist", "Earnings", "wallet", "savings", None),
        ),
    ),
)


def links_for(desk: Desk) -> list[Group]:
    """The side menu as this person sees it."""
    seen = (Group(group.title, [link for link in group.links if _shows(link, desk)]) for group in GROUPS)
    return [group for group in seen if group.links]


def _shows(link: Link, desk: Desk) -> bool:
    return desk.is_head_office or (link.role is not None and desk.may_somewhere(link.role))


def address_of(link: Link) -> str:
    """Where an entry leads."""
    return reverse(f"admin:{link.name}")
