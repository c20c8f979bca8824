"""What can be pressed on a page, and which of them are the same control met again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.browser.robot.watch import view_name

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d+")
WORD = re.compile(r"^[a-z_]{1,20}$")
LEFT = ("next", "csrfmiddlewaretoken", "key", "look")


@dataclass(frozen=True, slots=True)
class Control:
    """One thing to press, on the page where it was first met."""

    key: tuple[str, ...]
    page: str
    raw: Mapping[str, Any]
    via: "Control | None" = None  # what was pressed there before this one showed itself

    @property
    def kind(self) -> str:
        """link, form, button, details, select, tab, hx, jump."""
        return str(self.raw["kind"])

    @property
    def depth(self) -> int:
        """How many presses it takes until it is there."""
        return 0 if self.via is None else 1 + self.via.depth

    @property
    def is_pressed(self) -> bool:
        """Whether there is anything to press: links and places on the page are followed instead."""
        return self.kind not in {"link", "jump"} and not self.raw.get("disabled") and not self.raw.get("isDialog")

    @property
    def is_prefilled(self) -> bool:
        """Whether the page has itself written all that this form needs, and shows it."""
        fields = [one for one in self.raw.get("fields", ()) if one["type"] != "hidden" and not one["disabled"]]
        needs = [one for one in fields if one["required"] and not one["value"]]
        chosen = {one["name"] for one in fields if one["type"] == "radio" and one["value"]}
        return bool(
            fields and self.raw["method"] == "POST" and all(one["name"] in chosen for one in needs)
        )  # an empty field that may stay empty is a value too

    @property
    def is_fillable(self) -> bool:
        """Whether a willing person would add something to what stands there."""
        kinds = {"hidden", "radio", "checkbox"}
        return any(not one["value"] and one["type"] not in kinds for one in self.raw["fields"])

    def leads_into(self, area: tuple[str, ...]) -> bool:
        """Whether it belongs to a part of the house: what it sends goes there, or it sends nothing."""
        url = str(self.raw.get("url") or "")
        return not url or is_in(view_name(url), area)

    def __str__(self) -> str:
        said = f"“{self.raw.get('words', '')}”"
        submit = self.raw.get("submit")
        return f"{self.kind} {said} {'='.join(submit) if submit else ''} -> {' '.join(self.key[1:3])}".strip()


def is_in(name: str, area: tuple[str, ...]) -> bool:
    """Whether an address belongs to an area: named there, or by its beginning."""
    return name in area or name.startswith(tuple(one for one in area if one.endswith((":", "_"))))


def plain(text: str) -> str:
    """Words without the numbers and ids that differ from one thing to the next."""
    return UUID.sub("#", text)


def query_keys(url: str) -> str:
    """The names in an address's query."""
    return ",".join(sorted({key for key, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}))


def key_of(page: str, raw: Mapping[str, Any]) -> tuple[str, ...]:
    """What makes two controls the same: where they lead, what they send, and where the answer goes."""
    kind = str(raw["kind"])
    if kind in {"form", "hx", "link"}:
        url = str(raw.get("url") or page)
        if raw.get("method") == "GET" and kind == "form":
            raw = {**raw, "fields": [one for one in raw["fields"] if one["type"] != "hidden"], "submit": None}
        hidden = sorted(
            f"{one['name']}={one['value']}"
            for one in raw.get("fields", ())
            if one["type"] == "hidden" and one["name"] not in LEFT and WORD.match(str(one["value"]))
        )
        names = sorted({str(one["name"]) for one in raw.get("fields", ()) if one["type"] != "hidden"})
        submit = raw.get("submit") or ()
        value = [str(submit[0]), plain(str(submit[1])) if WORD.match(str(submit[1])) else ""] if submit else []
        return (kind, str(raw.get("method", "GET")), view_name(url), query_keys(url), plain(str(raw.get("target", ""))),
                *value, *hidden, *names)  # fmt: skip
    return (kind, view_name(page), plain(str(raw.get("words", ""))))


def controls_of(page: str, found: list[dict[str, Any]], via: Control | None = None) -> list[Control]:
    """The controls of a page, the same one twice given once."""
    known: dict[tuple[str, ...], Control] = {}
    for raw in found:
        key = key_of(page, raw)
        known.setdefault(key, Control(key, page, raw, via))
    return list(known.values())
