"""Where the bags stand, and telling dispatch that they do."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.http import UserRequest
from orders.access.staff import order_at_desk
from orders.actions.staging import Bags, mark_ready, stage_bags
from orders.models import Order
from orders.queries.queue import short_name, window_title
from orders.queries.staging import stage_page
from orders.states import OrderStatus
from stores.desk_pages import attempt
from stores.models.catalogue import ColdClass


@require_http_methods(["GET", "HEAD", "POST"])
def stage(request: UserRequest, order_id: UUID) -> HttpResponse:
    """Say where the bags of each cold class stand; with the second button the order is ready as well."""
    order = order_at_desk(request.user, order_id)
    if order.status != OrderStatus.PICKING:
        return redirect("admin:order", order_id)
    if request.method == "POST":
        return save(request, order)
    now = timezone.now()
    context = {
        "order": order,
        "store": order.store,
        "page": stage_page(order),
        "shopper": short_name(order.contact_name),
        "window": window_title(order.window.starts_at, order.window.ends_at, order.store.market.zone, now),
    }
    return render(request, "staff/stage.html", context)


def save(request: UserRequest, order: Order) -> HttpResponse:
    """Keep the places; on request mark the order ready (T5)."""
    bags = bags_from(request.POST)
    if attempt(request, partial(stage_bags, order_id=order.pk, bags=bags, now=timezone.now())) is None:
        return redirect("admin:stage", order.public_id)
    if "ready" not in request.POST:
        messages.success(request, "Places kept. Print the bag labels and stick one on each bag.")
        return redirect("admin:stage", order.public_id)
    ready = attempt(request, partial(mark_ready, order_id=order.pk, by=request.user.actor, now=timezone.now()))
    if ready is None:
        return redirect("admin:stage", order.public_id)
    messages.success(request, f"{order.number} is ready. A driver is being found.")
    return redirect("admin:queue")


def bags_from(said: QueryDict) -> list[Bags]:
    """What the form says of each cold class; what cannot be read counts as no bags, and is refused as such."""
    return [
        Bags(cold, said.get(f"place-{cold}", "").strip(), whole(said.get(f"bags-{cold}", "")))
        for cold in ColdClass.values
        if f"bags-{cold}" in said
    ]


def whole(text: str) -> int:
    """A small whole number, or 0."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
