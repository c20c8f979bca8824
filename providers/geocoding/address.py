"""Takes an address as people type it apart: line, town, state, ZIP."""

import re
from dataclasses import dataclass

from providers.geocoding.zips import STATES, Zip, zip_of, zips_of_town

MOST_CHARACTERS = 200
ZIP = re.compile(r"(?<!\d)(\d{5})(?:-\d{4})?(?!\d)", re.ASCII)
UNIT = re.compile(r"(?:,|\s)\s*(?:(?:apt|apartment|unit|suite|ste|floor|fl)\b\.?|#)\s*[\w-]*", re.IGNORECASE)
COUNTRY = re.compile(r"[\s,]*\b(?:usa|u\.s\.a\.|united states)\.?$", re.IGNORECASE)
EDGES = " ,.\t\n"


@dataclass(frozen=True, slots=True)
class Address:
    """An address whose ZIP is known; `street` is its line ready to be compared with another's."""

    line: str
    street: str
    house: int
    zip: Zip


def take_apart(text: str) -> Address | None:
    """Read an address; None when it names no ZIP and no town that exist."""
    text = COUNTRY.sub("", " ".join(text[:MOST_CHARACTERS].split())).strip(EDGES)
    return _with_zip(text) or _with_town(text)


def _with_zip(text: str) -> Address | None:
    """By the last five digits that are a ZIP: a house number may have five digits as well."""
    for match in reversed(list(ZIP.finditer(text))):
        found = zip_of(match[1])
        if found is not None:
            rest = f"{text[: match.start()]} {text[match.end() :]}".strip(EDGES)
            return _address(_without_town(rest, found), found)
    return None


def _with_town(text: str) -> Address | None:
    """By "..., town, state" without a ZIP: the ZIP nearest the middle of the town."""
    head, _, state = text.rpartition(" ")
    code = STATES.get(state.strip(EDGES).lower())
    if code is None:
        head, _, state = text.rpartition(",")
        code = STATES.get(state.strip(EDGES).lower())
    if code is None:
        return None
    line, _, town = head.strip(EDGES).rpartition(",")
    zips = zips_of_town(town.strip(EDGES), code)
    return _address(line.strip(EDGES), zips[0]) if zips else None


def _without_town(text: str, found: Zip) -> str:
    """The text before the town and state that the ZIP says anyway."""
    for ending in (found.state, STATE_NAMES[found.state], *found.towns):
        pattern = rf"(?:^|[\s,]+){re.escape(ending)}[\s,.]*$"
        text = re.sub(pattern, "", text, flags=re.IGNORECASE).strip(EDGES)
    return text


def _address(line: str, found: Zip) -> Address:
    plain = UNIT.sub("", f" {line}").strip(EDGES).lower()
    number = re.match(r"(\d{1,6})[a-z]?\s+", plain, re.ASCII)
    street = plain[number.end() :] if number else plain
    words = re.sub(r"[^\w\s]", " ", street).split()
    return Address(line, " ".join(SHORT.get(word, word) for word in words), int(number[1]) if number else 0, found)


STATE_NAMES = {code: name for name, code in STATES.items() if len(name) > 2}
SHORT = {
    "street": "st",
    "avenue": "ave",
    "av": "ave",
    "road": "rd",
    "drive": "dr",
    "lane": "ln",
    "boulevard": "blvd",
    "court": "ct",
    "place": "pl",
    "square": "sq",
    "highway": "hwy",
    "parkway": "pkwy",
    "pike": "pk",
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
}
