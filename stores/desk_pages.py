"""What every page of the store desk shares: the side menu, the store it is about, and how a refusal is said."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages

from common.errors import DomainError
from common.http import UserRequest
from stores.access import chosen_store, desk_of, stores_of
from stores.desk_links import address_of, links_for
from stores.models import Store

T = TypeVar("T")
KEPT_STORE = "desk_store"


def store_asked_for(request: UserRequest) -> tuple[Store, list[Store]]:
    """The store a page is about: named in the address, else the one looked at last, else the first."""
    stores = stores_of(request.user)
    asked = request.GET.get("store", "")
    kept = request.session.get(KEPT_STORE, "")
    slug = asked or (kept if any(store.slug == kept for store in stores) else "")
    store = chosen_store(stores, slug)
    if request.session.get(KEPT_STORE) != store.slug:
        request.session[KEPT_STORE] = store.slug
    return store, stores


def desk_context(request: UserRequest, current: str, store: Store, stores: list[Store] | None = None) -> dict[str, Any]:
    """What the layout of the desk shows."""
    groups = [
        {
            "title": group.title,
            "links": [
                {"url": address_of(link), "label": link.label, "icon": link.icon, "current": link.name == current}
                for link in group.links
            ],
        }
        for group in links_for(desk_of(request.user))
    ]
    return {"desk_groups": groups, "store": store, "stores": stores or [], "zone": store.market.zone}


def attempt(request: UserRequest, act: Callable[[], T]) -> T | None:
    """Do something; where the rules refuse it, say so on the next page and return None."""
    try:
        return act()
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return None
