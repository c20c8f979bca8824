"""Looking around the shop: home, departments, search, one item."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from common.clock import local_day
from orders.forms import ChoiceForm
from orders.models import CartLine, Wish
from orders.queries.baskets import bought_before
from orders.queries.order_list import on_their_way
from orders.views.visit import Visit, show, visit_of
from stores.models import Department, Store, StoreItem
from stores.queries.places import served_cities
from stores.queries.search import search_shelf
from stores.queries.shelf import (
    Choice,
    Shelved,
    department_page,
    find_on_shelf,
    in_season,
    shelved,
    shelved_by_item,
    similar,
    subcategories,
)
from stores.queries.windows import soonest_slot, usual_terms, window_days
from stores.seasons import season_on


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front of the shop: where it delivers, what was bought before, departments, and a seasonal shelf."""
    now = timezone.now()
    visit = visit_of(request, now)
    if visit.store is None:
        return show(request, "shop/welcome.html", visit, {"cities": served_cities(), "terms": usual_terms(now)})
    return show(request, "shop/home.html", visit, _home_shelves(visit, visit.store, now))


@require_safe
def times(request: HttpRequest) -> HttpResponse:
    """When the store delivers in the coming days, and for what fee, before anything is in the basket."""
    now = timezone.now()
    visit = visit_of(request, now)
    if visit.store is None:
        return ask_where(request)
    days = window_days(visit.store, now)
    return show(request, "shop/times.html", visit, {"days": days, "now_local": now.astimezone(visit.store.market.zone)})


@require_safe
def department(request: HttpRequest, slug: str) -> HttpResponse:
    """One department, with filters, in pages."""
    visit = visit_of(request, timezone.now())
    found = get_object_or_404(Department, code=slug)
    if visit.store is None:
        return ask_where(request)
    choice, number = choice_of(request)
    page = department_page(visit.store.pk, found.pk, choice, number)
    kinds = subcategories(visit.store.pk, found.pk)
    context = {"department": found, "kinds": kinds, "choice": choice} | listing(request, page)
    return show(request, "shop/department.html", visit, context)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What a text may mean, on this store's shelf."""
    visit = visit_of(request, timezone.now())
    if visit.store is None:
        return ask_where(request)
    form = ChoiceForm(request.GET)
    form.is_valid()
    text = form.cleaned_data.get("q", "") or request.GET.get("q", "")[:80]
    choice, number = choice_of(request)
    found = search_shelf(visit.store.pk, text, choice, number)
    context = {"query": text, "choice": choice, "found": found} | listing(request, found.page)
    return show(request, "shop/search.html", visit, context)


@require_safe
def item(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """One item: picture, price and unit price, wish when it is out, and what could stand in for it."""
    visit = visit_of(request, timezone.now())
    if visit.store is None:
        return ask_where(request)
    piece = piece_or_404(visit.store, item_id)
    context = item_context(visit, piece) | {"alternatives": similar(visit.store.pk, piece)}
    return show(request, "shop/item.html", visit, context)


def item_context(visit: Visit, piece: StoreItem) -> dict[str, Any]:
    """What the buying part of an item's page shows."""
    line = CartLine.objects.filter(cart=visit.cart, store_item=piece).first() if visit.cart else None
    return {"item": shelved(piece), "line": line, "wishes": Wish, "department": piece.item.department}


def piece_or_404(store: Store, item_id: UUID) -> StoreItem:
    """The shelf row of an item in the visit's store."""
    piece = find_on_shelf(store.pk, item_id)
    if piece is None:
        raise Http404
    return piece


def ask_where(request: HttpRequest) -> HttpResponse:
    """Prices are a store's own: ask where to deliver, then come back."""
    return redirect(f"{reverse('shop:area')}?{urlencode({'next': request.get_full_path()})}")


def choice_of(request: HttpRequest) -> tuple[Choice, int]:
    """Filters and page from the address bar; nonsense counts as nothing."""
    form = ChoiceForm(request.GET)
    form.is_valid()
    asked = form.cleaned_data
    choice = Choice(
        subcategory=asked.get("kind", ""),
        only_snap=asked.get("snap", False),
        only_in_stock=asked.get("stock", False),
        sort=asked.get("sort") or "shelf",
    )
    return choice, asked.get("page") or 1


def listing(request: HttpRequest, page: "Page[StoreItem]") -> dict[str, Any]:
    """A page of shelf rows, and the query that keeps its filters when turning to another page."""
    kept = request.GET.copy()
    kept.pop("page", None)
    return {"page": page, "items": [shelved(row) for row in page], "kept": kept.urlencode()}


def _home_shelves(visit: Visit, store: Store, now: datetime) -> dict[str, Any]:
    zone = store.market.zone
    season = season_on(local_day(now, zone))
    bought = bought_before(visit.shopper_id) if visit.shopper_id else []
    again = _in_this_order(bought, shelved_by_item(store.pk, bought)) if bought else []
    return {
        "slot": soonest_slot(store.pk, zone, now),
        "now_local": now.astimezone(zone),
        "again": again,
        "coming": on_their_way(visit.shopper_id) if visit.shopper_id else [],
        "season": season,
        "seasonal": in_season(store.pk, season.subcategories),
    }


def _in_this_order(item_ids: Iterable[int], found: dict[int, Shelved]) -> list[Shelved]:
    return [found[pk] for pk in item_ids if pk in found and found[pk].is_sold]
