"""What a market or a store may be, said in words to who types it, so that dispatch can run what was accepted."""

from datetime import date, timedelta
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils import timezone
from stdnum import ean

from providers.geocoding.zips import zip_of
from rules.packs_on_file import pack_codes

STATES = frozenset(
    ("AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA",
     "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR",
     "PA", "PR", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "VI", "WA", "WV", "WI", "WY", "GU", "AS", "MP")
)  # fmt: skip
US_ZONES = (
    ("America/New_York", "Eastern"),
    ("America/Detroit", "Eastern, Michigan"),
    ("America/Indiana/Indianapolis", "Eastern, Indiana"),
    ("America/Kentucky/Louisville", "Eastern, Louisville"),
    ("America/Chicago", "Central"),
    ("America/Denver", "Mountain"),
    ("America/Boise", "Mountain, Idaho"),
    ("America/Phoenix", "Mountain, Arizona"),
    ("America/Los_Angeles", "Pacific"),
    ("America/Anchorage", "Alaska"),
    ("Pacific/Honolulu", "Hawaii"),
    ("America/Puerto_Rico", "Atlantic, Puerto Rico"),
    ("Pacific/Guam", "Guam"),
)
SHORTEST_REACH, LONGEST_REACH = 500, 160_000  # meters
MOST_BAYS = 200


def in_known_zone(value: str) -> None:
    """A time zone that clocks know."""
    if value not in available_timezones():
        raise ValidationError("Choose a time zone from the list, such as America/Chicago.")


def with_known_rules(value: str) -> None:
    """A rule pack that is on file."""
    if value not in pack_codes():
        codes = ", ".join(pack_codes())
        raise ValidationError("Choose one of the rule packs on file: %(codes)s.", params={"codes": codes})


def state_of_the_union(value: str) -> None:
    """A state or territory by its two letters."""
    if value.upper() not in STATES:
        raise ValidationError("Write the state as two letters, such as TN.")


def known_zip(value: str) -> None:
    """A ZIP code that the postal service knows."""
    if not (len(value) == 5 and value.isascii() and value.isdigit() and zip_of(value)):
        raise ValidationError(
            "There is no ZIP code %(code)s. Write five digits, such as 37206.", params={"code": value}
        )


def latitude(value: float) -> None:
    """Degrees north of the equator."""
    if not -90 <= value <= 90:
        raise ValidationError("A latitude lies between -90 and 90, such as 36.16.")


def longitude(value: float) -> None:
    """Degrees east of Greenwich."""
    if not -180 <= value <= 180:
        raise ValidationError("A longitude lies between -180 and 180, such as -86.78.")


def reach_sensible(value: int) -> None:
    """How far a store delivers: past its own parking lot, and not across the country."""
    if not SHORTEST_REACH <= value <= LONGEST_REACH:
        raise ValidationError("A store delivers between 500 meters and 160,000 meters (100 miles) far.")


def bays_enough(value: int) -> None:
    """A driver has to stand somewhere."""
    if not 1 <= value <= MOST_BAYS:
        raise ValidationError("A store has 1 to 200 pickup bays.")


def not_over(value: date) -> None:
    """A day that is not over anywhere."""
    if value < (timezone.now() - timedelta(days=1)).date():
        raise ValidationError("That day is over. Choose today or a later day.")


def barcode(value: str) -> None:
    """A UPC, EAN or GTIN whose last digit checks."""
    if not (len(value) in (8, 12, 13, 14) and value.isascii() and value.isdigit() and ean.is_valid(value.zfill(14))):
        raise ValidationError("Check the number under the bars: 8, 12, 13 or 14 digits, the last of which must match.")


def real_age(value: int) -> None:
    """Ages at which something may be sold."""
    if value not in (0, 18, 21):
        raise ValidationError("An age limit is 0 (none), 18 or 21.")


def weighs_something(value: int) -> None:
    """A piece of anything weighs something and takes room in a car."""
    if value < 1:
        raise ValidationError("Write a number above 0.")
