"""What Homeward asks of a geocoder: where on earth an address is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from common.errors import DomainError
from common.geo import Point


class AddressNotFound(DomainError):
    """We could not find that address. Please check it, or give the ZIP code."""

    code: ClassVar[str] = "address_not_found"
    status: ClassVar[int] = 404


class NoDoor(AddressNotFound):
    """Drivers can only come to a door, not to a PO box, a mailbox or general delivery. Enter a street address."""

    code: ClassVar[str] = "no_door"


@dataclass(frozen=True, slots=True)
class Place:
    """An address and its point; `line` is empty for a ZIP alone.

    `is_approximate` says that the point is about the neighbourhood, not the door: ask before sending
    anybody there.
    """

    point: Point
    line: str
    city: str
    state: str
    zip_code: str
    timezone: str
    is_approximate: bool

    @property
    def label(self) -> str:
        """The address in one line, as on an envelope."""
        town = f"{self.city}, {self.state} {self.zip_code}"
        return f"{self.line}, {town}" if self.line else town


class Geocoding(Protocol):
    """A geocoder for addresses in the United States."""

    name: str

    def geocode(self, text: str, *, near: Sequence[Point] = ()) -> Place:
        """Find a ZIP ("37206"), a town with or without ZIP ("Nashville 37206"), or a street address.

        Of towns of one name without state or ZIP, the nearest to a point of `near` is meant. The same text and
        points give the same place.

        Raises:
            NoDoor: a PO box or the like.
            AddressNotFound: nothing of the sort is known.
            Unavailable: the geocoder did not answer.
        """
        ...
