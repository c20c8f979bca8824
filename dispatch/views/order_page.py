"""A shopper's order on its way: status, live map, substitutions to answer, tip, proof."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.errors import DomainError
from common.http import UserRequest
from common.live import stream_url
from common.minimap import MapStop, MiniMap, draw_minimap
from common.money import dollars
from dispatch.actions.run_steps.moving_pin import move_pin_of_order
from dispatch.forms import PinForm
from dispatch.models import Delivery
from dispatch.queries.order_page import Tracking, steps_of, tracking_of
from orders.access.orders import order_of
from orders.actions.cancel import cancel_order
from orders.actions.holding import ActionNeeded
from orders.actions.substitution import decide_substitution
from orders.actions.tip_parts import most_tip_of
from orders.actions.tips import change_tip
from orders.forms import TipChangeForm
from orders.models import Order, Substitution
from orders.queries.checks import NotATip
from orders.queries.receipt import receipt_of
from orders.states import OrderStatus
from orders.views.place import to_bank
from orders.views.visit import show, visit_of

LAST_WORD = 286  # htmx and live.js stop asking


@require_safe
@login_required
def order(request: UserRequest, order_id: UUID) -> HttpResponse:
    """The whole page."""
    found = order_of(shopper_id=request.user.pk, public_id=order_id)
    context = _context(found) | {
        "receipt": receipt_of(found),
        "tip_key": uuid4(),
        "most_tip_cents": most_tip_of(found, timezone.now()),
    }
    return show(request, "track/order.html", visit_of(request, timezone.now()), context)


@require_safe
@login_required
def part(request: UserRequest, order_id: UUID) -> HttpResponse:
    """A part that changes, status or steps; the last word once the order is over."""
    found = order_of(shopper_id=request.user.pk, public_id=order_id)
    context = _context(found)
    template = "track/steps.html" if request.GET.get("show") == "steps" else "track/status.html"
    return render(request, template, context, status=LAST_WORD if context["tracking"].is_over else 200)


@require_safe
@login_required
def live(request: UserRequest, order_id: UUID) -> JsonResponse:
    """Where the order is, for a page without an event stream and for apps."""
    tracking = tracking_of(order_of(shopper_id=request.user.pk, public_id=order_id), timezone.now())
    where = tracking.position
    facts = {
        "stage": tracking.stage,
        "eta_at": tracking.eta_at,
        "promised_by": tracking.promised_by,
        "driver": tracking.courier.first_name if tracking.courier else None,
        "position": {"lat": where.lat, "lng": where.lng, "at": tracking.located_at} if where else None,
        "is_over": tracking.is_over,
    }
    return _private(JsonResponse(facts))


@require_safe
@login_required
def map_data(request: UserRequest, order_id: UUID) -> JsonResponse:
    """Store, door and, between pick-up and delivery, the driver, as GeoJSON."""
    tracking = tracking_of(order_of(shopper_id=request.user.pk, public_id=order_id), timezone.now())
    places = [("store", tracking.store.point, tracking.store.name, "S"), ("home", tracking.order.point, _("You"), "H")]
    if tracking.position and tracking.courier:
        name = tracking.courier.first_name
        places.append(("driver", tracking.position, name, name[:1]))
    features = [
        {
            "type": "Feature",
            "properties": {"kind": kind, "id": kind, "label": label, "letter": letter},
            "geometry": {"type": "Point", "coordinates": [at.lng, at.lat]},
        }
        for kind, at, label, letter in places
    ]
    return _private(JsonResponse({"type": "FeatureCollection", "features": features}))


@require_POST
@login_required
def cancel(request: UserRequest, order_id: UUID) -> HttpResponse:
    """Call the order off, while nobody picks it yet."""
    found = order_of(shopper_id=request.user.pk, public_id=order_id)
    try:
        cancel_order(
            order_id=found.pk,
            by=request.user.actor,
            reason="cancelled by the shopper",
            now=timezone.now(),
            only_before_picking=True,
        )
    except DomainError as refusal:
        messages.error(request, refusal.spoken)
    return redirect("track:order", found.public_id)


@require_POST
@login_required
def tip(request: UserRequest, order_id: UUID) -> HttpResponse:
    """Change the tip: up for seven days, down for two hours after delivery and with a reason."""
    found = order_of(shopper_id=request.user.pk, public_id=order_id)
    form = TipChangeForm(request.POST)
    try:
        changed = _change_tip(found, form, request.user.actor)
    except ActionNeeded as needed:
        return to_bank(needed)
    except DomainError as refusal:
        messages.error(request, refusal.spoken)
    else:
        messages.info(request, _("Your tip is now %(tip)s.") % {"tip": dollars(changed.tip_cents)})
    return redirect("track:order", found.public_id)


def _change_tip(found: Order, form: TipChangeForm, by: str) -> Order:
    if not form.is_valid():
        raise NotATip
    asked = form.cleaned_data
    return change_tip(
        order_id=found.pk,
        tip_cents=form.cents(),
        key=asked["key"],
        by=by,
        reason=asked["reason"],
        now=timezone.now(),
    )


@require_POST
@login_required
def pin(request: UserRequest, order_id: UUID) -> HttpResponse:
    """Put the door's place on the map right, by a mile at most; it is kept for the next order too."""
    found = order_of(shopper_id=request.user.pk, public_id=order_id)
    form = PinForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Use your phone's position at your door first."))
        return redirect("track:order", found.public_id)
    try:
        move_pin_of_order(order_id=found.pk, where=form.point(), by=request.user.actor, now=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.spoken)
    else:
        messages.info(request, _("The pin is where you are now. We keep it for your next order."))
    return redirect("track:order", found.public_id)


