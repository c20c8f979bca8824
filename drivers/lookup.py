"""Finding the place that a driver types; asked outside transactions, for a geocoder may be far away."""

from common.errors import DomainError
from common.transactions import outside_transaction
from drivers.actions.trip_plans import Place
from providers.errors import Unavailable
from providers.geocoding.gateway import gateway


class LookupAway(DomainError):
    """The address search does not answer just now. Try again in a minute, or type a ZIP code."""

    code = "lookup_away"
    status = 503


@outside_transaction
def find_place(text: str) -> Place:
    """Find a typed place, under the words that were typed.

    Raises:
        AddressNotFound: nothing of the sort is known.
        LookupAway: the geocoder does not answer.
    """
    try:
        found = gateway().geocode(text)
    except Unavailable as away:
        raise LookupAway from away
    return Place(label=text.strip(), point=found.point)
