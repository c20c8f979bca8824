"""The places a driver has saved or used before, and what to suggest while one is typed."""

from django.db.models import QuerySet

from common.geo import Point
from drivers.models import Driver, RecurringTrip, SavedPlace, Trip
from stores.queries.gazetteer import MOST, Suggestion, street_words, suggest

TRIPS_LOOKED_AT = 50


def place_used(driver: Driver, label: str) -> Point | None:
    """The point of a place the driver saved under this name, else that of the newest own trip. Three queries."""
    words = street_words(label)
    saved = list(SavedPlace.objects.filter(driver=driver).order_by("pk"))
    trips: QuerySet[Trip, Trip] = Trip.objects.filter(driver=driver, kind=Trip.Kind.DECLARED).order_by("-created_at")
    rows: list[Trip | RecurringTrip] = [*trips[:TRIPS_LOOKED_AT], *RecurringTrip.objects.filter(driver=driver)]
    names = [(one.name, one.lat, one.lng) for one in saved]
    labels = [(one.label, one.lat, one.lng) for one in saved]
    starts = ((row.from_label, row.from_lat, row.from_lng) for row in rows)
    ends = ((row.to_label, row.to_lat, row.to_lng) for row in rows)
    for name, lat, lng in (*names, *labels, *starts, *ends):
        if lat is not None and lng is not None and street_words(name) == words:
            return Point(lat, lng)
    return None


def suggest_for(driver: Driver, text: str) -> list[Suggestion]:
    """Places that begin as typed: the driver's own first, then those of the market. Before typing, the own alone."""
    words = street_words(text)
    own = [
        Suggestion("saved", one.name, one.label, Point(one.lat, one.lng))
        for one in SavedPlace.objects.filter(driver=driver).order_by("name")
        if street_words(one.name).startswith(words) or words in street_words(one.label)
    ]
    return [*own, *suggest(text, [driver.market])][:MOST]
