"""How the admin looks: our greens, our mark, and the side menu that our own pages of the desk have."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static

GREENS = {
    "50": "#f0f9f3",
    "100": "#daf1e2",
    "200": "#b6e3c7",
    "300": "#86cea4",
    "400": "#4fb17c",
    "500": "#2a935d",
    "600": "#0b6b3a",
    "700": "#0a5c33",
    "800": "#0a492a",
    "900": "#093c24",
    "950": "#042114",
}
GREYS = {
    "50": "#f5f7f5",
    "100": "#edf1ee",
    "200": "#e3e8e4",
    "300": "#cdd6d0",
    "400": "#9aa89f",
    "500": "#657369",
    "600": "#4c5951",
    "700": "#35423b",
    "800": "#24332b",
    "900": "#18231d",
    "950": "#0f1613",
}


def mark(request: HttpRequest) -> str:
    """Address of our mark; asked for at each request, for its name carries a hash."""
    return static("img/mark.svg")


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The side menu of the stock pages; the same entries as on our own."""
    from stores.desk_links import address_of, links_for  # noqa: PLC0415  settings are read before the apps load
    from stores.scoped import desk  # noqa: PLC0415

    return [
        {
            "title": group.title,
            "separator": bool(group.title),
            "items": [{"title": link.label, "icon": link.symbol, "link": address_of(link)} for link in group.links],
        }
        for group in links_for(desk(request))
    ]


def touches(request: HttpRequest) -> str:
    """Address of the few rules by which the theme's pages meet our own."""
    return static("css/admin.css")


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Homeward",
    "SITE_HEADER": "Homeward",
    "SITE_SUBHEADER": "Store desk",
    "SITE_URL": "/",
    "SITE_ICON": mark,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": mark}],
    "SITE_SYMBOL": "storefront",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "BORDER_RADIUS": "8px",
    "COLORS": {
        "base": GREYS,
        "primary": GREENS,
        "font": {
            "subtle-light": "var(--color-base-500)",
            "subtle-dark": "var(--color-base-400)",
            "default-light": "var(--color-base-700)",
            "default-dark": "var(--color-base-200)",
            "important-light": "var(--color-base-950)",
            "important-dark": "var(--color-base-50)",
        },
    },
    "STYLES": [touches],
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": navigation},
}
