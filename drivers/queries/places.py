"""The places a driver has used before."""

from django.db.models import QuerySet

from common.geo import Point
from drivers.models import Driver, RecurringTrip, Trip
from stores.queries.gazetteer import street_words

TRIPS_LOOKED_AT = 50


def place_used(driver: Driver, label: str) -> Point | None:
    """The point that one of the driver's own trips has under this label, the newest first. Two queries at most."""
    words = street_words(label)
    trips: QuerySet[Trip, Trip] = Trip.objects.filter(driver=driver, kind=Trip.Kind.DECLARED).order_by("-created_at")
    rows: list[Trip | RecurringTrip] = [*trips[:TRIPS_LOOKED_AT], *RecurringTrip.objects.filter(driver=driver)]
    ends = ((row.from_label, row.from_lat, row.from_lng) for row in rows)
    others = ((row.to_label, row.to_lat, row.to_lng) for row in rows)
    for name, lat, lng in (*ends, *others):
        if lat is not None and lng is not None and street_words(name) == words:
            return Point(lat, lng)
    return None
