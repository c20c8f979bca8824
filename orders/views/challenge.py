"""The bank's check (3-D Secure) of the built-in gateway: a page of our own, pass or fail."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.http import UserRequest
from orders.access.orders import payment_by_challenge
from orders.views.visit import show, visit_of
from providers.payments.base import Refused
from providers.payments.builtin import BuiltinPayments
from providers.payments.gateway import gateway


@require_http_methods(["GET", "POST"])
@login_required
def challenge(request: UserRequest, challenge_id: str) -> HttpResponse:
    """Show the bank's question, and take its answer back to the checkout."""
    payment = payment_by_challenge(shopper_id=request.user.pk, challenge_ref=challenge_id)
    bank = gateway()
    if not isinstance(bank, BuiltinPayments):  # a vendor's gateway shows pages of its own
        raise Http404
    if request.method == "POST":
        bank.answer(challenge_id=challenge_id, passed=request.POST.get("answer") == "pass")
        return redirect("shop:checkout_resume", payment.public_id)
    try:
        asked = bank.challenge(challenge_id)
    except Refused:
        raise Http404 from None
    context = {"challenge": asked, "payment": payment}
    return show(request, "shop/challenge.html", visit_of(request, timezone.now()), context)
