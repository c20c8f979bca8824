"""Asking where an address is that nobody knows: on a map where there is one, else near which place."""

from dataclasses import dataclass

from django.http import HttpRequest

from common.errors import DomainError, InvalidInput
from common.geo import Point
from orders.forms import AddressForm
from orders.models import Address
from orders.queries.address_checks import PinNeeded, Spot, market_of_zip, spellings_of, spots_near


@dataclass(frozen=True, slots=True)
class PinQuestion:
    """What to ask: the ZIP code, where the map starts ("lat,lng"), known places nearby, streets of like names."""

    zip_code: str
    centre: str
    spots: tuple[Spot, ...]
    streets: tuple[str, ...]
    market: str


def ask_for_pin(refusal: DomainError, form: AddressForm | None) -> PinQuestion | None:
    """The question that a refusal leads to; None for one that no pin would mend."""
    if form is None or not isinstance(refusal, PinNeeded):
        return None
    zip_code = form.cleaned_data["zip_code"]
    spots, market = spots_near(zip_code), market_of_zip(zip_code)
    centre = spots[-1].pin if spots else ""
    streets = spellings_of(form.cleaned_data["line1"], zip_code)
    return PinQuestion(zip_code, centre, tuple(spots), tuple(streets), market.code if market else "")


def pin_question(address: Address) -> PinQuestion:
    """Where an address of the book is; the map starts where it is kept now."""
    market = market_of_zip(address.zip_code)
    spots = tuple(spots_near(address.zip_code)[:-1])
    centre = f"{address.lat:.5f},{address.lng:.5f}"
    return PinQuestion(address.zip_code, centre, spots, (), market.code if market else "")


def chosen_pin(request: HttpRequest) -> Point:
    """The pin that a form carries.

    Raises:
        InvalidInput: it carries none.
    """
    found = pin_of_request(request)
    if found is None:
        raise InvalidInput("Put the pin on the map, or choose the place that is closest.")
    return found


def pin_of_request(request: HttpRequest) -> Point | None:
    """The pin that a form carries as "lat,lng": the one set on the map before the place that was chosen."""
    for name in ("map_pin", "pin"):
        try:
            lat, lng = (float(part) for part in request.POST.get(name, "").split(","))
        except ValueError:
            continue
        if -90 <= lat <= 90 and -180 <= lng <= 180:
            return Point(lat, lng)
    return None
