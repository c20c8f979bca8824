"""The checkout's first three sections, and the tip: each a plain POST that leads back to the page."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from common.errors import DomainError
from orders.access.orders import address_of
from orders.actions.addresses import save_address
from orders.actions.cart_moves import move_cart
from orders.actions.cart_tip import choose_tip
from orders.actions.carts import change_cart
from orders.actions.windows import hold_window
from orders.forms import AddressForm, ContactForm, NotesForm, PutForm, TipForm
from orders.models import Address
from orders.queries.checkout import checkout_of
from orders.queries.checks import NotATip, OutsideArea, WindowClosed
from orders.views.checkout_page import PAGE, PARTS, Said, show_checkout, why_in_person
from orders.views.moving import ask_to_move, serving, tell_move
from orders.views.pins import ask_for_pin, pin_of_request
from orders.views.visit import Visit, keep_cart, keep_place, visit_of
from stores.models import Store
from stores.queries.places import nearest_served, zip_point
from stores.queries.windows import find_window


@require_safe
@vary_on_headers("HX-Target")
def checkout(request: HttpRequest) -> HttpResponse:
    """The whole checkout; a basket that is empty or below the minimum goes back to the basket."""
    now = timezone.now()
    visit = visit_of(request, now)
    if visit.cart is None or not visit.cart.lines.exists():
        return redirect("shop:basket")
    asked = request.headers.get("HX-Target", "")
    return show_checkout(request, visit, now, template=PARTS.get(asked, PAGE))


@require_POST
def address(request: HttpRequest) -> HttpResponse:
    """Take an address from the book or a new one, and whom to ask for; the basket follows to the store that serves."""
    now = timezone.now()
    visit = visit_of(request, now)
    if visit.cart is None or visit.shopper_id is None:
        return redirect("shop:checkout")
    said = Said(step="address", contact=ContactForm(request.POST))
    chosen = request.POST.get("address", "new")
    form = AddressForm(request.POST) if chosen == "new" else None
    contact_ok = said.contact is not None and said.contact.is_valid()
    if (form is not None and not form.is_valid()) or not contact_ok:
        said.address = form
        return _again(request, visit, now, said, status=400)
    try:
        zip_code, known = _zip_of_choice(visit.shopper_id, chosen, form)
        store = _store_at(visit, zip_code, said)
        question = ask_to_move(request, visit, store, zip_code)
        if question is not None:
            return question
        found = known or _new_address(request, visit.shopper_id, form)
        _deliver_to(request, visit, found, store, said)
    except DomainError as refusal:
        said.refusal, said.address = refusal, form
        said.pin = ask_for_pin(refusal, form)
        return show_checkout(request, visit, now, said)
    return _to_step("window")


@require_POST
def window(request: HttpRequest) -> HttpResponse:
    """Keep a seat in a window for ten minutes."""
    now = timezone.now()
    visit = visit_of(request, now)
    if visit.cart is None:
        return redirect("shop:basket")
    form = PutForm({"item": request.POST.get("window", ""), "quantity": 1})
    try:
        found = find_window(visit.cart.store_id, form.cleaned_data["item"]) if form.is_valid() else None
        if found is None:
            raise WindowClosed
        hold_window(cart_id=visit.cart.pk, window_id=found.pk, now=now)
    except DomainError as refusal:
        return show_checkout(request, visit, now, Said(refusal=refusal, step="window"))
    return _to_step("notes")


@require_POST
def notes(request: HttpRequest) -> HttpResponse:
    """Keep what the driver should know."""
    now = timezone.now()
    visit = visit_of(request, now)
    if visit.cart is None:
        return redirect("shop:basket")
    checkout = checkout_of(cart_id=visit.cart.pk, now=now)
    form = NotesForm(request.POST, must_hand_over=why_in_person(checkout))
    if not form.is_valid():
        return _again(request, visit, now, Said(step="notes", notes=form), status=400)
    asked = form.cleaned_data
    change_cart(
        cart_id=visit.cart.pk,
        instructions=asked["instructions"],
        gate_code=asked["gate_code"],
        leave_at_door=asked["handover"] == "leave",
        wants_passcode=visit.cart.wants_passcode if checkout.needs_passcode else asked["wants_passcode"],
    )
    return _to_step("pay")


@require_POST
def tip(request: HttpRequest) -> HttpResponse:
    """Choose a tip."""
    now = timezone.now()
    visit = visit_of(request, now)
    if visit.cart is None:
        return redirect("shop:basket")
    form = TipForm(request.POST)
    said = Said(step="pay")
    try:
        if not form.is_valid():
            raise NotATip
        choose_tip(cart_id=visit.cart.pk, tip_cents=form.cents(), now=now)
    except DomainError as refusal:
        said.tip_refusal = refusal
        said.tip_typed = request.POST.get("dollars", "")[:20]
    if request.headers.get("HX-Request"):
        return show_checkout(request, visit, now, said, template=PARTS["sums"])
    return _again(request, visit, now, said, status=400) if said.tip_refusal else _to_step("pay")


def _zip_of_choice(shopper_id: int, chosen: str, form: AddressForm | None) -> tuple[str, Address | None]:
    """The ZIP code of the address chosen, and the address itself when it is in the book."""
    if form is not None:
        return form.cleaned_data["zip_code"], None
    ids = PutForm({"item": chosen, "quantity": 1})
    if not ids.is_valid():
        raise OutsideArea("Choose an address.")
    known = address_of(shopper_id=shopper_id, public_id=ids.cleaned_data["item"])
    return known.zip_code, known


def _store_at(visit: Visit, zip_code: str, said: Said) -> Store:
    """The store that brings to a ZIP code, the basket's own before others.

    Raises:
        OutsideArea: none does; nothing is kept, and the nearest ZIP codes are named.
    """
    store = serving(visit, zip_code)
    if store is None:
        said.near = tuple(nearest_served(zip_point(zip_code)))
        raise OutsideArea(
            "No store delivers to %(zip)s yet. Your basket is saved: choose another address.", zip=zip_code
        )
    return store


def _new_address(request: HttpRequest, shopper_id: int, form: AddressForm | None) -> Address:
    assert form is not None
    return save_address(shopper_id=shopper_id, **form.cleaned_data, pin=pin_of_request(request))


def _deliver_to(request: HttpRequest, visit: Visit, to: Address, store: Store, said: Said) -> None:
    """Bring the basket to an address, by way of the store that serves it."""
    assert visit.cart is not None
    assert said.contact is not None
    if visit.cart.store_id != store.pk:
        moved = move_cart(cart_id=visit.cart.pk, store_id=store.pk, zip_code=to.zip_code, address_id=to.pk)
        keep_cart(request, moved.cart)
        tell_move(request, store, moved)
    change_cart(cart_id=visit.cart.pk, address_id=to.pk, **said.contact.cleaned_data)
    keep_place(request, zip_code=to.zip_code, label=str(to), store_id=store.pk)


def _again(request: HttpRequest, visit: Visit, now: datetime, said: Said, *, status: int) -> HttpResponse:
    answer = show_checkout(request, visit, now, said)
    answer.status_code = status
    return answer


def _to_step(step: str) -> HttpResponse:
    return redirect(f"{reverse('shop:checkout')}?{urlencode({'step': step})}#{step}")
