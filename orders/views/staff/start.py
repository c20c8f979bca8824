"""Taking an order from the queue."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from common.http import UserRequest
from orders.access.staff import order_at_desk
from orders.actions.picking import start_picking
from stores.access import needs_role
from stores.desk_pages import attempt
from stores.models.staff import StaffRole


@require_POST
def start(request: UserRequest, order_id: UUID) -> HttpResponse:
    """Begin to pick, go on, or take over from somebody (a lead may)."""
    order = order_at_desk(request.user, order_id)
    take_over = "take_over" in request.POST
    if take_over:
        needs_role(request.user, order.store_id, StaffRole.LEAD)
    begin = partial(
        start_picking,
        order_id=order.pk,
        picker_id=request.user.pk,
        by=request.user.actor,
        now=timezone.now(),
        take_over=take_over,
    )
    return redirect("admin:pick", order_id) if attempt(request, begin) else redirect("admin:queue")
