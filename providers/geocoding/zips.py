"""ZIP codes of the United States: where each is, how wide, and which towns it serves."""

from dataclasses import dataclass
from functools import cache, lru_cache
from statistics import fmean
from typing import Any

import zipcodes

from common.geo import Point

TABLE: Any = zipcodes  # its functions carry no types
NARROWEST_METRES, WIDEST_METRES = 300.0, 2_000.0
NEIGHBOURHOOD_MILES = 6

STATES = {
    "alabama": "AL", "alaska": "AK", "arizona": "AZ", "arkansas": "AR", "california": "CA", "colorado": "CO",
    "connecticut": "CT", "delaware": "DE", "district of columbia": "DC", "florida": "FL", "georgia": "GA",
    "hawaii": "HI", "idaho": "ID", "illinois": "IL", "indiana": "IN", "iowa": "IA", "kansas": "KS",
    "kentucky": "KY", "louisiana": "LA", "maine": "ME", "maryland": "MD", "massachusetts": "MA",
    "michigan": "MI", "minnesota": "MN", "mississippi": "MS", "missouri": "MO", "montana": "MT",
    "nebraska": "NE", "nevada": "NV", "new hampshire": "NH", "new jersey": "NJ", "new mexico": "NM",
    "new york": "NY", "north carolina": "NC", "north dakota": "ND", "ohio": "OH", "oklahoma": "OK",
    "oregon": "OR", "pennsylvania": "PA", "rhode island": "RI", "south carolina": "SC", "south dakota": "SD",
    "tennessee": "TN", "texas": "TX", "utah": "UT", "vermont": "VT", "virginia": "VA", "washington": "WA",
    "west virginia": "WV", "wisconsin": "WI", "wyoming": "WY", "puerto rico": "PR",
}  # fmt: skip
STATES |= {code.lower(): code for code in STATES.values()}
STATE_CODES = frozenset(STATES.values())
LONG = {"st": "saint", "ft": "fort", "mt": "mount", "n": "north", "s": "south", "e": "east", "w": "west"}


@dataclass(frozen=True, slots=True)
class Zip:
    """One ZIP code; `radius_metres` is half the way to the next, within limits: it stands for the ZIP's size."""

    code: str
    centre: Point
    radius_metres: float
    city: str
    state: str
    timezone: str
    towns: tuple[str, ...]


@lru_cache(maxsize=4096)
def zip_of(code: str) -> Zip | None:
    """A ZIP by its five digits, or None; those of military post, which lie abroad, are none here."""
    rows = TABLE.matching(code)
    if not rows or rows[0]["zip_code_type"] == "MILITARY" or rows[0]["state"].lower() not in STATES:
        return None
    row = rows[0]
    centre = _centre(row)
    towns = (row["city"], *row["acceptable_cities"], *row["unacceptable_cities"])
    return Zip(code, centre, _radius(code, centre), row["city"], row["state"], row["timezone"], towns)


@cache
def zips_of_town(town: str, state: str) -> list[Zip]:
    """Ordinary ZIPs of a town, the one nearest the middle of them first; empty for no such town."""
    rows = [row for row in _rows_of_state(state) if _plain(row["city"]) == _plain(town)]
    if not rows:
        return []
    middle = Point(fmean(float(row["lat"]) for row in rows), fmean(float(row["long"]) for row in rows))
    rows.sort(key=lambda row: (middle.metres_to(_centre(row)), row["zip_code"]))
    found = (zip_of(row["zip_code"]) for row in rows)
    return [known for known in found if known is not None]


@lru_cache(maxsize=4096)
def zips_of_town_near(town: str, near: tuple[Point, ...]) -> list[Zip]:
    """Ordinary ZIPs of the town of that name that lies nearest to any of some points; empty for no such town."""
    states = sorted(_states_of_town().get(_plain(town), ()))
    towns = [zips for state in states if (zips := zips_of_town(town, state))]
    return min(towns, key=lambda zips: min(zips[0].centre.metres_to(point) for point in near), default=[])


def is_town(name: str) -> bool:
    """Whether some ordinary ZIP of the country names this town first."""
    return _plain(name) in _states_of_town()


@cache
def _states_of_town() -> dict[str, frozenset[str]]:
    """The states that have a town of a name, by that name in small letters."""
    found: dict[str, set[str]] = {}
    for state in STATE_CODES:
        for row in _rows_of_state(state):
            found.setdefault(_plain(row["city"]), set()).add(state)
    return {town: frozenset(states) for town, states in found.items()}


def _plain(town: str) -> str:
    """A town's name as it is compared: "St. Louis" and "Saint Louis" are one."""
    words = town.lower().replace(".", " ").split()
    return " ".join(LONG.get(word, word) for word in words)


@cache
def _rows_of_state(state: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = TABLE.filter_by(state=state, zip_code_type="STANDARD")
    return rows


def _radius(code: str, centre: Point) -> float:
    near = TABLE.filter_by_coordinates(centre.lat, centre.lng, NEIGHBOURHOOD_MILES)
    others = [row for row in near if row["zip_code"] != code and row["zip_code_type"] == "STANDARD"]
    nearest = min((centre.metres_to(_centre(row)) for row in others), default=2 * WIDEST_METRES)
    return min(max(nearest / 2, NARROWEST_METRES), WIDEST_METRES)


def _centre(row: dict[str, Any]) -> Point:
    return Point(float(row["lat"]), float(row["long"]))
