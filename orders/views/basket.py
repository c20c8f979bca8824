"""Filling the basket. Every change is a plain POST; with htmx only the touched part is drawn again."""

import json
from dataclasses import asdict, astuple, dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.errors import DomainError, InvalidInput
from orders.actions.carts import clear_cart, set_quantity, set_wish
from orders.actions.undo import Held, lines_held, put_back
from orders.forms import PutForm, WishForm
from orders.models import Cart, Wish
from orders.queries.basket_page import basket_lines
from orders.queries.baskets import glance_at
from orders.queries.checkout import checkout_of
from orders.views.browse import ask_where, item_context, piece_or_404
from orders.views.visit import Visit, back_to, cart_for, show, visit_of
from stores.models import StoreItem
from stores.queries.shelf import find_on_shelf, shelved

REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Toast:
    """One sentence for `toast.js`, and where to undo what it says."""

    text: str
    tone: str = ""
    undo: str = ""


@require_safe
def basket(request: HttpRequest) -> HttpResponse:
    """The basket: lines with wishes, what is sold out or short, and the way to the checkout."""
    visit = visit_of(request, timezone.now())
    return show(request, "shop/basket.html", visit, basket_context(visit))


def basket_context(visit: Visit) -> dict[str, Any]:
    """Lines and bill of the visit's basket."""
    if visit.cart is None:
        return {"lines": []}
    now = timezone.now()
    checkout = checkout_of(cart_id=visit.cart.pk, now=now)
    return {"lines": basket_lines(checkout), "checkout": checkout, "bill": checkout.bill}


@require_POST
def put(request: HttpRequest) -> HttpResponse:
    """Set how many of an item the basket holds; 0 takes it out."""
    now = timezone.now()
    visit = visit_of(request, now)
    if visit.store is None:
        return ask_where(request)
    form = PutForm(request.POST)
    if not form.is_valid():
        return _refuse(request, InvalidInput("Choose between 0 and 99 of an item."))
    piece = piece_or_404(visit.store, form.cleaned_data["item"])
    cart = cart_for(request, visit, now)
    refusal, removed = None, []
    if form.cleaned_data["quantity"] == 0:
        removed = lines_held(cart.pk, store_item_id=piece.pk)
        _remember(request, cart, removed)
    try:
        _put(cart, piece, form.cleaned_data["quantity"], form.cleaned_data["wish"])
    except DomainError as error:
        refusal = error
    changed = Visit(visit.zip_code, visit.label, visit.store, cart, visit.shopper_id)
    said = Toast(refusal.spoken, "refuse") if refusal else _removed(piece) if removed else None
    return _answer(request, changed, piece, form.cleaned_data["look"], said)


@require_POST
def wish(request: HttpRequest) -> HttpResponse:
    """Say what to do when an item is out: none, the best match, or one named item."""
    visit = visit_of(request, timezone.now())
    form = WishForm(request.POST)
    if visit.cart is None or visit.store is None or not form.is_valid():
        return _refuse(request, InvalidInput("That item is not in your basket."))
    piece = piece_or_404(visit.store, form.cleaned_data["item"])
    try:
        _set_wish(visit.cart, piece, form.cleaned_data["choice"])
    except DomainError as refusal:
        return _refuse(request, refusal)
    if request.headers.get("HX-Request"):
        return show(request, "shop/basket.html#basket", visit, basket_context(visit))
    return redirect(back_to(request, "shop:basket"))


@require_POST
def clear(request: HttpRequest) -> HttpResponse:
    """Empty the basket; the next page offers to undo it."""
    visit = visit_of(request, timezone.now())
    if visit.cart is not None:
        _remember(request, visit.cart, lines_held(visit.cart.pk))
        clear_cart(cart_id=visit.cart.pk)
        messages.info(request, _("Your basket is empty now."), extra_tags="undo")
    return redirect("shop:basket")


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Put back what was removed last, as far as the store still has it."""
    now = timezone.now()
    visit = visit_of(request, now)
    kept = request.session.pop(REMOVED, None) or {}
    if visit.store is None or kept.get("store") != visit.store.pk:
        return redirect("shop:basket")
    missing = put_back(cart_id=cart_for(request, visit, now).pk, held=[Held(*one) for one in kept["lines"]])
    if missing:
        messages.warning(request, _("Out of stock right now: %(names)s.") % {"names": ", ".join(missing)})
    return redirect("shop:basket")


def _remember(request: HttpRequest, cart: Cart, held: list[Held]) -> None:
    """Keep what is about to be removed until something else is; a repeated tap removes nothing and forgets nothing."""
    if held:
        request.session[REMOVED] = {"store": cart.store_id, "lines": [astuple(one) for one in held]}


def _put(cart: Cart, piece: StoreItem, quantity: int, wanted: str) -> None:
    line = set_quantity(cart_id=cart.pk, store_item_id=piece.pk, quantity=quantity)
    if line is not None and wanted:
        set_wish(cart_id=cart.pk, store_item_id=piece.pk, wish=wanted)


def _set_wish(cart: Cart, piece: StoreItem, choice: str) -> None:
    """`choice` is a wish, or the id of the item wanted instead."""
    if choice in (Wish.BEST, Wish.NONE):
        set_wish(cart_id=cart.pk, store_item_id=piece.pk, wish=choice)
        return
    form = PutForm({"item": choice, "quantity": 1})
    instead = find_on_shelf(cart.store_id, form.cleaned_data["item"]) if form.is_valid() else None
    if instead is None:
        raise InvalidInput("Choose a substitute from the same store.")
    set_wish(cart_id=cart.pk, store_item_id=piece.pk, wish=Wish.THIS, wish_item_id=instead.pk)


def _removed(piece: StoreItem) -> Toast:
    return Toast(_("%(name)s was removed.") % {"name": piece.item.name}, undo=reverse("shop:undo"))


def _answer(request: HttpRequest, visit: Visit, piece: StoreItem, look: str, said: Toast | None) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        if said is not None:
            level = messages.ERROR if said.tone else messages.INFO
            messages.add_message(request, level, said.text, extra_tags="undo" if said.undo else "")
        return redirect(back_to(request, "shop:basket"))
    answer = _redrawn(request, visit, piece, look)
    if said is not None:
        answer.headers["HX-Trigger"] = json.dumps({"toast": asdict(said)})
    return answer


def _redrawn(request: HttpRequest, visit: Visit, piece: StoreItem, look: str) -> HttpResponse:
    """The touched part, with basket count and bar swapped out of band."""
    glance = glance_at(visit.cart)
    frame = {"glance": glance, "basket_badge": glance.units, "store": visit.store, "out_of_band": True}
    if look == "line":
        return render(request, "shop/parts/put_line.html", frame | basket_context(visit))
    if look == "item":
        return render(request, "shop/parts/put_item.html", frame | item_context(visit, piece))
    return render(
        request,
        "shop/parts/put_tile.html",
        frame | {"item": shelved(piece), "next": back_to(request, reverse("shop:home")).split("#")[0]},
    )


def _refuse(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    if request.headers.get("HX-Request"):
        trigger = json.dumps({"toast": {"text": refusal.spoken, "tone": "refuse"}})
        return HttpResponse(status=204, headers={"HX-Trigger": trigger})
    messages.error(request, refusal.spoken)
    return redirect(back_to(request, "shop:basket"))
