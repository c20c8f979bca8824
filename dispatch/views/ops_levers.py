"""What operations does for one delivery that waits: pay more, send a van, or cancel the order."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from common.errors import DomainError
from common.http import UserRequest
from common.money import dollars
from dispatch.access.ops import delivery_of
from dispatch.actions.levers import raise_pay, send_with_van
from dispatch.models import Delivery
from dispatch.ops_forms import LeverForm
from dispatch.queries.ladders import ladder_of
from dispatch.views.ops import delivery_context
from dispatch.views.ops_base import operators_only
from orders.actions.cancel import cancel_order


@operators_only
@require_POST
def raise_the_pay(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Pay one raise more and ask drivers again."""

    def pull(one: Delivery, form: LeverForm) -> str:
        raises = form.cleaned_data["raises"]
        raise_pay(
            delivery_id=one.pk,
            raises=one.raises if raises is None else raises,
            by=request.user.actor,
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        )
        return f"Pay raised by {dollars(ladder_of(one.market).raise_cents)}. Drivers are asked again."

    return _pulled(request, public_id, pull)


@operators_only
@require_POST
def by_van(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Send it with a van of its store."""

    def pull(one: Delivery, form: LeverForm) -> str:
        reason = form.cleaned_data["reason"]
        send_with_van(delivery_id=one.pk, by=request.user.actor, reason=reason, now=timezone.now())
        return f"The next free van of {one.store.name} brings it."

    return _pulled(request, public_id, pull)


@operators_only
@require_POST
def cancel(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Cancel the order: the card is not charged, and the store puts the goods back."""

    def pull(one: Delivery, form: LeverForm) -> str:
        reason = form.cleaned_data["reason"]
        cancel_order(order_id=one.order_id, by=request.user.actor, reason=reason, now=timezone.now())
        return f"Order {one.order.number} is canceled. The card is not charged."

    return _pulled(request, public_id, pull)


def _pulled(request: UserRequest, public_id: UUID, pull: Callable[[Delivery, LeverForm], str]) -> HttpResponse:
    """Read the form, pull the lever, and say what it did; a refusal stays on the page with what was typed."""
    one, form = delivery_of(public_id), LeverForm(request.POST)
    if not form.is_valid():
        return render(request, "ops/delivery.html", delivery_context(one, lever=form), status=400)
    try:
        done = pull(one, form)
    except DomainError as refusal:
        context = delivery_context(delivery_of(public_id), refusal=refusal, lever=form)
        return render(request, "ops/delivery.html", context, status=refusal.status)
    messages.success(request, done)
    return redirect("ops:delivery", public_id)
