"""The queue of a store, with the arrivals board beside it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.http import UserRequest
from common.live import stream_url
from dispatch.queries.arrivals import arrivals_at
from orders.queries.queue import FILTERS, queue_of
from stores.access import desk_of
from stores.desk_pages import desk_context, store_asked_for
from stores.models.staff import StaffRole

NAMES = {"all": "All", "to_pick": "To pick", "picking": "Being picked", "ready": "Ready", "mine": "Mine"}


@require_safe
def queue(request: UserRequest) -> HttpResponse:
    """Orders to get ready, window by window; the list alone when the open page asks again."""
    store, stores = store_asked_for(request)
    chosen, now = request.GET.get("show", "all"), timezone.now()
    found = queue_of(
        store_id=store.pk,
        zone=store.market.zone,
        user_id=request.user.pk,
        now=now,
        chosen=chosen if chosen in FILTERS else "all",
    )
    context = {
        "queue": found,
        "first_id": found.first_id,
        "board": arrivals_at(store_id=store.pk, now=now),
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
