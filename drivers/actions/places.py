"""Keeping the places that drivers come back to."""

from django.db import transaction

from common.errors import DomainError
from drivers.actions.locking import lock_driver
from drivers.actions.trip_plans import MARKET_RADIUS_METRES, OutsideMarket, Place
from drivers.models import SavedPlace

MOST = 20


class TooManyPlaces(DomainError):
    """You have saved as many places as we keep. Remove one first."""

    code = "too_many_places"


@transaction.atomic(durable=True)
def save_place(*, driver_id: int, name: str, place: Place) -> SavedPlace:
    """Keep a place under a name; the same name again means the new place. Locks the driver.

    Raises:
        OutsideMarket: too far from the stores of the driver's market.
        TooManyPlaces: there are twenty others.
    """
    driver = lock_driver(driver_id)
    if place.point.metres_to(driver.market.point) > MARKET_RADIUS_METRES:
        raise OutsideMarket
    own = SavedPlace.objects.filter(driver=driver)
    called = " ".join(name.split())[:40]
    same = own.filter(name__iexact=called).first()
    if same is None and own.count() >= MOST:
        raise TooManyPlaces
    row = same or SavedPlace(driver=driver)
    row.name, row.label, row.lat, row.lng = called, place.label[:120], place.point.lat, place.point.lng
    row.save()
    return row


def forget_place(*, place_id: int) -> None:
    """Remove a saved place; trips keep their own points."""
    SavedPlace.objects.filter(pk=place_id).delete()
