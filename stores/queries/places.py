"""Where Homeward delivers: which store serves a ZIP code, and what lies nearest to one it does not serve."""

from dataclasses import dataclass

import zipcodes
from django.db.models import Count, Q

from common.geo import Point, haversine_metres
from stores.models import Market, ServiceZip, Store

NEAREST = 4


@dataclass(frozen=True, slots=True)
class NearZip:
    """A ZIP code that is served, by which store, and how far it is from where somebody asked."""

    zip_code: str
    store_name: str
    city: str
    metres: float


def store_for(zip_code: str, *, near: Point | None = None) -> Store | None:
    """The store that delivers to a ZIP code: of several the nearest to the door, else to the ZIP's middle. One query.

    A paused store or market is named only when no other serves.
    """
    serving = Store.objects.filter(service_zips__zip_code=zip_code).select_related("market")
    at = near or zip_point(zip_code)
    return min(serving, key=lambda store: _rank(store, at), default=None)


def store_by_id(store_id: int) -> Store | None:
    """A store with its market. One query."""
    return Store.objects.select_related("market").filter(pk=store_id).first()


def nearest_served(at: Point | None, limit: int = NEAREST) -> list[NearZip]:
    """The served ZIP codes nearest to a point; without one, the first of each store. Two queries at most."""
    if at is None:
        return _one_a_store(limit)
    rows = ServiceZip.objects.select_related("store").order_by("zip_code")
    places = {row.zip_code: (row.store, point) for row in rows if (point := zip_point(row.zip_code))}
    near = [
        NearZip(code, store.name, store.city, haversine_metres(at.lat, at.lng, point.lat, point.lng))
        for code, (store, point) in places.items()
    ]
    return sorted(near, key=lambda one: one.metres)[:limit]


def zip_point(zip_code: str) -> Point | None:
    """The middle of a ZIP code of the United States, or None for one that does not exist. No query."""
    if len(zip_code) != 5 or not zip_code.isascii() or not zip_code.isdigit():
        return None
    found = _matching(zip_code)
    return Point(float(found[0]["lat"]), float(found[0]["long"])) if found else None


def zip_city(zip_code: str) -> str:
    """City and state of a ZIP code, or an empty text. No query."""
    found = _matching(zip_code) if zip_point(zip_code) else []
    return f"{found[0]['city']}, {found[0]['state']}" if found else ""


def zip_near(at: Point) -> str:
    """The served ZIP code whose middle lies nearest to a point; empty when none is served. Two queries."""
    near = nearest_served(at, limit=1)
    return near[0].zip_code if near else ""


def all_markets() -> list[Market]:
    """Every market with a store. One query."""
    return list(Market.objects.filter(stores__isnull=False).distinct().order_by("pk"))


def served_cities() -> list[str]:
    """Cities with a store, biggest first. One query."""
    rows = Store.objects.values_list("city", "market__state").annotate(stores=Count("pk", filter=Q(is_paused=False)))
    return [f"{city}, {state}" for city, state, _ in rows.order_by("-stores", "city")]


def _rank(store: Store, at: Point | None) -> tuple[bool, float, int]:
    metres = at.metres_to(store.point) if at else 0.0
    return (store.is_paused or store.market.is_paused, metres, store.pk)


def _matching(zip_code: str) -> list[dict[str, str]]:
    return list(zipcodes.matching(zip_code))  # type: ignore[no-untyped-call]  # it ships no types


def _one_a_store(limit: int) -> list[NearZip]:
    stores = Store.objects.order_by("market__name", "name")[:limit]
    return [NearZip(store.zip_code, store.name, store.city, 0.0) for store in stores]
