"""Going online without a destination, and offline again."""

from datetime import timedelta
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import DomainError
from common.geo import Point
from common.http import UserRequest
from drivers.access import driver_of
from drivers.actions.trip_plans import Place
from drivers.actions.trips import go_offline, go_online
from drivers.forms import OnlineForm, budget_initial
from drivers.lookup import find_place
from drivers.models import Driver, Trip
from drivers.views.pages import portal_page


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def online(request: UserRequest) -> HttpResponse:
    """Say from where and for how long; offers come from then on."""
    driver = driver_of(request.user)
    last = Trip.objects.filter(driver=driver, kind=Trip.Kind.ONLINE).order_by("-created_at").first()
    initial = {"extra_minutes": 60, "extra_miles": 25} if last is None else {}
    form = OnlineForm(
        request.POST or None, initial=budget_initial(driver, last) | initial | {"key": uuid4(), "hours": 2}
    )
    if request.method == "POST" and form.is_valid():
        try:
            start(form, driver)
        except DomainError as refusal:
            form.add_error(None, refusal.spoken)
        else:
            messages.success(request, _("You are online. Offers near you will appear here."))
            return redirect("portal:home")
    return portal_page(
        request, driver, "portal/online.html", {"form": form}, dock="trips", status=400 if form.is_bound else 200
    )


def start(form: OnlineForm, driver: Driver) -> Trip:
    """Go online where the phone is, else where the driver says."""
    told, now = form.cleaned_data, timezone.now()
    if told["lat"] is not None and told["lng"] is not None:
        origin = Place(told["from_place"] or _("Where I am"), Point(told["lat"], told["lng"]))
    else:
        origin = find_place(told["from_place"], driver, pin=told["from_pin"])
    until = now + timedelta(hours=told["hours"])
    return go_online(driver_id=driver.pk, declare_key=told["key"], origin=origin, until=until, now=now, **form.budget())


@require_POST
@login_required
def offline(request: UserRequest) -> HttpResponse:
    """Go offline."""
    driver = driver_of(request.user)
    try:
        go_offline(driver_id=driver.pk, by=request.user.actor, now=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.spoken)
    else:
        messages.success(request, _("You are offline. No offers come until you go online or declare a trip."))
    return redirect("portal:home")
