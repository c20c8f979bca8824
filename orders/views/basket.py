"""Filling the basket. Every change is a plain POST; with htmx only the touched part is drawn again."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from common.errors import DomainError, InvalidInput
from orders.actions.carts import clear_cart, set_quantity, set_wish
from orders.forms import PutForm, WishForm
from orders.models import Cart, Wish
from orders.queries.basket_page import basket_lines
from orders.queries.baskets import glance_at
from orders.queries.checkout import checkout_of
from orders.views.browse import ask_where, item_context, piece_or_404
from orders.views.visit import Visit, back_to, cart_for, show, visit_of
from stores.models import StoreItem
from stores.queries.shelf import find_on_shelf, shelved


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
    refusal = None
    try:
        _put(cart, piece, form.cleaned_data["quantity"], form.cleaned_data["wish"])
    except DomainError as error:
        refusal = error
    changed = Visit(visit.zip_code, visit.label, visit.store, cart, visit.shopper_id)
    return _answer(request, changed, piece, form.cleaned_data["look"], refusal)


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
    """Empty the basket."""
    now = timezone.now()
    visit = visit_of(request, now)
    if visit.cart is not None:
        clear_cart(cart_id=visit.cart.pk)
    return redirect("shop:basket")


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


def _answer(
    request: HttpRequest, visit: Visit, piece: StoreItem, look: str, refusal: DomainError | None
) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        if refusal is not None:
            messages.error(request, refusal.spoken)
        return redirect(back_to(request, "shop:basket"))
    answer = _redrawn(request, visit, piece, look)
    if refusal is not None:
        answer.headers["HX-Trigger"] = json.dumps({"toast": {"text": refusal.spoken, "tone": "refuse"}})
    return answer


def _redrawn(request: HttpRequest, visit: Visit, piece: StoreItem, look: str) -> HttpResponse:
    """The touched part, with basket count and bar swapped out of band."""
    glance = glance_at(visit.cart)
    frame = {"glance": glance, "basket_badge": glance.units, "store": visit.store, "out_of_band": True}
    if look == "line":
        return render(request, "shop/parts/put_line.html", frame | basket_context(visit))
    if look == "item":
        return render(request, "shop/parts/put_item.html", frame | item_context(visit, piece))
    return render(request, "shop/parts/put_tile.html", frame | {"item": shelved(piece), "next": back_to(request, "")})


def _refuse(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    messages.error(request, refusal.spoken)
    return redirect(back_to(request, "shop:basket"))
