"""Operations: the live board and map, a delivery's story, alarms, and pausing places."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from common.errors import DomainError
from common.http import UserRequest
from common.live import stream_url
from dispatch.access.ops import alarm_of, chosen_market, delivery_of, market_of, store_of, trip_of
from dispatch.actions.alarms import resolve_alarm
from dispatch.actions.assigning import assign_delivery
from dispatch.actions.quarantine import release_quarantine
from dispatch.models import Delivery
from dispatch.ops_forms import AssignForm, ReasonForm
from dispatch.queries.board import board_of, open_alarms
from dispatch.queries.ladders import ladder_of
from dispatch.queries.livemap import live_map
from dispatch.queries.story import story_of
from dispatch.queries.vans import van_cost, vans_out
from dispatch.states import DeliveryStatus
from dispatch.views.ops_base import desk, markets, operators_only
from providers.routing.gateway import gateway
from stores.actions.pause import pause_market, pause_store, resume_market, resume_store
from stores.models import Market, Store

GRAMS_PER_POUND = 453.59237
MARKET = "ops_market"  # in the session: the board opens where it was last looked at
TONES = {
    DeliveryStatus.READY: "time",
    DeliveryStatus.DELIVERED: "go",
    DeliveryStatus.FAILED: "refuse",
    DeliveryStatus.CANCELLED: "quiet",
    DeliveryStatus.RETURNED: "quiet",
}


@operators_only
@require_GET
def board(request: UserRequest) -> HttpResponse:
    """The live board of one market beside its map."""
    every = markets()
    asked = request.GET.get("market") or request.session.get(MARKET, "")
    market = chosen_market(every, asked if request.GET.get("market") or asked in {one.code for one in every} else "")
    request.session[MARKET] = market.code
    context = {
        **desk("board"),
        "board": board_of(market=market, markets=every, now=timezone.now()),
        "stream": stream_url([f"market:{market.pk}"]),
    }
    return render(request, "ops/board.html", context)


@operators_only
@require_GET
def board_part(request: UserRequest, code: str) -> HttpResponse:
    """The board alone, read again by the page that is open."""
    market = market_of(code)
    context = {"board": board_of(market=market, markets=(), now=timezone.now())}
    return render(request, "ops/board.html#board", context)


@operators_only
@require_GET
def map_data(request: UserRequest, code: str) -> HttpResponse:
    """What the map shows now."""
    return JsonResponse(live_map(market=market_of(code), routing=gateway(), now=timezone.now()))


@operators_only
@require_GET
def delivery(request: UserRequest, public_id: UUID) -> HttpResponse:
    """A delivery's whole story."""
    return render(request, "ops/delivery.html", delivery_context(delivery_of(public_id)))


def delivery_context(one: Delivery, **more: Any) -> dict[str, Any]:
    """What the delivery page shows."""
    story = story_of(one)
    return {
        **desk("board"),
        "story": story,
        "van": van_cost(one, timezone.now()),
        "delivery": one,
        "tone": TONES.get(DeliveryStatus(one.status), "info"),
        "pounds": one.grams / GRAMS_PER_POUND,
        "heaviest": one.heaviest_grams / GRAMS_PER_POUND,
        "weighed_at": max((candidate.weighed_at for candidate in story.candidates), default=None),
        "may_assign": one.status == DeliveryStatus.READY,
        "may_cancel": one.status in (DeliveryStatus.PLANNED, DeliveryStatus.READY),
        "vans_out": vans_out(one.store_id, timezone.now()),
        "raise_cents": ladder_of(one.market).raise_cents,
        "photos": one.proofs.exclude(photo="").order_by("at"),
        "assignable": [candidate for candidate in story.candidates if candidate.fits],
        **more,
    }


@operators_only
@require_POST
def assign(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Offer a delivery to one driver alone."""
    one = delivery_of(public_id)
    form = AssignForm(request.POST)
    if not form.is_valid():
        return render(request, "ops/delivery.html", delivery_context(one, form=form), status=400)
    trip = trip_of(form.cleaned_data["trip"])
    try:
        offer = assign_delivery(
            delivery_id=one.pk,
            trip_id=trip.pk,
            by=request.user.actor,
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        )
    except DomainError as refusal:
        return render(request, "ops/delivery.html", delivery_context(one, refusal=refusal), status=refusal.status)
    messages.success(request, f"Offered to {offer.driver.first_name} alone, for five minutes.")
    return redirect("ops:delivery", public_id)


@operators_only
@require_POST
def release(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Let a delivery that was set aside be matched again."""
    one = delivery_of(public_id)
    release_quarantine(delivery_id=one.pk, by=request.user.actor, now=timezone.now())
    messages.success(request, "It is matched again from the next cycle on.")
    return redirect("ops:delivery", public_id)


@operators_only
@require_GET
def alarms(request: UserRequest) -> HttpResponse:
    """What somebody must look at."""
    return render(request, "ops/alarms.html", {**desk("alarms"), "alarms": list(open_alarms()[:200])})


@operators_only
@require_POST
def resolve(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Take note that an alarm is seen to."""
    alarm = alarm_of(public_id)
    resolve_alarm(alarm_id=alarm.pk, by=request.user.actor, now=timezone.now())
    messages.success(request, "Seen to. It is kept in the delivery's story.")
    return redirect("ops:alarms")


@operators_only
@require_GET
def places(request: UserRequest) -> HttpResponse:
    """Markets and their stores, to pause and let go on."""
    return render(request, "ops/places.html", places_context())


def places_context(**more: Any) -> dict[str, Any]:
    """What the page of places shows."""
    stores = Prefetch("stores", queryset=Store.objects.order_by("name"))
    return {**desk("places"), "markets": Market.objects.prefetch_related(stores).order_by("name"), **more}


@operators_only
@require_POST
def pause_of_market(request: UserRequest, code: str) -> HttpResponse:
    """Stop a market, or let it go on."""
    market, now, actor = market_of(code), timezone.now(), request.user.actor
    if "resume" in request.POST:
        resume_market(market_id=market.pk, by=actor, now=now)
        messages.success(request, f"{market.name} goes on.")
        return redirect("ops:places")
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return render(request, "ops/places.html", places_context(form=form, paused=market.code), status=400)
    pause_market(market_id=market.pk, by=actor, reason=form.cleaned_data["reason"], now=now)
    messages.success(request, f"{market.name} is paused. What is claimed goes on.")
    return redirect("ops:places")


@operators_only
@require_POST
def pause_of_store(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Stop a store, or let it go on."""
    store, now, actor = store_of(public_id), timezone.now(), request.user.actor
    if "resume" in request.POST:
        resume_store(store_id=store.pk, by=actor, now=now)
        messages.success(request, f"{store.name} goes on.")
        return redirect("ops:places")
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return render(request, "ops/places.html", places_context(form=form, paused=str(store.public_id)), status=400)
    pause_store(store_id=store.pk, by=actor, reason=form.cleaned_data["reason"], now=now)
    messages.success(request, f"{store.name} is paused: no orders, no new offers.")
    return redirect("ops:places")
