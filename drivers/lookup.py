"""Finding the place that a driver types; asked outside transactions, for a geocoder may be far away."""

from common.errors import DomainError
from common.transactions import outside_transaction
from drivers.actions.trip_plans import Place
from drivers.models import Driver
from drivers.queries.places import place_used
from providers.errors import Unavailable
from providers.geocoding.address import check_door
from providers.geocoding.base import AddressNotFound
from providers.geocoding.base import Place as Found
from providers.geocoding.gateway import gateway
from providers.geocoding.house import house_of
from stores.models import Market
from stores.queries.gazetteer import find_named, point_of_pin, street_is_known


class LookupAway(DomainError):
    """The address search does not answer just now. Try again in a minute, or type a ZIP code."""

    code = "lookup_away"
    status = 503


class StreetUnknown(AddressNotFound):
    """We do not know that street here. Check its spelling, or enter a cross street, a neighborhood or a ZIP code."""

    code = "street_unknown"


@outside_transaction
def find_place(text: str, driver: Driver, *, pin: str = "") -> Place:
    """Find a typed place, under the words that were typed.

    What the driver has chosen from a list, saved, or used before keeps its point and is not looked up again: first
    the `pin` that the form carried for these very words, then the driver's own places, then the names that people
    use in this market. Only the rest is asked of the geocoder, near the market.

    Raises:
        NoDoor, AddressNotFound, StreetUnknown: nothing of the sort is known.
        LookupAway: the geocoder does not answer.
    """
    label = " ".join(text.split())
    known = point_of_pin(pin, label) or place_used(driver, label)
    if known is not None:
        return Place(label=label, point=known)
    check_door(label)
    named = find_named(label, driver.market)
    if named is not None and named.point is not None:
        return Place(label=label, point=named.point)
    try:
        found = geocode_near(label, driver.market)
    except Unavailable as away:
        raise LookupAway from away
    return Place(label=label, point=found.point)


def geocode_near(text: str, market: Market) -> Found:
    """Ask the geocoder; a street address without a town is one of the market's city.

    Raises:
        AddressNotFound, StreetUnknown: nothing of the sort is known.
        Unavailable: the geocoder does not answer.
    """
    try:
        found = gateway().geocode(text, near=[market.point])
    except AddressNotFound:
        if not house_of(text)[0]:
            raise
        found = gateway().geocode(f"{text}, {market.name}, {market.state}")
    if found.line and found.is_approximate and not street_is_known(market, found.line):
        raise StreetUnknown
    return found
