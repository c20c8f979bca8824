"""ZIP codes of the United States: where each is, how wide, and which towns it serves."""

from dataclasses import dataclass
from functools import cache, lru_cache
from statistics import fmean
from typing import Any

import zipcodes

from common.geo import METRES_PER_MILE, Point, haversine_metres

Row = dict[str, Any]
TABLE: Any = zipcodes  # its functions carry no types
NARROWEST_METRES, WIDEST_METRES = 300.0, 2_000.0
NEIGHBOURHOOD_MILES = 6
METRES_PER_DEGREE = 111_195.0  # of latitude

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
    """One ZIP code: where its middle is, and the names of the towns it serves, its own first."""

    code: str
    centre: Point
    city: str
    state: str
    timezone: str
    towns: tuple[str, ...]

    @property
    def radius_metres(self) -> float:
        """Half the way to the next ZIP code, within limits: it stands for the size."""
        return _radius(self.code, self.centre)


@lru_cache(maxsize=4096)
def zip_of(code: str) -> Zip | None:
    """A ZIP by its five digits, or None; those of military post, which lie abroad, are none here."""
    row = _table().by_code.get(code)
    if row is None or row["zip_code_type"] == "MILITARY" or row["state"].lower() not in STATES:
        return None
    towns = (row["city"], *row["acceptable_cities"], *row["unacceptable_cities"])
    return Zip(code, _centre(row), row["city"], row["state"], row["timezone"], towns)


@lru_cache(maxsize=4096)
def zips_of_town(town: str, state: str) -> list[Zip]:
    """Ordinary ZIPs of a town, the one nearest the middle of them first; empty for no such town."""
    rows = _table().by_town.get(_plain(town), {}).get(state, [])
    if not rows:
        return []
    middle = Point(fmean(float(row["lat"]) for row in rows), fmean(float(row["long"]) for row in rows))
    nearest_first = sorted(rows, key=lambda row: (middle.metres_to(_centre(row)), row["zip_code"]))
    found = (zip_of(row["zip_code"]) for row in nearest_first)
    return [known for known in found if known is not None]


@lru_cache(maxsize=4096)
def zips_of_town_near(town: str, near: tuple[Point, ...]) -> list[Zip]:
    """Ordinary ZIPs of the town of that name that lies nearest to any of some points; empty for no such town."""
    states = sorted(_table().by_town.get(_plain(town), {}))
    towns = [zips for state in states if (zips := zips_of_town(town, state))]
    return min(towns, key=lambda zips: min(zips[0].centre.metres_to(point) for point in near), default=[])


def towns_within(centre: Point, metres: float) -> list[Zip]:
    """The middle ZIP of each town that has an ordinary ZIP within some metres of a point, nearest first."""
    names = {row["city"] for row in _within(centre, metres)}
    towns = [zips[0] for name in names if (zips := zips_of_town_near(name, (centre,)))]
    return sorted(towns, key=lambda town: (town.centre.metres_to(centre), town.code))


def is_town(name: str) -> bool:
    """Whether some ordinary ZIP of the country names this town first."""
    return _plain(name) in _table().by_town


@dataclass(frozen=True, slots=True)
class _Table:
    """The package's rows by ZIP code, and the ordinary ones by town and state: it searches a list from end to end."""

    by_code: dict[str, Row]
    by_town: dict[str, dict[str, list[Row]]]
    ordinary: list[tuple[float, float, Row]]


@cache
def _table() -> _Table:
    """Read the package's table once a process: about a second."""
    rows: list[Row] = TABLE.list_all()
    by_town: dict[str, dict[str, list[Row]]] = {}
    ordinary = []
    for row in rows:
        if row["zip_code_type"] == "STANDARD" and row["state"] in STATE_CODES:
            by_town.setdefault(_plain(row["city"]), {}).setdefault(row["state"], []).append(row)
            ordinary.append((float(row["lat"]), float(row["long"]), row))
    return _Table({row["zip_code"]: row for row in rows}, by_town, ordinary)


def read_table() -> int:
    """Read the table now instead of at the first question; returns how many ZIP codes it has."""
    return len(_table().by_code)


def _within(centre: Point, metres: float) -> list[Row]:
    """Ordinary ZIPs whose middle lies within some metres of a point."""
    degrees = metres / METRES_PER_DEGREE
    beside = ((lat, lng, row) for lat, lng, row in _table().ordinary if abs(lat - centre.lat) <= degrees)
    return [row for lat, lng, row in beside if haversine_metres(centre.lat, centre.lng, lat, lng) <= metres]


def _plain(town: str) -> str:
    """A town's name as it is compared: "St. Louis" and "Saint Louis" are one."""
    words = town.lower().replace(".", " ").split()
    return " ".join(LONG.get(word, word) for word in words)


@lru_cache(maxsize=4096)
def _radius(code: str, centre: Point) -> float:
    near = _within(centre, NEIGHBOURHOOD_MILES * METRES_PER_MILE)
    others = (row for row in near if row["zip_code"] != code)
    nearest = min((centre.metres_to(_centre(row)) for row in others), default=2 * WIDEST_METRES)
    return min(max(nearest / 2, NARROWEST_METRES), WIDEST_METRES)


def _centre(row: Row) -> Point:
    return Point(float(row["lat"]), float(row["long"]))
