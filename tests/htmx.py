"""Reads from a page what htmx would ask for, and asks for it with the headers that htmx sends."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.http import HttpResponse
from django.test import Client

ASKS = {"hx-get": "GET", "hx-post": "POST"}


@dataclass(frozen=True)
class Ask:
    """One request a page would make: where to, what it replaces, and the fields it sends."""

    method: str
    url: str
    target: str
    fields: dict[str, str] = field(default_factory=dict, hash=False, compare=False)


class _Page(HTMLParser):
    """Collects every element that asks, with the filled-in fields and the first button of its form."""

    def __init__(self) -> None:
        super().__init__()
        self.asks: list[Ask] = []
        self.form: Ask | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attrs}
        for name, method in ASKS.items():
            if name in have:
                ask = Ask(method, have[name].split("#")[0], have.get("hx-target", ""))
                self.asks.append(ask)
                self.form = ask if tag == "form" else self.form
        is_sent = tag == "button" or have.get("type") not in ("radio", "checkbox") or "checked" in have
        if self.form is not None and is_sent and "name" in have:
            self.form.fields.setdefault(have["name"], have.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None


def asks_of(page: str) -> list[Ask]:
    """Every request that the page's hx-get and hx-post would make."""
    reader = _Page()
    reader.feed(page)
    return reader.asks


def send(client: Client, ask: Ask, page_url: str) -> HttpResponse:
    """Send one as htmx does."""
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{page_url}"}
    if ask.target.startswith("#"):
        headers["HX-Target"] = ask.target[1:]
    if ask.method == "GET":
        return client.get(ask.url, headers=headers)  # type: ignore[return-value]
    return client.post(ask.url, ask.fields, headers=headers)  # type: ignore[return-value]
