"""The queue of a store, and taking an order from it."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from common.http import UserRequest
from common.live import stream_url
from orders.access.staff import order_at_desk
from orders.actions.picking import start_picking
from orders.queries.queue import FILTERS, queue_of
from stores.access import desk_of, needs_role
from stores.desk_pages import attempt, desk_context, store_asked_for
from stores.models.staff import StaffRole

NAMES = {"all": "All", "to_pick": "To pick", "picking": "Being picked", "ready": "Ready", "mine": "Mine"}


@require_safe
def queue(request: UserRequest) -> HttpResponse:
    """Orders to get ready, window by window; the list alone when the open page asks again."""
    store, stores = store_asked_for(request)
    chosen = request.GET.get("show", "all")
    found = queue_of(
        store_id=store.pk,
        zone=store.market.zone,
        user_id=request.user.pk,
        now=timezone.now(),
        chosen=chosen if chosen in FILTERS else "all",
    )
    context = {
        "queue": found,
        "filters": [
            {"code": code, "name": NAMES[code], "count": found.counts[code], "current": code == found.chosen}
            for code in FILTERS
        ],
        "may_lead": desk_of(request.user).may(store.pk, StaffRole.LEAD),
        "store": store,
    }
    if request.htmx:
        return render(request, "staff/queue.html#queue", context)
    live = {"stream": stream_url([f"store:{store.pk}"])}
    return render(request, "staff/queue.html", desk_context(request, "queue", store, stores) | context | live)


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
