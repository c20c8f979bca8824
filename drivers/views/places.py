"""A driver's saved places, and suggestions while typing one."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import DomainError
from common.fields.texts import Text
from common.http import UserRequest
from drivers.access import driver_of, saved_place_of
from drivers.actions.places import forget_place, save_place
from drivers.forms import WHAT_IS_A_PLACE, pin_field, place_input
from drivers.lookup import find_place
from drivers.models import SavedPlace
from drivers.queries.places import suggest_for
from drivers.views.pages import portal_page


class PlaceForm(forms.Form):
    """A place to save, and what the driver calls it."""

    name = Text(label=gettext_lazy("Name"), max_length=40, help_text=gettext_lazy("Home, Work, Mom's house"))
    place = Text(
        label=gettext_lazy("Address or place"), max_length=120, help_text=WHAT_IS_A_PLACE, widget=place_input()
    )
    place_pin = pin_field()


@require_safe
@never_cache
@login_required
def suggestions(request: UserRequest) -> HttpResponse:
    """At most eight places that begin as typed (`q`), the driver's own first."""
    driver = driver_of(request.user)
    found = suggest_for(driver, request.GET.get("q", ""))
    return JsonResponse({"places": [one.as_json() for one in found]})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def saved(request: UserRequest) -> HttpResponse:
    """The driver's places, and a form for one more."""
    driver = driver_of(request.user)
    form = PlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            place = find_place(told["place"], driver, pin=told["place_pin"])
            save_place(driver_id=driver.pk, name=told["name"], place=place)
        except DomainError as refusal:
            form.add_error("place", refusal.spoken)
        else:
            messages.success(request, _("Saved. Type its name or choose it in any trip."))
            return redirect("portal:places")
    rows = SavedPlace.objects.filter(driver=driver).order_by("name")
    return portal_page(
        request, driver, "portal/places.html", {"form": form, "places": rows}, dock="trips",
        status=400 if form.is_bound else 200,
    )  # fmt: skip


@require_POST
@login_required
def forget(request: UserRequest, place_id: UUID) -> HttpResponse:
    """Remove a saved place."""
    driver = driver_of(request.user)
    forget_place(place_id=saved_place_of(driver, place_id).pk)
    messages.success(request, _("Removed."))
    return redirect("portal:places")
