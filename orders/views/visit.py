"""Where a browser shops: the place it named, the store that serves it, and its basket."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from orders.access.carts import open_cart_of
from orders.actions.cart_moves import Merged, merge_carts
from orders.actions.carts import open_cart
from orders.models import Cart
from orders.queries.baskets import Glance, addresses_of, glance_at
from stores.models import Store
from stores.queries.places import store_by_id, store_for
from stores.queries.shelf import departments

PLACE, CART, GUEST = "place", "cart", "guest_cart"
SPOKEN = {
    "contact_name": _lazy("recipient"),
    "phone": _lazy("phone"),
    "tip_cents": _lazy("tip"),
    "instructions": _lazy("delivery instructions"),
    "gate_code": _lazy("gate code"),
    "leave_at_door": _lazy("how we hand it over"),
    "wants_passcode": _lazy("passcode"),
}


@dataclass(frozen=True, slots=True)
class Visit:
    """One browser's shopping. `zip_code` and `label` are empty until somebody says where to deliver."""

    zip_code: str
    label: str
    store: Store | None
    cart: Cart | None
    shopper_id: int | None


def visit_of(request: HttpRequest, now: datetime) -> Visit:
    """Read the visit from the session, the basket and, for a shopper new to this browser, the address book."""
    shopper_id = request.user.pk if request.user.is_authenticated else None
    _bring_guest_cart(request, shopper_id, now)
    cart = open_cart_of(shopper_id=shopper_id, public_id=_uuid(request.session.get(CART)))
    place: dict[str, Any] = request.session.get(PLACE) or {}
    if not place:
        place = _known_place(cart, shopper_id)
    if cart is not None and place.get("store") not in (None, cart.store_id):
        cart = None
    store = cart.store if cart else store_by_id(place["store"]) if place.get("store") else None
    return Visit(str(place.get("zip", "")), str(place.get("label", "")), store, cart, shopper_id)


def keep_place(
    request: HttpRequest, *, zip_code: str, label: str, store_id: int, line1: str = "", city: str = ""
) -> None:
    """Remember where to deliver; `line1` and `city` as typed, so that the checkout need not ask for them again."""
    request.session[PLACE] = {"zip": zip_code, "label": label, "store": store_id, "line1": line1, "city": city}


def typed_address(request: HttpRequest, zip_code: str) -> dict[str, str]:
    """The address somebody typed before the checkout, for its form; only the ZIP code when none was, or of another."""
    place = request.session.get(PLACE) or {}
    if place.get("zip") != zip_code:
        return {"zip_code": zip_code}
    return {"line1": place.get("line1", ""), "city": place.get("city", ""), "zip_code": zip_code}


def keep_cart(request: HttpRequest, cart: Cart) -> None:
    """Remember a basket; a signed-out one goes along when its shopper signs in."""
    request.session[CART] = str(cart.public_id)
    if cart.shopper_id is None:
        request.session[GUEST] = str(cart.public_id)


def cart_for(request: HttpRequest, visit: Visit, now: datetime) -> Cart:
    """The visit's basket, started if there is none yet; the visit must have a store."""
    if visit.cart is not None:
        return visit.cart
    assert visit.store is not None
    cart = open_cart(store_id=visit.store.pk, shopper_id=visit.shopper_id, zip_code=visit.zip_code)
    cart.store = visit.store
    keep_cart(request, cart)
    return cart


def show(
    request: HttpRequest,
    template: str,
    visit: Visit,
    context: dict[str, Any] | None = None,
    *,
    glance: Glance | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render a shop page with what its frame needs: place, basket, departments."""
    context = context or {}
    glance = glance or glance_at(visit.cart)
    current = context.get("department")
    strip = [
        {"name": one.local_name, "code": one.code, "tile": one.tile, "url": reverse("shop:department", args=[one.code]),
         "current": current is not None and one.code == current.code}
        for one in departments()
    ]  # fmt: skip
    frame = {
        "visit": visit,
        "store": visit.store,
        "glance": glance,
        "delivery_area": visit.zip_code,
        "basket_badge": glance.units,
        "departments": strip,
    }
    return render(request, template, frame | context, status=status)


def back_to(request: HttpRequest, otherwise: str) -> str:
    """Where a form asks to return to, when that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=False)
    # A bare word would be taken for the name of a page.
    return wanted if wanted.startswith("/") and is_ours else otherwise


def _bring_guest_cart(request: HttpRequest, shopper_id: int | None, now: datetime) -> None:
    """Give a basket filled before signing in to the shopper who has signed in."""
    if shopper_id is None or GUEST not in request.session:
        return
    guest = open_cart_of(shopper_id=None, public_id=_uuid(request.session.pop(GUEST)))
    if guest is not None:
        merged = merge_carts(session_cart_id=guest.pk, shopper_id=shopper_id)
        request.session[CART] = str(merged.cart.public_id)
        _tell_merge(request, merged)


def _tell_merge(request: HttpRequest, merged: Merged) -> None:
    """Say what signing in added to the basket, and which of two words counts."""
    if merged.joined:
        names = ", ".join(merged.joined)
        messages.info(request, _("Also in your basket, saved in your account: %(names)s.") % {"names": names})
    if merged.counted:
        counts = ", ".join(f"{name} ({quantity})" for name, quantity in merged.counted)
        messages.info(
            request, _("Already saved in your account; the larger quantity counts: %(items)s.") % {"items": counts}
        )
    if merged.replaced:
        what = ", ".join(str(SPOKEN[name]) for name in merged.replaced if name in SPOKEN)
        messages.info(request, _("Your latest choice replaced the one in your account: %(what)s.") % {"what": what})


def _known_place(cart: Cart | None, shopper_id: int | None) -> dict[str, Any]:
    """Where a shopper was served last: the basket's ZIP, else the newest address that a store serves."""
    if cart is not None and cart.zip_code:
        return {"zip": cart.zip_code, "store": cart.store_id}
    if cart is not None or shopper_id is None:
        return {}
    for address in addresses_of(shopper_id)[:1]:
        store = store_for(address.zip_code)
        if store is not None:
            return {"zip": address.zip_code, "label": str(address), "store": store.pk}
    return {}


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text)) if text else None
    except ValueError:
        return None
