"""Rows for tests: each function makes one row that is valid as it stands; name only what the test is about.

Ann drives, Bob also drives, Sam shops, Kim keeps the store, Flo works for the firm, Olu runs operations, Eve is a
stranger. It is noon of Friday 5 June 2026 in Nashville.
"""

from tests.makers.basics import DOWNTOWN, EAST_NASHVILLE, INGLEWOOD, MADISON, NOON
from tests.makers.baskets import address, cart, line, order, payment
from tests.makers.people import operator, staff, user, with_password
from tests.makers.places import department, item, market, shelf, store, weighed_item, window, window_rule
from tests.makers.roads import block, booking, driver, firm, firm_member, trip, van
from tests.makers.runs import delivery, offer, run, snapshot_of, stops_of

__all__ = [
    "DOWNTOWN",
    "EAST_NASHVILLE",
    "INGLEWOOD",
    "MADISON",
    "NOON",
    "address",
    "block",
    "booking",
    "cart",
    "delivery",
    "department",
    "driver",
    "firm",
    "firm_member",
    "item",
    "line",
    "market",
    "offer",
    "operator",
    "order",
    "payment",
    "run",
    "shelf",
    "snapshot_of",
    "staff",
    "stops_of",
    "store",
    "trip",
    "user",
    "van",
    "weighed_item",
    "window",
    "window_rule",
    "with_password",
]
