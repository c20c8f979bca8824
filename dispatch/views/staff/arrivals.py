"""The arrivals board of a store, and bags changing hands at its bays."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from common.http import UserRequest
from common.live import stream_url
from dispatch.access.staff import stop_at_desk
from dispatch.actions.running import confirm_handover, return_delivery
from dispatch.queries.arrivals import arrivals_at
from dispatch.staff_forms import HandOverForm, TakeBackForm
from stores.desk_pages import attempt, desk_context, store_asked_for


@require_safe
def arrivals(request: UserRequest) -> HttpResponse:
    """Who is at which bay and for what; the board alone when the open page asks again."""
    store, stores = store_asked_for(request)
    context = {"board": arrivals_at(store_id=store.pk, now=timezone.now()), "store": store}
    if request.htmx:
        return render(request, "staff/arrivals.html#board", context)
    live = {"stream": stream_url([f"store:{store.pk}"])}
    return render(request, "staff/arrivals.html", desk_context(request, "arrivals", store, stores) | context | live)


@require_POST
def hand_over(request: UserRequest, stop_id: UUID) -> HttpResponse:
    """Give an order's bags to its driver, against the code on the bags and their number (T7)."""
    stop = stop_at_desk(request.user, stop_id)
    form = HandOverForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Enter the code on the bags and how many bags there are.")
        return redirect("admin:arrivals")
    give = partial(
        confirm_handover,
        stop_id=stop.pk,
        code=form.cleaned_data["code"],
        bags=form.cleaned_data["bags"],
        by=request.user.actor,
        now=timezone.now(),
    )
    if attempt(request, give) is not None:
        messages.success(request, f"{stop.delivery.order.number} is handed over. The driver confirms on the phone.")
    return redirect("admin:arrivals")


@require_POST
def take_back(request: UserRequest, stop_id: UUID) -> HttpResponse:
    """Take bags back that could not be delivered; the driver is paid for both ways."""
    stop = stop_at_desk(request.user, stop_id)
    form = TakeBackForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Enter the code on the bags.")
        return redirect("admin:arrivals")
    take = partial(
        return_delivery, stop_id=stop.pk, code=form.cleaned_data["code"], by=request.user.actor, now=timezone.now()
    )
    if attempt(request, take) is not None:
        messages.success(request, f"{stop.delivery.order.number} is back at the store.")
    return redirect("admin:arrivals")
