"""Paper for one order: pick list and bag labels, as PDF."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.http import UserRequest
from orders.access.staff import order_at_desk
from orders.models import Order
from orders.queries.picklist import walk
from orders.queries.queue import window_title


@require_safe
def pick_list(request: UserRequest, order_id: UUID) -> HttpResponse:
    """The pick list of one order."""
    from orders.staff_papers import draw_pick_list  # noqa: PLC0415  # drawing takes long to load, and few pages draw

    order = order_at_desk(request.user, order_id)
    return pdf(draw_pick_list(order, walk(order), window_of(order)), f"pick-list-{order.number}.pdf")


@require_safe
def labels(request: UserRequest, order_id: UUID) -> HttpResponse:
    """A label for every bag of one order, once it is said how many there are."""
    from orders.staff_papers import draw_labels  # noqa: PLC0415  # drawing takes long to load, and few pages draw

    order = order_at_desk(request.user, order_id)
    stagings = list(order.stagings.order_by("pk"))
    if not stagings:
        messages.error(request, "Say first how many bags stand where; each gets its label.")
        return redirect("admin:stage", order_id)
    return pdf(draw_labels(order, stagings, window_of(order)), f"bag-labels-{order.number}.pdf")


def window_of(order: Order) -> str:
    """The order's window in words."""
    return window_title(order.window.starts_at, order.window.ends_at, order.store.market.zone, timezone.now())


def pdf(content: bytes, name: str) -> HttpResponse:
    """An answer that a browser shows or prints."""
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
