"""Where a shopper has groceries brought to."""

from django.db import transaction

from common.errors import DomainError, InvalidInput
from common.geo import Point
from common.transactions import outside_transaction
from orders.models import Address
from orders.queries.address_checks import check_pin, check_placed, check_street
from providers.errors import Unavailable
from providers.geocoding.base import Place
from providers.geocoding.gateway import gateway
from providers.geocoding.zips import Zip, zip_of


class AddressServiceAway(DomainError):
    """We can't look up addresses right now. Nothing is lost: try again in a minute."""

    code = "address_service_away"
    status = 503


@outside_transaction
def save_address(
    *,
    shopper_id: int,
    line1: str,
    line2: str = "",
    city: str = "",
    state: str = "",
    zip_code: str,
    pin: Point | None = None,
) -> Address:
    """Find an address on the map and keep it; the same address again is the same row and stays where it is.

    With a `pin` the shopper has shown where it is, and nothing is looked up. What is refused is not kept.

    Raises:
        InvalidInput: no street, no such ZIP code, a town that lies elsewhere, or a pin that does.
        NoDoor: a PO box or the like.
        PinNeeded: the street is not known in a city whose streets are.
        AddressNotFound: the geocoder knows nothing of the sort.
        AddressServiceAway: it does not answer.
    """
    street, zip_code = " ".join(line1.split())[:120], zip_code.strip()[:5]
    if not street or not (len(zip_code) == 5 and zip_code.isascii() and zip_code.isdigit()):
        raise InvalidInput("Give a street with its number, and a ZIP code of five digits.")
    more = line2.strip()[:60]
    found = check_street(street, more, city, zip_code)
    if pin is not None:
        check_pin(pin, found)
        return _keep(shopper_id, street, more, zip_code, _pinned(pin, street, found))
    known = Address.objects.filter(shopper_id=shopper_id, line1=street, line2=more, zip_code=zip_code).first()
    return known or _keep(shopper_id, street, more, zip_code, _looked_up(street, found))


def pin_address(*, address_id: int, pin: Point) -> None:
    """Move an address to where its shopper shows it; orders placed already keep their own point.

    Raises:
        PinTooFar: the pin cannot lie in the address's ZIP code.
    """
    zip_code = Address.objects.values_list("zip_code", flat=True).get(pk=address_id)
    found = zip_of(zip_code)
    if found is not None:
        check_pin(pin, found)
    Address.objects.filter(pk=address_id).update(lat=pin.lat, lng=pin.lng, is_approximate=False)


def _looked_up(street: str, found: Zip) -> Place:
    """Ask the geocoder, by the town that the ZIP code says."""
    try:
        place = gateway().geocode(f"{street}, {found.city}, {found.state} {found.code}")
    except Unavailable as trouble:
        raise AddressServiceAway from trouble
    check_placed(place, street)
    return place


def _pinned(pin: Point, street: str, found: Zip) -> Place:
    return Place(pin, street, found.city, found.state, found.code, found.timezone, is_approximate=False)


@transaction.atomic(durable=True)
def _keep(shopper_id: int, line1: str, line2: str, zip_code: str, place: Place) -> Address:
    found, _ = Address.objects.update_or_create(
        shopper_id=shopper_id,
        line1=line1,
        line2=line2,
        zip_code=zip_code,
        defaults={
            "city": place.city[:60],
            "state": place.state[:2],
            "lat": place.point.lat,
            "lng": place.point.lng,
            "is_approximate": place.is_approximate,
        },
    )
    return found
