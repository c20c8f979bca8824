"""Where a shopper has groceries brought to."""

from django.db import transaction

from common.errors import DomainError, InvalidInput
from common.transactions import outside_transaction
from orders.models import Address
from providers.errors import Unavailable
from providers.geocoding.base import Place
from providers.geocoding.gateway import gateway


class AddressServiceAway(DomainError):
    """We can't look up addresses right now. Nothing is lost: try again in a minute."""

    code = "address_service_away"
    status = 503


@outside_transaction
def save_address(
    *, shopper_id: int, line1: str, line2: str = "", city: str = "", state: str = "", zip_code: str
) -> Address:
    """Find an address on the map and keep it; the same address again is the same row.

    Raises:
        InvalidInput: no street, or a ZIP code that is not five digits.
        AddressNotFound: the geocoder knows nothing of the sort.
        AddressServiceAway: it does not answer.
    """
    street, zip_code = " ".join(line1.split())[:120], zip_code.strip()[:5]
    if not street or not (len(zip_code) == 5 and zip_code.isascii() and zip_code.isdigit()):
        raise InvalidInput("Give a street with its number, and a ZIP code of five digits.")
    town = ", ".join(part for part in (city.strip(), f"{state.strip()} {zip_code}".strip()) if part)
    try:
        place = gateway().geocode(f"{street}, {town}")
    except Unavailable as trouble:
        raise AddressServiceAway from trouble
    return _keep(shopper_id, street, line2.strip()[:60], zip_code, place)


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
