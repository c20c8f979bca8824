"""Paying and placing: a repeated tap is the same order."""

import time
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from common.errors import DomainError
from common.http import UserRequest
from common.money import dollars
from orders.access.carts import any_cart_of
from orders.access.orders import payment_of
from orders.actions.checkout import place_order, resume_checkout
from orders.actions.holding import ActionNeeded, CardDeclined, GatewayAway
from orders.actions.tips import resume_tip
from orders.forms import NumberForm, PayForm, PutForm, TokenForm
from orders.models import Cart, Order, Payment
from orders.queries.presses import is_being_paid, order_of_basket
from orders.views.checkout_page import Said, pay_form, show_checkout
from orders.views.visit import visit_of
from providers.errors import Unavailable
from providers.payments.base import Card, Declined
from providers.payments.gateway import gateway

MEANWHILE_SECONDS = 2.0  # a bank takes less
SECTION_OF = {
    "address_needed": "address",
    "outside_area": "address",
    "window_needed": "window",
    "window_full": "window",
    "window_closed": "window",
}


@require_POST
@login_required
@sensitive_post_parameters("number", "cvc")
def place(request: UserRequest) -> HttpResponse:
    """Place the order. Whatever is refused is said on the checkout page, and nothing is lost."""
    now = timezone.now()
    ids = PutForm({"item": request.POST.get("cart", ""), "quantity": 1})
    cart = any_cart_of(shopper_id=request.user.pk, public_id=ids.cleaned_data["item"]) if ids.is_valid() else None
    if cart is None:
        return redirect("shop:basket")
    form = pay_form(request.POST)
    is_valid = form.is_valid()
    if cart.ordered_at is None and not is_valid:
        return refused(request, now, Said(step="pay", pay=form), 400)
    try:
        card = _card(request, form) if cart.ordered_at is None else Card("", "", "", 1, 2000)
        order = place_order(
            cart_id=cart.pk,
            shopper_id=request.user.pk,
            card_token=card.token,
            card_brand=card.brand,
            card_last4=card.last4,
            shown_total_cents=form.cleaned_data.get("shown_total_cents", 0),
            now=now,
        )
    except ActionNeeded as needed:
        return to_bank(needed)
    except DomainError as refusal:
        placed = placed_meanwhile(cart)
        if placed is None:
            return refused(request, now, Said(refusal=refusal, step=SECTION_OF.get(refusal.code, "pay")))
        order = placed
    return redirect("track:order", order.public_id)


def placed_meanwhile(cart: Cart) -> Order | None:
    """The order, where another press of the same shopper placed this basket or is about to: nobody loses to himself."""
    give_up_at = time.monotonic() + MEANWHILE_SECONDS
    while True:
        order = order_of_basket(cart)
        if order is not None or time.monotonic() > give_up_at or not is_being_paid(cart):
            return order
        time.sleep(0.1)


@require_safe
@login_required
def resume(request: UserRequest, payment_id: UUID) -> HttpResponse:
    """Go on after the bank's check; opening it again shows the same order."""
    now = timezone.now()
    payment = payment_of(shopper_id=request.user.pk, public_id=payment_id)
    if payment.purpose == Payment.Purpose.TIP:
        return _resume_tip(request, payment, now)
    try:
        order = resume_checkout(payment_id=payment.pk, shopper_id=request.user.pk, now=now)
    except ActionNeeded as needed:
        return to_bank(needed)
    except DomainError as refusal:
        return refused(request, now, Said(refusal=refusal, step=SECTION_OF.get(refusal.code, "pay")))
    return redirect("track:order", order.public_id)


def _resume_tip(request: UserRequest, payment: Payment, now: datetime) -> HttpResponse:
    """Go on with a raised tip; what came of it is said on the order's page."""
    assert payment.order is not None  # a raise is of an order from the start
    try:
        raised = resume_tip(payment_id=payment.pk, now=now)
    except ActionNeeded as needed:
        return to_bank(needed)
    except DomainError as refusal:
        messages.error(request, refusal.spoken)
    else:
        messages.info(request, _("Your tip is now %(tip)s.") % {"tip": dollars(raised.tip_cents)})
    return redirect("track:order", payment.order.public_id)


def to_bank(needed: ActionNeeded) -> HttpResponse:
    """The bank's own page, or ours around what the gateway's script shows."""
    return redirect(needed.url or reverse("shop:challenge", args=[needed.payment.challenge_ref]))


def _card(request: UserRequest, form: PayForm) -> Card:
    """The card used before, or a new one: the browser's token, or one in exchange for a number, kept nowhere.

    Raises:
        CardDeclined: not a card, or expired.
        GatewayAway: the card service does not answer.
    """
    ids = PutForm({"item": form.cleaned_data["card"], "quantity": 1})
    if ids.is_valid():
        used = payment_of(shopper_id=request.user.pk, public_id=ids.cleaned_data["item"])
        return Card(used.card_token, used.card_brand, used.card_last4, 1, 2000)
    if isinstance(form, TokenForm):
        taken = form.cleaned_data
        return Card(taken["token"], taken["brand"], taken["last4"], 1, 2000)
    assert isinstance(form, NumberForm)  # the only other kind of new card
    month, year = form.month_and_year()
    number = "".join(c for c in form.cleaned_data["number"] if c.isdigit())
    try:
        return gateway().tokenise(number=number, exp_month=month, exp_year=year, cvc=form.cleaned_data["cvc"])
    except Declined as no:
        raise CardDeclined(no.code, no.message) from None
    except Unavailable:
        raise GatewayAway from None


def refused(request: UserRequest, now: datetime, said: Said, status: int = 0) -> HttpResponse:
    """Show the checkout with what was refused. Card fields come back empty: they are never sent to a browser again."""
    visit = visit_of(request, now)
    if visit.cart is None:
        return redirect("shop:orders")
    if said.pay is not None:
        said.pay.data = {**said.pay.data.dict(), "number": "", "cvc": ""}  # type: ignore[attr-defined]  # a QueryDict
    answer = show_checkout(request, visit, now, said)
    answer.status_code = status or answer.status_code
    if said.refusal is not None and said.refusal.retry_after:
        answer.headers["Retry-After"] = str(said.refusal.retry_after)
    return answer
