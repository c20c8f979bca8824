"""What makes a typed address one that a driver can be sent to, asked before it is kept."""

from dataclasses import dataclass

from common.errors import DomainError, InvalidInput
from common.geo import METRES_PER_MILE, Point
from providers.geocoding.address import check_door, street_key
from providers.geocoding.base import AddressNotFound, Place
from providers.geocoding.zips import Zip, is_town, zip_of, zips_of_town_near
from stores.models import Market, NamedPlace
from stores.queries.gazetteer import street_is_known, streets_like
from stores.queries.places import store_for

FAR_TOWN_METRES = 25 * METRES_PER_MILE  # people name the next town and mean the same street
FARTHEST_PIN_METRES = 25 * METRES_PER_MILE  # the widest ZIP codes of the country are about as wide
SPOTS = 5


class NotAStreet(InvalidInput):
    """Enter the street with its house number, such as 1012 Gallatin Ave."""

    code = "not_a_street"


class ZipUnknown(AddressNotFound):
    """There is no such ZIP code. Check the five digits."""

    code = "zip_unknown"


class TownAndZipDisagree(InvalidInput):
    """The city and the ZIP code do not belong together. Correct one of them."""

    code = "town_and_zip_disagree"


class PinTooFar(InvalidInput):
    """That pin is too far from this ZIP code. Place it at the address, or correct the ZIP code."""

    code = "pin_too_far"


class PinNeeded(DomainError):
    """We do not know this street in that ZIP code. Check its spelling, or show us where it is."""

    code = "pin_needed"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place near which an address may be, to choose where no map can be drawn; `pin` is "lat,lng"."""

    label: str
    pin: str


def check_street(line1: str, line2: str, city: str, zip_code: str) -> Zip:
    """Refuse what is no door in a ZIP code, or names a town far from it; returns the ZIP code.

    Raises:
        NoDoor: a PO box or the like, in either line.
        NotAStreet: no house number, or no street behind it.
        ZipUnknown, TownAndZipDisagree: as they say.
    """
    for line in (line1, line2):
        check_door(line)
    if not any(c.isdigit() for c in line1) or sum(c.isalpha() for c in street_key(line1)) < 2:
        raise NotAStreet
    found = zip_of(zip_code)
    if found is None:
        raise ZipUnknown
    check_town(city, found)
    return found


def check_town(city: str, found: Zip) -> None:
    """Refuse a town of the country that lies far from a ZIP code; a neighborhood or the next town is fine.

    Raises:
        TownAndZipDisagree: with both towns named.
    """
    name = " ".join(city.split()).strip(" ,.")
    if not is_town(name) or name.casefold() in (town.casefold() for town in found.towns):
        return
    nearest = zips_of_town_near(name, (found.centre,))
    if nearest and min(one.centre.metres_to(found.centre) for one in nearest) > FAR_TOWN_METRES:
        raise TownAndZipDisagree(
            "%(zip)s is a ZIP code of %(city)s, %(state)s, not of %(typed)s. Which one is right?",
            zip=found.code, city=found.city, state=found.state, typed=name,
        )  # fmt: skip


def check_placed(place: Place, line1: str) -> None:
    """Refuse a place that was only guessed in a city whose streets are known, when this one is not among them.

    Raises:
        PinNeeded: the shopper has to show where it is.
    """
    market = market_of_zip(place.zip_code)
    if place.is_approximate and market is not None and not street_is_known(market, line1):
        raise PinNeeded


def check_pin(pin: Point, found: Zip) -> None:
    """Refuse a pin that cannot lie in a ZIP code.

    Raises:
        PinTooFar: more than some 25 miles from its middle.
    """
    if pin.metres_to(found.centre) > FARTHEST_PIN_METRES:
        raise PinTooFar


def market_of_zip(zip_code: str) -> Market | None:
    """The market whose store delivers to a ZIP code. One query."""
    store = store_for(zip_code)
    return store.market if store else None


def spots_near(zip_code: str) -> list[Spot]:
    """Places in and around a ZIP code that its people know, nearest first; its middle is the last. Two queries."""
    found, market = zip_of(zip_code), market_of_zip(zip_code)
    if found is None:
        return []
    rows = NamedPlace.objects.filter(market=market, lat__isnull=False) if market else NamedPlace.objects.none()
    near = sorted(
        ((point.metres_to(found.centre), row.name, point) for row in rows if (point := row.point)),
        key=lambda one: (one[0], one[1]),
    )
    spots = [Spot(name, f"{at.lat:.5f},{at.lng:.5f}") for metres, name, at in near[:SPOTS] if metres < 5_000]
    return [*spots, Spot(found.code, f"{found.centre.lat:.5f},{found.centre.lng:.5f}")]


def spellings_of(line1: str, zip_code: str) -> list[str]:
    """Known streets that a line may mean, in the city of its ZIP code. Two queries."""
    market = market_of_zip(zip_code)
    return streets_like(market, line1) if market else []
