"""The first page of the desk: a store's day at a glance, and where to go next."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.http import UserRequest
from common.live import stream_url
from dispatch.queries.store_day import store_day
from orders.queries.queue import queue_of
from stores.access import desk_of
from stores.desk_pages import desk_context, store_asked_for
from stores.models.staff import StaffRole

NEXT_UP = 4


@require_safe
def today(request: UserRequest) -> HttpResponse:
    """Today's numbers of one store, and the orders to pick next; the numbers alone when the open page asks again."""
    store, stores = store_asked_for(request)
    now = timezone.now()
    queue = queue_of(store_id=store.pk, zone=store.market.zone, user_id=request.user.pk, now=now)
    context = {
        "day": store_day(store, now),
        "next_up": queue.waiting[:NEXT_UP],
        "first_id": queue.first_id,
        "may_lead": desk_of(request.user).may(store.pk, StaffRole.LEAD),
        "store": store,
    }
    if request.htmx:
        return render(request, "staff/today.html#day", context)
    live = {"stream": stream_url([f"store:{store.pk}"])}
    return render(request, "staff/today.html", desk_context(request, "index", store, stores) | context | live)
