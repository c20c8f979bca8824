"""Pages about a driver's trips."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import DomainError
from common.geo import METRES_PER_MILE
from common.http import UserRequest
from drivers.access import driver_of, recurring_trip_of, trip_of
from drivers.actions.recurring import RecurringPlan, declare_recurring_trip, repeat_trips_of, stop_recurring_trip
from drivers.actions.trip_plans import Place, TripPlan
from drivers.actions.trips import cancel_trip, change_trip, declare_trip
from drivers.actions.widening import widen_trip
from drivers.forms import BookForm, TripForm, trip_initial
from drivers.lookup import find_place
from drivers.models import Driver, Trip
from drivers.queries.trips import next_departure, trips_page
from drivers.views.pages import portal_page


@require_safe
@login_required
def trips(request: UserRequest) -> HttpResponse:
    """What comes, what repeats, and what was."""
    driver = driver_of(request.user)
    page = trips_page(driver, timezone.now())
    return portal_page(request, driver, "portal/trips.html", {"page": page}, dock="trips")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_trip(request: UserRequest) -> HttpResponse:
    """Declare a trip, once or for some weekdays."""
    driver = driver_of(request.user)
    now = timezone.now()
    last = Trip.objects.filter(driver=driver, kind=Trip.Kind.DECLARED).order_by("-created_at").first()
    initial = trip_initial(driver, last, next_departure(now, driver))
    return answer_form(request, driver, initial, now, None)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit_trip(request: UserRequest, trip_id: UUID) -> HttpResponse:
    """Change a trip for which nothing is claimed."""
    driver = driver_of(request.user)
    trip = trip_of(driver, trip_id)
    if trip.booking is not None:
        return redirect("portal:booking", trip.booking.public_id)
    if trip.destination is None:
        return redirect("portal:online")
    initial = trip_initial(driver, trip, trip.departs_at) | {
        "arrives_by": trip.arrive_by,
        "flexible": int((trip.departs_until - trip.departs_at).total_seconds()) // 60,
    }
    return answer_form(request, driver, initial, timezone.now(), trip)


def answer_form(
    request: UserRequest, driver: Driver, initial: dict[str, Any], now: datetime, trip: Trip | None
) -> HttpResponse:
    """Show the form, or carry it out; what is refused comes back with everything that was typed."""
    with timezone.override(driver.market.zone):
        form = TripForm(request.POST or None, initial=initial)
        if trip is not None:
            del form.fields["weekdays"]
        if request.method == "POST" and form.is_valid():
            try:
                said = carry_out(form, driver, now, trip)
            except DomainError as refusal:
                form.add_error(None, refusal.spoken)
            else:
                messages.success(request, said)
                return redirect("portal:trips")
        status = 400 if form.is_bound else 200
        return portal_page(
            request, driver, "portal/trip_form.html", {"form": form, "trip": trip}, dock="trips", status=status
        )


def carry_out(form: TripForm, driver: Driver, now: datetime, trip: Trip | None) -> str:
    """Declare, repeat or change what the form says; return what to tell the driver."""
    told = form.cleaned_data
    plan = TripPlan(
        origin=found(form, driver, "from"),
        destination=found(form, driver, "to"),
        departs_at=told["departs"],
        departs_until=told["departs"] + timedelta(minutes=told["flexible"]),
        arrive_by=told["arrives_by"],
        **form.budget(),
    )
    if trip is not None:
        change_trip(trip_id=trip.pk, declare_key=told["key"], plan=plan, now=now)
        return _("Your trip is changed.")
    if told["weekdays"]:
        return repeat(driver, plan, told, now)
    declare_trip(driver_id=driver.pk, declare_key=told["key"], now=now, **as_told(plan))
    return _("Your trip is declared. Offers along it will appear on your home page.")


def found(form: TripForm, driver: Driver, end: str) -> Place:
    """The place typed for one end, "from" or "to"; a refusal names the field."""
    told = form.cleaned_data
    try:
        return find_place(told[f"{end}_place"], driver, pin=told[f"{end}_pin"])
    except DomainError as refusal:
        raise type(refusal)(f"{form[f'{end}_place'].label}: {refusal.spoken}") from refusal


def repeat(driver: Driver, plan: TripPlan, told: dict[str, Any], now: datetime) -> str:
    """Declare a trip for weekdays to come, and its next days at once."""
    zone = driver.market.zone
    assert plan.destination is not None
    row = declare_recurring_trip(
        driver_id=driver.pk,
        declare_key=told["key"],
        plan=RecurringPlan(
            weekdays=told["weekdays"],
            origin=plan.origin,
            destination=plan.destination,
            departs=plan.departs_at.astimezone(zone).time(),
            flexible_minutes=told["flexible"],
            arrives_by=plan.arrive_by.astimezone(zone).time(),
            max_extra_seconds=plan.max_extra_seconds,
            max_extra_metres=plan.max_extra_metres,
            room=plan.room,
            max_orders=plan.max_orders,
            has_cold_box=plan.has_cold_box,
        ),
    )
    repeat_trips_of(row.pk, now=now)
    return _("This trip now repeats. Each day can still be cancelled on its own.")


def as_told(plan: TripPlan) -> dict[str, Any]:
    """A plan as the arguments of `declare_trip`."""
    return {name: getattr(plan, name) for name in TripPlan.__dataclass_fields__}


@require_POST
@login_required
def more(request: UserRequest, trip_id: UUID) -> HttpResponse:
    """Allow ten more minutes and five more miles on a trip, with one tap; a doubled tap counts once."""
    driver = driver_of(request.user)
    trip = trip_of(driver, trip_id)
    form = BookForm(request.POST)
    key = form.cleaned_data["key"] if form.is_valid() else uuid4()
    try:
        widened = widen_trip(trip_id=trip.pk, declare_key=key, now=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.spoken)
    else:
        allowed = {
            "minutes": widened.max_extra_seconds // 60,
            "miles": round(widened.max_extra_metres / METRES_PER_MILE),
        }
        messages.success(
            request,
            _("You now allow %(minutes)s extra min and %(miles)s extra mi.") % allowed,
        )
    return redirect("portal:trips" if request.POST.get("from") == "trips" else "portal:home")


@require_POST
@login_required
def drop_trip(request: UserRequest, trip_id: UUID) -> HttpResponse:
    """Take a trip back."""
    driver = driver_of(request.user)
    try:
        cancel_trip(trip_id=trip_of(driver, trip_id).pk, by=request.user.actor, now=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.spoken)
    else:
        messages.success(request, _("Your trip is cancelled. That is never held against you."))
    return redirect("portal:trips")


@require_POST
@login_required
def stop_repeating(request: UserRequest, recurring_id: UUID) -> HttpResponse:
    """Let a repeating trip repeat no more."""
    driver = driver_of(request.user)
    stop_recurring_trip(recurring_id=recurring_trip_of(driver, recurring_id).pk)
    messages.success(request, _("It repeats no more. Days already declared stay until you cancel them."))
    return redirect("portal:trips")
