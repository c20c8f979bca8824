"""What the forms of each page ask for, with values good enough to come past the first check.

A value that names a thing of the city ("@item") is replaced by that thing's id.
"""

from collections.abc import Mapping

Fields = Mapping[str, str]
KEY = "5b0c4ee6-7d0c-4d1c-9d59-0c6f1c3a9b10"
ADDRESS: Fields = {"address": "new", "line1": "1100 Broadway", "line2": "", "city": "Nashville", "zip_code": "37206"}
CONTACT: Fields = {"contact_name": "Sam", "phone": "615 555 0100"}
BUDGET: Fields = {"extra_minutes": "20", "extra_miles": "5", "bags": "4", "max_orders": "2", "has_cold_box": "on"}
PLACES: Fields = {"from_place": "Nashville 37206", "to_place": "Madison, TN"}
TRIP: Fields = {
    "key": KEY, **PLACES, "departs": "2031-03-04T17:10", "arrives_by": "2031-03-04T18:40", "flexible": "15",
    "weekdays": "0", **BUDGET,
}  # fmt: skip
STEP: Fields = {
    "key": KEY, "kind": "arrive", "stop": "@stop", "lat": "36.2", "lng": "-86.7", "code": "4711", "bags": "2",
    "reason": "nobody_home", "id_checked": "on", "phone_at": "2026-06-05T17:00:00Z",
}  # fmt: skip
LOGIN: Fields = {"login": "sam@example.com", "password": "a wrong one"}

FIELDS: Mapping[str, Fields] = {
    "shop:area": {"place": "37206", "next": "/"},
    "shop:search": {"q": "apples", "sort": "price", "page": "1", "kind": "", "snap": "on", "stock": "on"},
    "shop:department": {"q": "", "sort": "price", "page": "1", "kind": "Fruit"},
    "shop:put": {"item": "@item", "quantity": "2", "look": "", "wish": "best", "next": "/basket/"},
    "shop:wish": {"item": "@item", "choice": "none", "next": "/basket/"},
    "shop:checkout": {"step": "pay", "day": "2026-06-05", "dollars": "5"},
    "shop:checkout_address": {**ADDRESS, **CONTACT},
    "shop:checkout_window": {"window": "@window"},
    "shop:checkout_notes": {"handover": "me", "instructions": "Ring.", "gate_code": "12", "wants_passcode": "on"},
    "shop:checkout_tip": {"tip_cents": "300", "dollars": ""},
    "shop:checkout_place": {
        "cart": "@cart", "shown_total_cents": "4000", "card": "", "number": "4242424242424242", "expires": "12/40",
        "cvc": "123",
    },
    "shop:challenge": {"answer": "pass"},
    "shop:addresses": {**ADDRESS, "next": "/addresses/"},
    "shop:orders": {"page": "1"},
    "track:cancel": {"reason": "changed_mind"},
    "track:pin": {"lat": "36.2", "lng": "-86.7"},
    "track:tip": {"key": KEY, "dollars": "7.00", "tip_cents": "", "reason": "Thank you"},
    "track:substitute": {"answer": "yes"},
    "portal:decline": {"reason": "too far"},
    "portal:step": STEP,
    "portal:trip_new": TRIP,
    "portal:trip": TRIP,
    "shop:address_pin": {"pin": "36.18,-86.74", "map_pin": ""},
    "portal:trip_more": {"key": KEY, "from": "trips"},
    "portal:places": {"name": "Home", "place": "37206", "place_pin": ""},
    "portal:place_suggestions": {"q": "gal"},
    "shop:place_suggestions": {"q": "gal"},
    "portal:online": {"key": KEY, "from_place": "37206", "lat": "36.2", "lng": "-86.7", "hours": "2", **BUDGET},
    "portal:block_book": {"key": KEY},
    "portal:booking_check_in": {"lat": "36.2", "lng": "-86.7", "bags": "4", "max_orders": "2", "has_cold_box": "on"},
    "portal:limits": {"max_miles": "30", "max_heaviest": "30", "max_total": "80", "excluded_stores": "1"},
    "portal:earnings": {"week": "2026-06-01"},
    "portal:payout_account": {
        "holder": "Ann", "routing": "091000019", "number": "12345678", "number_again": "12345678", "is_savings": "on",
    },
    "portal:account_code": {"code": "123456"},
    "api:decline": {"reason": "too far"},
    "api:commands": STEP,
    "api:position": {"lat": "36.2", "lng": "-86.7", "heading": "90"},
    "ops:board": {"market": "nashville"},
    "ops:pause_market": {"paused": "1", "reason": "Storm"},
    "ops:pause_store": {"paused": "1", "reason": "Storm"},
    "ops:assign": {"trip": "@trip", "reason": "Asked on the phone"},
    "ops:release": {"reason": "Car trouble"},
    "firm:close": {"starts_on": "2026-06-01"},
    "firm:choose": {"firm": KEY},
    "admin:queue": {"store": "store-1", "show": "all"},
    "admin:arrivals": {"store": "store-1"},
    "admin:index": {"store": "store-1", "day": "2026-06-05"},
    "admin:hand_over": {"code": "4711", "bags": "2"},
    "admin:take_back": {"code": "4711"},
    "admin:vans": {"store": "store-1"},
    "admin:van_out": {"may_check_ages": "1"},
    "admin:pick_line": {"quantity": "1", "pounds": "1.5", "scanned": "2000000001"},
    "admin:substitute": {"store_item": "1", "quantity": "1", "pounds": "1.5", "ask": "on", "q": "apples"},
    "admin:order_cancel": {"reason": "Flood"},
    "admin:stage": {"ambient_place": "A1", "ambient_bags": "2", "bags": "2", "place": "A1"},
    "admin:refund_line": {"amount": "1.00", "why": "damaged", "reason": "Bruised", "key": KEY},
    "admin:refund_order": {"why": "late", "reason": "", "key": KEY},
    "admin:refund_fee": {"fee": "delivery", "amount": "1.00", "why": "", "reason": "Hours late", "key": KEY},
    "admin:autocomplete": {
        "app_label": "orders", "model_name": "order", "field_name": "shopper", "term": "e", "page": "1",
    },
    "account_login": LOGIN,
    "account_signup": {"email": "new@example.com", "password1": "correct horse 12", "name": "New"},
    "account_email": {"email": "other@example.com", "action_add": "1"},
    "account_reset_password": {"email": "sam@example.com"},
    "account_request_login_code": {"email": "sam@example.com"},
    "account_confirm_login_code": {"code": "123456"},
    "account_change_password": {"oldpassword": "x", "password1": "correct horse 12", "password2": "correct horse 12"},
    "mfa_authenticate": {"code": "123456"},
    "mfa_activate_totp": {"code": "123456"},
    "set_language": {"language": "es", "next": "/"},
}  # fmt: skip
ANYWHERE: Fields = {"q": "e", "page": "1", "next": "/"}


def filled(name: str, things: Mapping[str, str]) -> dict[str, str]:
    """The fields of a page, with the ids of a city's things."""
    fields = {**ANYWHERE, **FIELDS.get(name, {})}
    return {field: things.get(value[1:], KEY) if value.startswith("@") else value for field, value in fields.items()}
