"""The bank's check (3-D Secure): a page of our own for the built-in gateway, else a frame for the vendor's script."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.http import UserRequest
from orders.access.orders import payment_by_challenge
from orders.actions.holding import GatewayAway
from orders.models import Payment
from orders.views.checkout_page import Said, allow_card_script
from orders.views.place import refused
from orders.views.visit import show, visit_of
from providers.errors import Unavailable
from providers.payments.base import ActionRequired, PaymentError, Refused
from providers.payments.builtin import BuiltinPayments
from providers.payments.gateway import gateway


@require_http_methods(["GET", "POST"])
@login_required
def challenge(request: UserRequest, challenge_id: str) -> HttpResponse:
    """Show the bank's question, and take its answer back to the checkout."""
    payment = payment_by_challenge(shopper_id=request.user.pk, challenge_ref=challenge_id)
    bank = gateway()
    if not isinstance(bank, BuiltinPayments):
        return _vendors_check(request, payment)
    if request.method == "POST":
        bank.answer(challenge_id=challenge_id, passed=request.POST.get("answer") == "pass")
        return redirect("shop:checkout_resume", payment.public_id)
    try:
        asked = bank.challenge(challenge_id)
    except Refused:
        raise Http404 from None
    context = {"challenge": asked, "payment": payment}
    return show(request, "shop/challenge.html", visit_of(request, timezone.now()), context)


def _vendors_check(request: UserRequest, payment: Payment) -> HttpResponse:
    """The page in which the vendor's script shows the check.

    Its secret is asked for each time and kept nowhere. A check that has ended is the checkout's to go on with.
    """
    now = timezone.now()
    try:
        gateway().confirm(challenge_id=payment.challenge_ref)
    except ActionRequired as asked:
        context = {"payment": payment, "secret": asked.client_secret, "card_script": gateway().script}
        return allow_card_script(show(request, "shop/bank_check.html", visit_of(request, now), context))
    except Unavailable:
        if payment.order is not None:
            messages.error(request, GatewayAway().spoken)
            return redirect("track:order", payment.order.public_id)
        return refused(request, now, Said(refusal=GatewayAway(), step="pay"))
    except PaymentError:
        pass  # which answer it was is read again, and said, where the checkout goes on
    return redirect("shop:checkout_resume", payment.public_id)
