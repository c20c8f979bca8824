"""Who may open what: every address of Homeward with the roles it is for. A new address must be entered here first.

`docs/reference/access.md` is written from it (`python -m tests.conventions.access_page`), and the tests walk it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

EVERYBODY = frozenset(
    {
        "anonymous", "shopper", "other shopper", "picker", "manager", "other store's manager", "driver",
        "other driver", "firm owner", "firm bookkeeper", "firm viewer", "other firm's owner", "operator", "superuser",
    }
)  # fmt: skip
SIGNED_IN = EVERYBODY - {"anonymous"}
NOBODY: frozenset[str] = frozenset()
ITS_SHOPPER = frozenset({"shopper"})
DRIVERS = frozenset({"driver", "other driver"})
ITS_DRIVER = frozenset({"driver"})
HEAD_OFFICE = frozenset({"superuser"})
STORES = frozenset({"picker", "manager", "other store's manager"}) | HEAD_OFFICE
ITS_STORE = frozenset({"picker", "manager"}) | HEAD_OFFICE
MANAGERS = frozenset({"manager", "other store's manager"}) | HEAD_OFFICE
ITS_MANAGER = frozenset({"manager"}) | HEAD_OFFICE
ITS_OWNER = frozenset({"firm owner"})
ITS_FIRM = frozenset({"firm owner", "firm bookkeeper", "firm viewer"})
BOOKKEEPERS = frozenset({"firm owner", "firm bookkeeper", "other firm's owner"})
FIRMS = ITS_FIRM | BOOKKEEPERS
OPERATIONS = frozenset({"operator", "superuser"})

GET, POST, BOTH = frozenset({"GET"}), frozenset({"POST"}), frozenset({"GET", "POST"})
SHOWN, SHOWN_OR_SENT_ON = frozenset({200}), frozenset({200, 302})
SENT_ON = frozenset({302})


@dataclass(frozen=True, slots=True)
class Page:
    """One address: the roles it is for, how it is asked, whose things its ids are, and what it answers to a GET."""

    who: frozenset[str]
    methods: frozenset[str] = GET
    ids: Mapping[str, str] = field(default_factory=dict)
    answers: frozenset[int] = SHOWN


SHOP: Mapping[str, Page] = {
    "shop:home": Page(EVERYBODY),
    "shop:area": Page(EVERYBODY, BOTH),
    "shop:search": Page(EVERYBODY, answers=SHOWN_OR_SENT_ON),
    "shop:department": Page(EVERYBODY, ids={"slug": "department"}, answers=SHOWN_OR_SENT_ON),
    "shop:item": Page(EVERYBODY, ids={"item_id": "item"}, answers=SHOWN_OR_SENT_ON | {404}),
    "shop:basket": Page(EVERYBODY, answers=SHOWN_OR_SENT_ON),
    "shop:put": Page(EVERYBODY, POST),
    "shop:wish": Page(EVERYBODY, POST),
    "shop:clear": Page(EVERYBODY, POST),
    "shop:undo": Page(EVERYBODY, POST),
    "shop:times": Page(EVERYBODY, answers=SHOWN_OR_SENT_ON),
    "shop:checkout": Page(EVERYBODY, answers=SHOWN_OR_SENT_ON),
    "shop:checkout_address": Page(EVERYBODY, POST),
    "shop:checkout_window": Page(EVERYBODY, POST),
    "shop:checkout_notes": Page(EVERYBODY, POST),
    "shop:checkout_tip": Page(EVERYBODY, POST),
    "shop:checkout_place": Page(SIGNED_IN, POST),
    "shop:checkout_resume": Page(ITS_SHOPPER, ids={"payment_id": "payment"}, answers=SHOWN_OR_SENT_ON),
    "shop:challenge": Page(ITS_SHOPPER, BOTH, {"challenge_id": "challenge"}),
    "shop:place_suggestions": Page(EVERYBODY),
    "shop:addresses": Page(SIGNED_IN, BOTH),
    "shop:address_pin": Page(ITS_SHOPPER, BOTH, {"address_id": "address"}),
    "shop:address_forget": Page(ITS_SHOPPER, POST, {"address_id": "address"}),
    "shop:orders": Page(SIGNED_IN),
    "shop:receipt": Page(ITS_SHOPPER, ids={"order_id": "delivered order"}),
    "shop:receipt_pdf": Page(ITS_SHOPPER, ids={"order_id": "delivered order"}),
    "webhooks:payments": Page(EVERYBODY, POST),
    "shop:again": Page(ITS_SHOPPER, POST, {"order_id": "delivered order"}),
    "track:order": Page(ITS_SHOPPER, ids={"order_id": "order"}),
    "track:part": Page(ITS_SHOPPER, ids={"order_id": "order"}),
    "track:live": Page(ITS_SHOPPER, ids={"order_id": "order"}),
    "track:map": Page(ITS_SHOPPER, ids={"order_id": "order"}),
    "track:cancel": Page(ITS_SHOPPER, POST, {"order_id": "order"}),
    "track:pin": Page(ITS_SHOPPER, POST, {"order_id": "order"}),
    "track:tip": Page(ITS_SHOPPER, POST, {"order_id": "order"}),
    "track:photo": Page(ITS_SHOPPER, ids={"order_id": "delivered order"}),
    "track:substitute": Page(
        ITS_SHOPPER, POST, {"order_id": "picking order", "substitution_id": "substitution"}
    ),
}  # fmt: skip
PORTAL: Mapping[str, Page] = {
    "portal:home": Page(SIGNED_IN, answers=SHOWN_OR_SENT_ON),
    "portal:offer": Page(ITS_DRIVER, ids={"offer_id": "offer"}),
    "portal:claim": Page(ITS_DRIVER, POST, {"offer_id": "offer"}),
    "portal:decline": Page(ITS_DRIVER, POST, {"offer_id": "offer"}),
    "portal:run": Page(DRIVERS, answers=SHOWN_OR_SENT_ON),
    "portal:step": Page(ITS_DRIVER, POST, {"run_id": "run"}),
    "portal:proof": Page(ITS_DRIVER | ITS_SHOPPER | ITS_STORE | OPERATIONS, ids={"proof_id": "proof"}),
    "portal:trips": Page(DRIVERS),
    "portal:trip_new": Page(DRIVERS, BOTH),
    "portal:trip": Page(ITS_DRIVER, BOTH, {"trip_id": "coming trip"}),
    "portal:trip_more": Page(ITS_DRIVER, POST, {"trip_id": "coming trip"}),
    "portal:trip_cancel": Page(ITS_DRIVER, POST, {"trip_id": "coming trip"}),
    "portal:trip_stop": Page(ITS_DRIVER, POST, {"recurring_id": "repeating trip"}),
    "portal:place_suggestions": Page(DRIVERS),
    "portal:places": Page(DRIVERS, BOTH),
    "portal:place_forget": Page(ITS_DRIVER, POST, {"place_id": "saved place"}),
    "portal:online": Page(DRIVERS, BOTH, answers=SHOWN_OR_SENT_ON),
    "portal:offline": Page(DRIVERS, POST),
    "portal:blocks": Page(DRIVERS),
    "portal:block_book": Page(DRIVERS, POST, {"block_id": "block"}),
    "portal:booking": Page(ITS_DRIVER, ids={"booking_id": "booking"}),
    "portal:booking_check_in": Page(ITS_DRIVER, POST, {"booking_id": "booking"}),
    "portal:booking_release": Page(ITS_DRIVER, POST, {"booking_id": "booking"}),
    "portal:booking_leave": Page(ITS_DRIVER, POST, {"booking_id": "booking"}),
    "portal:limits": Page(DRIVERS, BOTH),
    "portal:me": Page(DRIVERS),
    "portal:worker": Page(EVERYBODY),
    "portal:earnings": Page(DRIVERS),
    "portal:payout_account": Page(DRIVERS, BOTH, answers=SHOWN_OR_SENT_ON),
    "portal:account_code": Page(ITS_DRIVER, BOTH, {"public_id": "account change"}),
    "portal:account_disown": Page(EVERYBODY, BOTH, {"token": "account link"}),
    "portal:statement": Page(ITS_DRIVER, ids={"public_id": "statement"}),
    "portal:statement_csv": Page(ITS_DRIVER, ids={"public_id": "statement"}),
    "portal:statement_pdf": Page(ITS_DRIVER, ids={"public_id": "statement"}),
    "api:my_run": Page(DRIVERS),
    "api:claim": Page(ITS_DRIVER, POST, {"offer_id": "offer"}),
    "api:decline": Page(ITS_DRIVER, POST, {"offer_id": "offer"}),
    "api:commands": Page(ITS_DRIVER, POST, {"run_id": "run"}),
    "api:position": Page(ITS_DRIVER, POST, {"run_id": "run"}),
    "api:streets": Page(EVERYBODY, ids={"code": "market"}),
}
OPS: Mapping[str, Page] = {
    "ops:board": Page(OPERATIONS),
    "ops:board_part": Page(OPERATIONS, ids={"code": "market"}),
    "ops:map": Page(OPERATIONS, ids={"code": "market"}),
    "ops:pause_market": Page(OPERATIONS, POST, {"code": "market"}),
    "ops:pause_store": Page(OPERATIONS, POST, {"public_id": "store"}),
    "ops:delivery": Page(OPERATIONS, ids={"public_id": "delivery"}),
    "ops:assign": Page(OPERATIONS, POST, {"public_id": "delivery"}),
    "ops:raise": Page(OPERATIONS, POST, {"public_id": "delivery"}),
    "ops:van": Page(OPERATIONS, POST, {"public_id": "delivery"}),
    "ops:cancel": Page(OPERATIONS, POST, {"public_id": "delivery"}),
    "ops:release": Page(OPERATIONS, POST, {"public_id": "delivery"}),
    "ops:alarms": Page(OPERATIONS),
    "ops:resolve": Page(OPERATIONS, POST, {"public_id": "alarm"}),
    "ops:places": Page(OPERATIONS),
    "ops:fairness": Page(OPERATIONS),
}
FIRM: Mapping[str, Page] = {
    "firm:home": Page(FIRMS),
    "firm:choose": Page(FIRMS, BOTH),
    "firm:close": Page(BOOKKEEPERS, POST),
    "firm:returns": Page(BOOKKEEPERS, BOTH),
    "firm:settlement": Page(ITS_FIRM, ids={"public_id": "settlement"}),
    "firm:approve": Page(ITS_OWNER, POST, {"public_id": "settlement"}),
    "firm:send": Page(ITS_OWNER, POST, {"public_id": "settlement"}),
    "firm:settle": Page(ITS_OWNER, POST, {"public_id": "settlement"}),
    "firm:bank_file": Page(ITS_OWNER, ids={"public_id": "sent settlement"}),
    "firm:statement": Page(ITS_FIRM, ids={"public_id": "statement"}),
    "firm:statement_csv": Page(ITS_FIRM, ids={"public_id": "statement"}),
    "firm:statement_pdf": Page(ITS_FIRM, ids={"public_id": "statement"}),
}
DESK: Mapping[str, Page] = {
    "admin:index": Page(STORES),
    "admin:login": Page(EVERYBODY, BOTH, answers=SHOWN_OR_SENT_ON | {403}),
    "admin:logout": Page(EVERYBODY, BOTH, answers=SENT_ON),
    "admin:password_change": Page(STORES, BOTH, answers=SENT_ON),
    "admin:password_change_done": Page(STORES),
    "admin:autocomplete": Page(NOBODY),
    "admin:jsi18n": Page(STORES),
    "admin:view_on_site": Page(NOBODY),
    "admin:search": Page(STORES, BOTH),
    "admin:app_list": Page(NOBODY),
    "admin:queue": Page(STORES),
    "admin:arrivals": Page(STORES),
    "admin:hand_over": Page(ITS_STORE, POST, {"stop_id": "stop"}),
    "admin:take_back": Page(ITS_STORE, POST, {"stop_id": "stop"}),
    "admin:vans": Page(STORES),
    "admin:van_out": Page(ITS_STORE, POST, {"van_id": "van"}),
    "admin:van_back": Page(ITS_STORE, POST, {"van_id": "van"}),
    "admin:pick_start": Page(ITS_STORE, POST, {"order_id": "picking order"}),
    "admin:pick": Page(ITS_STORE, ids={"order_id": "picking order"}),
    "admin:pick_line": Page(ITS_STORE, POST, {"line_id": "line"}),
    "admin:short_line": Page(ITS_STORE, POST, {"line_id": "line"}),
    "admin:undo_line": Page(ITS_STORE, POST, {"line_id": "line"}),
    "admin:substitute": Page(ITS_STORE, BOTH, {"line_id": "line"}),
    "admin:order": Page(ITS_STORE, ids={"order_id": "order"}),
    "admin:order_cancel": Page(ITS_MANAGER, POST, {"order_id": "picking order"}),
    "admin:stage": Page(ITS_STORE, BOTH, {"order_id": "picking order"}),
    "admin:bag_labels": Page(ITS_STORE, ids={"order_id": "order"}),
    "admin:pick_list_pdf": Page(ITS_STORE, ids={"order_id": "picking order"}),
    "admin:refund_line": Page(ITS_MANAGER, POST, {"line_id": "line"}),
    "admin:refund_order": Page(ITS_MANAGER, POST, {"order_id": "order"}),
    "admin:refund_fee": Page(ITS_MANAGER, POST, {"order_id": "order"}),
}
ACCOUNT: Mapping[str, Page] = {
    "account_login": Page(EVERYBODY, BOTH, answers=SHOWN_OR_SENT_ON),
    "account_logout": Page(EVERYBODY, BOTH, answers=SHOWN_OR_SENT_ON),
    "account_inactive": Page(EVERYBODY),
    "account_signup": Page(EVERYBODY, BOTH, answers=SHOWN_OR_SENT_ON),
    "account_reauthenticate": Page(SIGNED_IN, BOTH, answers=SHOWN_OR_SENT_ON | {403}),
    "account_email": Page(SIGNED_IN, BOTH),
    "account_email_verification_sent": Page(EVERYBODY),
    "account_change_password": Page(SIGNED_IN, BOTH, answers=SHOWN_OR_SENT_ON),
    "account_set_password": Page(SIGNED_IN, BOTH, answers=SHOWN_OR_SENT_ON),
    "account_reset_password": Page(EVERYBODY, BOTH),
    "account_reset_password_done": Page(EVERYBODY),
    "account_reset_password_from_key": Page(EVERYBODY, BOTH, {"uidb36": "no user", "key": "no key"}),
    "account_reset_password_from_key_done": Page(EVERYBODY),
    "account_confirm_email": Page(EVERYBODY, BOTH, {"key": "no key"}),
    "account_request_login_code": Page(EVERYBODY, BOTH, answers=SHOWN_OR_SENT_ON),
    "account_confirm_login_code": Page(EVERYBODY, BOTH, answers=SENT_ON),
    "mfa_index": Page(SIGNED_IN),
    "mfa_authenticate": Page(EVERYBODY, BOTH, answers=SENT_ON),
    "mfa_reauthenticate": Page(SIGNED_IN, BOTH, answers=SHOWN_OR_SENT_ON | {403}),
    "mfa_activate_totp": Page(SIGNED_IN, BOTH, answers=SHOWN_OR_SENT_ON),
    "mfa_deactivate_totp": Page(SIGNED_IN, BOTH, answers=SHOWN_OR_SENT_ON | {404}),
    "mfa_view_recovery_codes": Page(SIGNED_IN, answers=SHOWN_OR_SENT_ON | {404}),
    "mfa_generate_recovery_codes": Page(SIGNED_IN, BOTH, answers=SHOWN_OR_SENT_ON | {404}),
    "mfa_download_recovery_codes": Page(SIGNED_IN, answers=SHOWN_OR_SENT_ON | {404}),
    "usersessions_list": Page(SIGNED_IN, BOTH),
    "accounts:landing": Page(SIGNED_IN, answers=SENT_ON),
}
HOUSE: Mapping[str, Page] = {
    "alive": Page(EVERYBODY),
    "ready": Page(EVERYBODY),
    "robots": Page(EVERYBODY),
    "favicon": Page(EVERYBODY, answers=frozenset({301})),
    "set_language": Page(EVERYBODY, BOTH, answers=SENT_ON),
    "api-schema": Page(EVERYBODY),
    "api-docs": Page(EVERYBODY),
}
PAGES: Mapping[str, Page] = {**SHOP, **PORTAL, **OPS, **FIRM, **DESK, **ACCOUNT, **HOUSE}

# Who sees the rows of each kind in the admin at all; stores see their own only.
ROWS: Mapping[str, frozenset[str]] = {
    "accounts.user": HEAD_OFFICE,
    "dispatch.alarm": HEAD_OFFICE,
    "dispatch.delivery": HEAD_OFFICE,
    "dispatch.ladder": HEAD_OFFICE,
    "dispatch.offer": HEAD_OFFICE,
    "dispatch.run": HEAD_OFFICE,
    "drivers.block": STORES,
    "drivers.blockrule": MANAGERS,
    "drivers.driver": HEAD_OFFICE,
    "drivers.firm": HEAD_OFFICE,
    "drivers.firmmember": HEAD_OFFICE,
    "drivers.van": MANAGERS,
    "orders.order": STORES,
    "orders.payment": HEAD_OFFICE,
    "orders.refund": MANAGERS,
    "payouts.earning": HEAD_OFFICE,
    "payouts.payscheme": HEAD_OFFICE,
    "payouts.settlement": HEAD_OFFICE,
    "payouts.statement": HEAD_OFFICE,
    "stores.aisle": STORES,
    "stores.closingday": MANAGERS,
    "stores.department": HEAD_OFFICE,
    "stores.item": HEAD_OFFICE,
    "stores.market": HEAD_OFFICE,
    "stores.servicezip": STORES,
    "stores.store": MANAGERS,
    "stores.storehours": MANAGERS,
    "stores.storeitem": STORES,
    "stores.storestaff": MANAGERS,
    "stores.window": STORES,
    "stores.windowrule": MANAGERS,
}
