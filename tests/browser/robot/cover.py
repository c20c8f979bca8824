"""What was reached, and what should have been: every address and every live part has a role that owes it.

Each role answers for its own share alone, so that the roles can be walked in any order and on any number of machines.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from template_partials.loader import Loader

from tests.browser.robot.world import ROLES
from tests.conventions.access import PAGES, ROWS, SIGNED_IN

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
PART = re.compile(r"{% *partialdef +(\w+)")

# Whoever is named first among those an address is for owes it, unless another is named here.
OWES: Mapping[str, str] = {
    "anonymous": "visitor", "shopper": "shopper", "picker": "picker", "manager": "manager", "operator": "operations",
    "driver": "driver, free", "firm viewer": "firm viewer", "firm bookkeeper": "bookkeeper", "firm owner": "firm owner",
    "superuser": "head office, money and stores",
}  # fmt: skip
CAREFUL = "shopper with a second step"
INSTEAD: Mapping[str, str] = {
    "shop:put": "shopper", "portal:statement": "driver with a run half done",
    "portal:statement_csv": "driver with a run half done", "portal:statement_pdf": "driver with a run half done",
    "portal:account_disown": "driver with a run half done",
    "portal:trip_stop": "driver with a run half done", "portal:offline": "driver with a run half done",
    "portal:booking": "driver with a block", "portal:booking_check_in": "driver with a block",
    "portal:booking_release": "driver with a block", "portal:booking_leave": "driver in a block",
    "account_reauthenticate": CAREFUL, "mfa_reauthenticate": CAREFUL, "mfa_deactivate_totp": CAREFUL,
    "mfa_download_recovery_codes": CAREFUL, "mfa_generate_recovery_codes": CAREFUL,
    "mfa_view_recovery_codes": CAREFUL, "usersessions_list": CAREFUL,
    "shop:basket": "shopper", "shop:wish": "shopper", "shop:clear": "shopper", "shop:checkout": "shopper",
    "shop:checkout_address": "shopper", "shop:checkout_window": "shopper", "shop:checkout_notes": "shopper",
    "shop:checkout_tip": "shopper", "shop:checkout_place": "shopper", "shop:item": "shopper",
    "portal:offer": "driver with an offer", "portal:claim": "driver with an offer",
    "portal:decline": "driver with an offer", "portal:run": "driver on the way to the store",
    "portal:step": "driver on the way to the store", "portal:proof": "operations",
    "api:position": "driver on the way to the store", "api:streets": "operations", "portal:worker": "driver, free",
    "account_logout": "new shopper", "shop:undo": "shopper",
    "shop:addresses": "shopper", "shop:orders": "shopper",
}  # fmt: skip
# What no person ever presses, with the reason.
NEVER: Mapping[str, str] = {
    "GET set_language": "the choice of language is a form",
    "webhooks:payments": "the payment gateway calls it: tests/orders/test_gateway_reports.py",
    "track:live": "apps, and pages of others, ask it: tests/base/test_live.py",
    "api:my_run": "programs of drivers ask: tests/dispatch/test_driver_api.py",
    "api:claim": "programs of drivers ask: tests/dispatch/test_driver_api.py",
    "api:decline": "programs of drivers ask: tests/dispatch/test_driver_api.py",
    "api:commands": "programs of drivers ask: tests/dispatch/test_driver_api.py",
    "account_set_password": "every account of ours has a password: tests/conventions/test_access_matrix.py",
    "admin:logout": "our own sign-out stands in every menu",
    "admin:password_change": "sends everybody to our own page",
    "admin:password_change_done": "sends everybody to our own page",
    "admin:login": "sends everybody to our own sign-in",
    "admin:view_on_site": "rows have no page of their own",
    "admin:search": "our menu has no search box (SIDEBAR in config/unfold.py): tests/conventions/test_access_matrix.py",
    "admin:autocomplete": "asked while a choice is typed into: tests/conventions/test_access_matrix.py",
    "admin:app_list": "no page links to it",
    "admin:jsi18n": "words for the admin's own date fields",
}


def owner(name: str) -> str:
    """The role of the robot that has to reach an address."""
    if name in INSTEAD:
        return INSTEAD[name]
    page = PAGES[name]
    if page.who == SIGNED_IN:
        return "new shopper"
    return next((robot for who, robot in OWES.items() if who in page.who), "")


def owed(role: str) -> set[tuple[str, str]]:
    """The methods and addresses that a role has to have sent."""
    found = set()
    for name, page in PAGES.items():
        if name not in NEVER and owner(name) == role:
            found |= {(method, name) for method in page.methods if f"{method} {name}" not in NEVER}
    if role.startswith("head office"):
        area = ROLES[role].area
        for label in ROWS:
            listed = f"admin:{label.replace('.', '_')}_changelist"
            found |= {("GET", listed)} if listed.startswith(area) else set()
    return found


def missed(role: str, reached: set[tuple[str, str]]) -> list[str]:
    """The addresses that a role owes and never reached."""
    return [f"{method} {name} was never reached" for method, name in sorted(owed(role) - reached)]


def parts() -> set[str]:
    """Every part of a page that a page can ask for by itself."""
    return {
        f"{file.relative_to(TEMPLATES)}#{name}"
        for file in TEMPLATES.rglob("*.html")
        for name in PART.findall(file.read_text())
    }


# Who has to have asked for a live part.
PARTS: Mapping[str, str] = {
    "ops/board.html#board": "operations",
    "staff/queue.html#queue": "picker",
    "staff/today.html#day": "picker",
    "staff/arrivals.html#board": "picker",
    "shop/basket.html#basket": "shopper",
    "shop/parts/step_window.html#windows": "shopper",
    "portal/home.html#live": "driver with an offer",
    "portal/run.html#add_ons": "driver on the way to the store",
}
NEVER_ALONE: Mapping[str, str] = {
    "shop/checkout.html#sums": "goes along with the windows, out of band",
}


@contextmanager
def asked_parts() -> Iterator[set[str]]:
    """The parts that the server's pages ask for meanwhile, by the name that a view gives."""
    asked: set[str] = set()
    plain = Loader.get_template

    def noted(self: Any, template_name: str, *args: Any, **kwargs: Any) -> Any:
        if "#" in template_name:
            asked.add(template_name)
        return plain(self, template_name, *args, **kwargs)

    Loader.get_template = noted
    try:
        yield asked
    finally:
        Loader.get_template = plain


def unasked(role: str, asked: set[str]) -> list[str]:
    """The live parts that a role owes and never asked for."""
    return [f"{part} was never asked for" for part, who in PARTS.items() if who == role and part not in asked]


def nobody_owes() -> list[str]:
    """Addresses and parts that no role answers for: each new one must be somebody's."""
    found = [name for name in PAGES if name not in NEVER and owner(name) not in ROLES]
    found += sorted(parts() ^ (PARTS.keys() | NEVER_ALONE.keys()))
    found += [name for name in (*INSTEAD, *NEVER) if name.split()[-1] not in PAGES]
    return found
