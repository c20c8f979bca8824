"""What a willing person types into a field, and what a hostile one does, told from the field's name and type."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

BY_NAME: Mapping[str, str] = {
    "q": "apples", "place": "37206", "line1": "1100 Gallatin Ave", "line2": "", "city": "Nashville",
    "zip_code": "37206", "contact_name": "Sam", "phone": "615 555 0142", "tip": "4.00", "dollars": "7.50",
    "amount": "1.00", "reason": "Bruised fruit", "instructions": "Ring twice.", "gate_code": "1234",
    "number": "4242424242424242", "expires": "12/40", "cvc": "123", "from_place": "Nashville 37206",
    "to_place": "Madison, TN", "extra_minutes": "20", "extra_miles": "5", "bags": "2", "max_orders": "2",
    "hours": "2", "code": "4711", "holder": "Ann Driver", "routing": "091000019", "number_again": "12345678",
    "login": "sam@example.com", "email": "new.person@example.com", "password": "test-password",
    "oldpassword": "test-password", "password1": "correct horse 12", "password2": "correct horse 12",
    "name": "New Person", "max_miles": "30", "max_heaviest": "30", "max_total": "80", "quantity": "2",
    "pounds": "1.5", "scanned": "", "answer": "pass", "first_name": "Ann", "lat": "36.17", "lng": "-86.75",
}  # fmt: skip
MOST_FIELDS = 6
HOSTILE = "\u202e<img src=x onerror=alert(1)>'; DROP TABLE x;-- ١٢ 1e400 ${7*7} {{7*7}}\u200b"
HOSTILE_EACH = (HOSTILE, "", "-1", "9" * 30, "x" * 5_000, "2026-02-30T25:61", "NaN", "0")


def plausible(field: Mapping[str, Any], view: str, now: datetime) -> str | None:
    """A value for a field that stands empty; None leaves it as it is."""
    name, kind = str(field["name"]), str(field["type"])
    if view == "portal:payout_account" and name == "number":
        return "12345678"
    if kind in {"hidden", "file", "checkbox", "radio"}:
        return None
    if kind.startswith("select"):
        return next((one for one in field["options"] if one), None)
    if name in BY_NAME:
        return BY_NAME[name]
    soon = now + timedelta(days=1)
    by_kind = {
        "date": f"{soon:%Y-%m-%d}", "time": "17:10", "datetime-local": f"{soon:%Y-%m-%dT%H:%M}", "number": "1",
        "email": "new.person@example.com", "tel": "615 555 0142", "password": "correct horse 12", "url": "",
        "color": None,
    }  # fmt: skip
    return by_kind.get(kind, "Plain words")


def hostile(form: Mapping[str, Any]) -> Iterator[tuple[bool, dict[str, str]]]:
    """A form as it would be sent, each time with something hostile in it, and whether a person could have typed that.

    Up to six of the fields that are seen in turn, then all of them; at last what is hidden, which only a script sends.
    """
    own = ("radio", "checkbox")
    fields = {str(one["name"]): str(one["own"] if one["type"] in own else one["value"]) for one in form["fields"]}
    seen = sorted({str(one["name"]) for one in form["fields"] if one["type"] not in {"hidden", "file", *own}})
    hidden = sorted(fields.keys() - {*seen, "csrfmiddlewaretoken"})
    submit = dict([form["submit"]]) if form.get("submit") else {}
    for turn, name in enumerate(seen[:MOST_FIELDS]):
        yield True, {**fields, **submit, name: HOSTILE_EACH[turn % len(HOSTILE_EACH)]}
    if seen:
        yield True, {**fields, **submit, **dict.fromkeys(seen, HOSTILE)}
    for name in hidden:
        yield False, {**fields, **submit, name: HOSTILE}
