"""Writes docs/reference/access.md from the access table: `python -m tests.conventions.access_page`."""

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import django

from tests.conventions import access
from tests.conventions.access import Page

PATH = Path(__file__).resolve().parents[2] / "docs" / "reference" / "access.md"
WORDS: Mapping[frozenset[str], str] = {
    access.EVERYBODY: "everybody",
    access.SIGNED_IN: "who is signed in",
    access.NOBODY: "nobody by itself: it answers other pages of the admin",
    access.ITS_SHOPPER: "the shopper whose it is",
    access.DRIVERS: "drivers",
    access.ITS_DRIVER: "the driver whose it is",
    access.HEAD_OFFICE: "head office",
    access.STORES: "store staff, head office",
    access.ITS_STORE: "staff of the store, head office",
    access.MANAGERS: "leads and managers of a store, head office",
    access.ITS_MANAGER: "leads and managers of the store, head office",
    access.FIRMS: "firms",
    access.ITS_FIRM: "the firm whose it is",
    access.BOOKKEEPERS: "bookkeepers and owners of a firm",
    access.ITS_OWNER: "owners of the firm whose it is",
    access.OPERATIONS: "operations",
    access.ITS_DRIVER | access.ITS_SHOPPER | access.ITS_STORE | access.OPERATIONS: (
        "the driver, the shopper, staff of the store, operations"
    ),
}
PARTS: Mapping[str, Mapping[str, Page]] = {
    "Shop": access.SHOP,
    "Drivers": access.PORTAL,
    "Operations": access.OPS,
    "Firm": access.FIRM,
    "Store desk": access.DESK,
    "Account": access.ACCOUNT,
    "House": access.HOUSE,
}
HEAD = """# Who may open what

Written from `tests/conventions/access.py` by `python -m tests.conventions.access_page`; a test walks every line with
every role, with own ids and with another's. What is absent and what is another's are both 404; who is signed out is
asked to sign in.
"""


def access_page() -> str:
    """The whole page."""
    lines = [HEAD]
    for title, pages in PARTS.items():
        lines += [f"## {title}", "", "| address | name | asked by | for |", "|---|---|---|---|", *rows(pages), ""]
    lines += ["## Rows in the admin", "", "Stores see rows of their own only.", "", "| rows | for |", "|---|---|"]
    lines += [f"| {label} | {WORDS[who]} |" for label, who in sorted(access.ROWS.items())]
    return "\n".join(lines) + "\n"


def rows(pages: Mapping[str, Page]) -> Iterator[str]:
    """One line a page."""
    for name, page in pages.items():
        methods = ", ".join(sorted(page.methods))
        yield f"| `{pattern(name)}` | {name} | {methods} | {WORDS[page.who]} |"


def pattern(name: str) -> str:
    """An address with the names of its arguments."""
    from django.urls import get_resolver

    resolver, prefix = get_resolver(), ""
    *namespaces, last = name.split(":")
    for one in namespaces:
        start, inner = resolver.namespace_dict[one]
        resolver, prefix = inner, prefix + start
    [(shape, _), *_] = resolver.reverse_dict.getlist(last)[0][0]
    return "/" + prefix + str(shape).replace("%(", "<").replace(")s", ">")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from common.local_services.session import point_at

    point_at()
    django.setup()
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_text(access_page())
    sys.stdout.write(f"wrote {PATH}\n")