@require_POST
@login_required
def answer(request: UserRequest, order_id: UUID, substitution_id: UUID) -> HttpResponse:
    """Take or refuse a proposed substitute."""
    found = order_of(shopper_id=request.user.pk, public_id=order_id)
    asked = get_object_or_404(Substitution, public_id=substitution_id, line__order=found)
    try:
        decide_substitution(substitution_id=asked.pk, approve=request.POST.get("answer") == "yes", now=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.spoken)
    return redirect("track:order", found.public_id)


@require_safe
@login_required
def photo(request: UserRequest, order_id: UUID) -> FileResponse:
    """The photo taken at the door, for the shopper alone."""
    tracking = tracking_of(order_of(shopper_id=request.user.pk, public_id=order_id), timezone.now())
    if tracking.proof is None:
        raise Http404
    shown = FileResponse(tracking.proof.photo.open("rb"), content_type="image/jpeg")
    shown.headers["Cache-Control"] = "private, no-store"
    return shown


def _context(found: Order) -> dict[str, Any]:
    now = timezone.now()
    tracking = tracking_of(found, now)
    zone = found.store.market.zone
    return {
        "order": found,
        "tracking": tracking,
        "steps": steps_of(tracking),
        "zone": zone,
        "now_local": now.astimezone(zone),
        "minimap": _drawn(tracking),
        "streets_url": reverse("api:streets", args=[found.store.market.code]),
        "events_url": stream_url([f"order:{found.public_id}"]) if not tracking.is_over else "",
        "shows_map": found.status == OrderStatus.HANDED_OVER,
        "can_move_pin": not tracking.is_over and Delivery.objects.filter(order=found).exists(),
        "shows_passcode": bool(found.passcode) and not tracking.is_over,
        "can_tip": found.status not in {OrderStatus.CANCELLED, OrderStatus.RETURNED},
    }


def _drawn(tracking: Tracking) -> SafeString:
    """The map without script: store, door and driver as dots."""
    stops = [
        MapStop(tracking.store.point, "S", tracking.store.name, added=False),
        MapStop(tracking.order.point, "H", _("You"), added=False),
    ]
    if tracking.position and tracking.courier:
        stops.append(MapStop(tracking.position, tracking.courier.first_name[:1], tracking.courier.first_name))
    scene = MiniMap(
        title=_("Where your order is"),
        description=", ".join(stop.name for stop in stops),
        stops=stops,
        uid="track",
    )
    return mark_safe(draw_minimap(scene))  # noqa: S308  # it escapes its texts


def _private(answer: JsonResponse) -> JsonResponse:
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
