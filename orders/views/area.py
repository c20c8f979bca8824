"""Address or ZIP first: is delivery offered, by which store, and how soon."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.geo import Point
from orders.actions.cart_moves import Moved, move_cart
from orders.forms import AreaForm
from orders.views.visit import Visit, back_to, keep_place, show, visit_of
from providers.errors import Unavailable
from providers.geocoding.base import AddressNotFound, Place
from providers.geocoding.gateway import gateway
from stores.models import Store
from stores.queries.places import nearest_served, served_cities, store_for, zip_city, zip_point


@require_http_methods(["GET", "POST"])
def area(request: HttpRequest) -> HttpResponse:
    """Ask where to deliver, answer whether we do, and take the basket along to the store that serves."""
    now = timezone.now()
    visit = visit_of(request, now)
    form = AreaForm(request.POST or None)
    if not (request.method == "POST" and form.is_valid()):
        return _ask(request, visit, form, status=400 if form.errors else 200)
    try:
        place = find_place(form.cleaned_data["place"])
    except AddressNotFound as refusal:
        form.add_error("place", refusal.spoken)
        return _ask(request, visit, form, status=refusal.status)
    store = store_for(place.zip_code, near=place.point)
    if store is None:
        return _outside(request, visit, form, place)
    _settle(request, visit, store, place, now)
    return redirect(back_to(request, "shop:home"))


def find_place(text: str) -> Place:
    """Geocode what somebody typed; when the geocoder is away, a ZIP code in it is enough.

    Raises:
        AddressNotFound: neither an address nor a ZIP code.
    """
    try:
        return gateway().geocode(text)
    except Unavailable:
        code = next((word for word in text.replace(",", " ").split()[::-1] if zip_point(word)), "")
        point = zip_point(code)
        if point is None:
            raise AddressNotFound from None
        city, _comma, state = zip_city(code).partition(", ")
        return Place(Point(point.lat, point.lng), "", city, state, code, "", is_approximate=True)


def _ask(request: HttpRequest, visit: Visit, form: AreaForm, status: int) -> HttpResponse:
    context = {"form": form, "next": back_to(request, ""), "cities": served_cities()}
    return show(request, "shop/area.html", visit, context, status=status)


def _outside(request: HttpRequest, visit: Visit, form: AreaForm, place: Place) -> HttpResponse:
    near = nearest_served(place.point)
    context = {"form": form, "outside": place, "near": near, "next": back_to(request, "")}
    return show(request, "shop/area.html", visit, context)


def _settle(request: HttpRequest, visit: Visit, store: Store, place: Place, now: datetime) -> None:
    """Remember the place; a basket moves to the store that serves it, and what that store lacks is named."""
    keep_place(
        request,
        zip_code=place.zip_code,
        label=place.label,
        store_id=store.pk,
        line1=place.line,
        city=place.city,
    )
    if visit.cart is not None:
        moved = move_cart(cart_id=visit.cart.pk, store_id=store.pk, zip_code=place.zip_code)
        tell_move(request, store, moved)


def tell_move(request: HttpRequest, store: Store, moved: Moved) -> None:
    """Say what a change of store did to the basket."""
    if moved.missing:
        names = ", ".join(moved.missing)
        messages.warning(request, _("%(store)s does not have: %(names)s.") % {"store": store.name, "names": names})
    if moved.fewer:
        names = ", ".join(moved.fewer)
        messages.warning(request, _("%(store)s has fewer of: %(names)s.") % {"store": store.name, "names": names})
