"""Address or ZIP first: is delivery offered, by which store, and how soon."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common.geo import Point
from orders.actions.cart_moves import move_cart
from orders.forms import AreaForm
from orders.views.moving import ask_to_move, own_store, tell_move
from orders.views.visit import Visit, back_to, keep_place, show, visit_of
from providers.errors import Unavailable
from providers.geocoding.base import AddressNotFound, Place
from providers.geocoding.gateway import gateway
from stores.models import Store
from stores.queries.gazetteer import find_named, suggest
from stores.queries.places import (
    all_markets,
    nearest_served,
    served_cities,
    store_for,
    zip_city,
    zip_near,
    zip_point,
)


@require_http_methods(["GET", "POST"])
def area(request: HttpRequest) -> HttpResponse:
    """Ask where to deliver, answer whether we do, and take the basket along to the store that serves."""
    now = timezone.now()
    visit = visit_of(request, now)
    form = AreaForm(request.POST or None)
    if not (request.method == "POST" and form.is_valid()):
        return _ask(request, visit, form, status=400 if form.errors else 200)
    try:
        place = find_place(form.cleaned_data["place"], visit.store)
    except AddressNotFound as refusal:
        form.add_error("place", refusal.spoken)
        return _ask(request, visit, form, status=refusal.status)
    store = own_store(visit, place.zip_code) or store_for(place.zip_code, near=place.point)
    if store is None:
        return _outside(request, visit, form, place)
    question = ask_to_move(request, visit, store, place.zip_code)
    if question is not None:
        return question
    _settle(request, visit, store, place, now)
    return redirect(back_to(request, "shop:home"))


def find_place(text: str, store: Store | None = None) -> Place:
    """Find what somebody typed: a store, a neighborhood, a landmark, a town, a ZIP code or an address.

    Of several of one name the nearest to the present store's market is meant, else to any market. When the geocoder
    is away, a ZIP code in the text is enough.

    Raises:
        NoDoor: a PO box or the like.
        AddressNotFound: neither an address nor a ZIP code.
    """
    markets = all_markets()
    if store is not None:
        markets.sort(key=lambda market: market.pk != store.market_id)
    for market in markets:
        named = find_named(text, market)
        if named is not None and named.point is not None and (code := named.zip_code or zip_near(named.point)):
            city, _comma, state = zip_city(code).partition(", ")
            return Place(named.point, "", city, state, code, "", is_approximate=True)
    try:
        return gateway().geocode(text, near=[market.point for market in markets])
    except Unavailable:
        code = next((word for word in text.replace(",", " ").split()[::-1] if zip_point(word)), "")
        point = zip_point(code)
        if point is None:
            raise AddressNotFound from None
        city, _comma, state = zip_city(code).partition(", ")
        return Place(Point(point.lat, point.lng), "", city, state, code, "", is_approximate=True)


@require_safe
@never_cache
def suggestions(request: HttpRequest) -> HttpResponse:
    """At most eight places that begin as typed (`q`), of the city that the browser shops in first; nobody's own."""
    visit = visit_of(request, timezone.now())
    markets = all_markets()
    own_market = visit.store.market_id if visit.store else None
    markets.sort(key=lambda market: market.pk != own_market)
    found = suggest(request.GET.get("q", ""), markets)
    return JsonResponse({"places": [one.as_json() for one in found]})


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
