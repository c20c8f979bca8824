"""One order at the desk: what it holds, what it costs, what happened, and money back for a line."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from common.http import UserRequest
from common.money import dollars
from orders.access.staff import line_at_desk, order_at_desk
from orders.actions.cancel import cancel_order
from orders.actions.refunds import refund_fee, refund_line, refund_order
from orders.queries.queue import window_title
from orders.queries.staff_order import staff_order
from orders.staff_forms import REASONS, CancelForm, FeeRefundForm, RefundForm, WholeRefundForm
from orders.states import OrderStatus
from stores.access import desk_of, needs_role
from stores.desk_pages import attempt, desk_context
from stores.models.staff import StaffRole

CANCELLABLE = {OrderStatus.PLACED, OrderStatus.PICKING, OrderStatus.READY}


@require_safe
def order(request: UserRequest, order_id: UUID) -> HttpResponse:
    """The whole of one order."""
    row = order_at_desk(request.user, order_id)
    may_lead = desk_of(request.user).may(row.store_id, StaffRole.LEAD)
    page = staff_order(row)
    context = {
        "order": row,
        "page": page,
        "window": window_title(row.window.starts_at, row.window.ends_at, row.store.market.zone, timezone.now()),
        "reasons": list(REASONS.items()),
        "may_refund": may_lead and page.is_refundable,
        "may_cancel": may_lead and row.status in CANCELLABLE,
        "may_take_over": may_lead and row.picker_id != request.user.pk,
        "is_mine": row.picker_id == request.user.pk,
    }
    return render(request, "staff/order.html", desk_context(request, "queue", row.store) | context)


@require_POST
def refund(request: UserRequest, line_id: UUID) -> HttpResponse:
    """Give money back for a line, with a reason (T12)."""
    line = line_at_desk(request.user, line_id)
    needs_role(request.user, line.order.store_id, StaffRole.LEAD)
    form = RefundForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Enter an amount in dollars and the reason.")
        return redirect("admin:order", line.order.public_id)
    give = partial(
        refund_line,
        line_id=line.pk,
        amount_cents=int(form.cleaned_data["amount"] * 100),
        reason=form.cleaned_data["reason"],
        by=request.user.actor,
        key=str(form.cleaned_data["key"]),
        now=timezone.now(),
    )
    given = attempt(request, give)
    if given is not None:
        messages.success(request, f"{dollars(given.amount_cents)} goes back to the card, tax included.")
    return redirect("admin:order", line.order.public_id)


@require_POST
def fee_refund(request: UserRequest, order_id: UUID) -> HttpResponse:
    """Give a fee back, or a part of it, with a reason."""
    row = order_at_desk(request.user, order_id)
    needs_role(request.user, row.store_id, StaffRole.LEAD)
    form = FeeRefundForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Enter an amount in dollars and the reason.")
        return redirect("admin:order", order_id)
    asked = form.cleaned_data
    give = partial(
        refund_fee,
        order_id=row.pk,
        fee=asked["fee"],
        amount_cents=int(asked["amount"] * 100),
        reason=asked["reason"],
        by=request.user.actor,
        key=str(asked["key"]),
        now=timezone.now(),
    )
    given = attempt(request, give)
    if given is not None:
        messages.success(request, f"{dollars(given.amount_cents)} goes back to the card.")
    return redirect("admin:order", order_id)


@require_POST
def whole_refund(request: UserRequest, order_id: UUID) -> HttpResponse:
    """Give back all that is left of an order but its tip, with a reason."""
    row = order_at_desk(request.user, order_id)
    needs_role(request.user, row.store_id, StaffRole.LEAD)
    form = WholeRefundForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say why the order is refunded.")
        return redirect("admin:order", order_id)
    asked, by = form.cleaned_data, request.user.actor
    give = partial(
        refund_order, order_id=row.pk, reason=asked["reason"], by=by, key=str(asked["key"]), now=timezone.now()
    )
    given = attempt(request, give)
    if given is not None:
        back = sum(one.amount_cents for one in given)
        messages.success(request, f"{dollars(back)} goes back to the card: everything but the tip.")
    return redirect("admin:order", order_id)


@require_POST
def cancel(request: UserRequest, order_id: UUID) -> HttpResponse:
    """Cancel an order that has not left the store, with a reason."""
    row = order_at_desk(request.user, order_id)
    needs_role(request.user, row.store_id, StaffRole.LEAD)
    form = CancelForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say why the order is cancelled; the shopper reads it.")
        return redirect("admin:order", order_id)
    stop = partial(
        cancel_order, order_id=row.pk, by=request.user.actor, reason=form.cleaned_data["reason"], now=timezone.now()
    )
    if attempt(request, stop) is not None:
        messages.success(request, f"{row.number} is cancelled. The card is released.")
    return redirect("admin:order", order_id)
