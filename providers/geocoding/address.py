"""Takes an address as people type it apart: line, town, state, ZIP."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from common.geo import Point
from providers.geocoding.base import NoDoor
from providers.geocoding.house import house_of
from providers.geocoding.zips import STATES, Zip, zip_of, zips_of_town, zips_of_town_near

MOST_CHARACTERS = 200
ZIP = re.compile(r"(?<![\d-])(\d{5})(?:-?\d{4})?(?!\d)", re.ASCII)
BARE_ZIP = re.compile(r"\d[\d\s-]*", re.ASCII)
UNIT = re.compile(
    r"[,\s]\s*(?:"
    r"(?:apt|apartment)\b\.?\s*#?\s*[\w-]+"
    r"|(?:unit|suite|ste|floor|fl|room|rm|bldg|building|lot|trlr|spc)\b\.?\s*#?\s*(?:\d[\w-]*|[a-z])"
    r"|\d+(?:st|nd|rd|th)\s+(?:floor|fl)\b\.?"
    r"|#\s*[\w-]+"
    r")(?=\s*(?:,|$))",
    re.IGNORECASE,
)
COUNTRY = re.compile(r"[\s,]*\b(?:usa|u\.s\.a\.|united states)\.?$", re.IGNORECASE)
BOX = re.compile(
    r"\bp\s*\.?\s*[o0]\s*\.?\s*box\b"
    r"|\bp\.?o\.?b\.?\s*#?\d"
    r"|\bpost(?:al)?\s+(?:office\s+)?box\b"
    r"|\bp\.?m\.?b\.?\s*#?\s*\d"
    r"|\bgeneral\s+delivery\b"
    r"|^(?:box|caller|drawer|lock\s*box)\s*#?\s*\d"
    r"|\bapartado\s+(?:postal|\d)"
    r"|\b(?:psc|cmr)\s+\d"
    r"|\b(?:apo|fpo|dpo),?\s+a[aep]\b",
    re.IGNORECASE,
)
EDGES = " ,.\t\n"


@dataclass(frozen=True, slots=True)
class Address:
    """An address whose ZIP is known; `street` is its line ready to be compared with another's."""

    line: str
    street: str
    house: int
    zip: Zip


def tidy(text: str) -> str:
    """A typed text in plain signs: full-width letters, odd dashes and blanks, and invisible marks made ordinary."""
    plain = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS])
    kept = (c for c in plain if unicodedata.category(c) not in ("Cf", "Cc") or c.isspace())
    dashed = ("-" if unicodedata.category(c) == "Pd" else c for c in kept)
    return " ".join("".join(dashed).split())


def check_door(text: str) -> None:
    """Refuse a post-office box and the like: there is no door to drive to.

    Raises:
        NoDoor: a box, a private mailbox, general delivery, or military post.
    """
    if BOX.search(tidy(text)):
        raise NoDoor


def take_apart(text: str, near: Sequence[Point] = ()) -> Address | None:
    """Read an address; None when it names no ZIP and no town that exist.

    A town without a state ("Nashville", "500 Main St, Nashville") is the one of that name nearest to a point
    of `near`; without such points it is none.

    Raises:
        NoDoor: a box, a private mailbox, general delivery, or military post.
    """
    text = COUNTRY.sub("", tidy(text)).strip(EDGES)
    check_door(text)
    return _zip_alone(text) or _with_zip(text) or _with_state(text) or _with_town(text, near)


def street_key(line: str) -> str:
    """The name of a line's street, without house and unit, ready to be compared with another's."""
    return _street_and_house(line)[0]


def name_key(name: str) -> str:
    """The name of a neighborhood or landmark, ready to be compared: "12 South" keeps its number."""
    return _plain_words(tidy(name).lower())


def _zip_alone(text: str) -> Address | None:
    """Five or nine digits, however they are grouped: "37 206", "372061234"."""
    digits = re.sub(r"\D", "", text, flags=re.ASCII)
    if not BARE_ZIP.fullmatch(text) or len(digits) not in (5, 9):
        return None
    found = zip_of(digits[:5])
    return _address("", found) if found else None


def _with_zip(text: str) -> Address | None:
    """By the last five digits that are a ZIP: a house number may have five digits as well."""
    for match in reversed(list(ZIP.finditer(text))):
        found = zip_of(match[1])
        if found is not None:
            rest = f"{text[: match.start()]} {text[match.end() :]}".strip(EDGES)
            return _address(_without_town(rest, found), found)
    return None


def _with_state(text: str) -> Address | None:
    """By "..., town, state" without a ZIP: the ZIP nearest the middle of the town."""
    head, code = _state_at_end(text)
    if not code:
        return None
    return _by_longest_town(head, lambda town: zips_of_town(town, code))


def _with_town(text: str, near: Sequence[Point]) -> Address | None:
    """By "..., town" alone, where some place nearby says which of that name."""
    return _by_longest_town(text, lambda town: zips_of_town_near(town, tuple(near))) if near else None


def _state_at_end(text: str) -> tuple[str, str]:
    """The text before a state at its end, and the state's letters; empty letters without one."""
    for words in (3, 2, 1):
        parts = re.split(r"[\s,]+", text)
        if len(parts) <= words:
            continue
        code = STATES.get(" ".join(parts[-words:]).strip(EDGES).lower())
        if code:
            head = re.sub(rf"(?:[\s,]+[^\s,]+){{{words}}}$", "", text)
            return head.strip(EDGES), code
    return text, ""


def _by_longest_town(text: str, known: Callable[[str], list[Zip]]) -> Address | None:
    """Split at the last comma, else before the last three, two or one words, where a town begins."""
    line, comma, town = text.rpartition(",")
    if comma and (zips := known(town.strip(EDGES))):
        return _address(line.strip(EDGES), zips[0])
    if zips := known(text):
        return _address("", zips[0])
    words = text.split()
    for count in (3, 2, 1):
        line, town = " ".join(words[:-count]).strip(EDGES), " ".join(words[-count:])
        if house_of(line)[0] and (zips := known(town)):
            return _address(line, zips[0])
    return None


def _without_town(text: str, found: Zip) -> str:
    """The text before the town and state that the ZIP says anyway."""
    for ending in (found.state, STATE_NAMES[found.state], *found.towns):
        pattern = rf"(?:^|[\s,]+){re.escape(ending)}[\s,.]*$"
        text = re.sub(pattern, "", text, flags=re.IGNORECASE).strip(EDGES)
    return text


def _address(line: str, found: Zip) -> Address:
    street, house = _street_and_house(line)
    return Address(line, street, house, found)


def _street_and_house(line: str) -> tuple[str, int]:
    plain = UNIT.sub("", f" {line}").strip(EDGES).lower()
    house, street = house_of(plain)
    return _plain_words(street), house


def _plain_words(text: str) -> str:
    words = re.sub(r"[^\w\s]", " ", text).split()
    return " ".join(SHORT.get(word, word) for word in words)


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
    "circle": "cir",
    "terrace": "ter",
    "trail": "trl",
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
}
