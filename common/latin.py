# ruff: noqa: RUF001  # the signs that are mistaken for others are what this table is about
"""Names in the plain capitals and small letters that old formats hold: every Latin letter by its usual spelling. Pure.

A letter with an accent becomes the letter; one with a stroke, a hook or a dot of its own (ł, đ, ø) does by its Unicode
name; the rest stand in a short table. Nothing is guessed for other scripts: whoever needs plain letters asks for them.
"""

import re
import unicodedata
from functools import cache

SPELLED = {
    "ß": "ss", "ẞ": "SS", "þ": "th", "Þ": "TH", "ð": "d", "Ð": "D", "ŋ": "ng", "Ŋ": "NG", "ə": "e", "Ə": "E",
    "ı": "i", "ĸ": "k", "ſ": "s", "ʼ": "'", "ʻ": "'", "ʿ": "'", "ʾ": "'", "ˈ": "'",
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "`": "'", "´": "'", "“": "", "”": "", "„": "", '"': "",
    "−": "-", "·": "-", "…": "...", "№": "No.", "×": "x",
}  # fmt: skip
_NAMED = re.compile(r"LATIN (SMALL|CAPITAL) (?:LETTER|LIGATURE)(?: OPEN| REVERSED)? ([A-Z]{1,2})(?: WITH .+)?")


def plain_latin(text: str) -> str:
    """A text with each Latin letter, quotation mark and dash as ASCII; signs of other scripts stay as they are."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(plain_sign(sign) for sign in composed)


def is_latin(text: str) -> bool:
    """Whether a name can be written in ASCII letters, none of its letters lost."""
    plain = plain_latin(text)
    letters = [sign for sign in plain if sign.isalpha()]
    return any(sign.isascii() for sign in letters) and all(sign.isascii() for sign in letters)


@cache
def plain_sign(sign: str) -> str:
    """One sign as ASCII where it is Latin, a quotation mark or a dash; an accent that stands alone is left out."""
    if sign.isascii() or sign in SPELLED:
        return SPELLED.get(sign, sign)
    category = unicodedata.category(sign)
    if category in {"Pd", "Mn"}:
        return "-" if category == "Pd" else ""
    parts = unicodedata.normalize("NFKD", sign)
    if parts != sign:
        return "".join(plain_sign(part) for part in parts)
    found = _NAMED.fullmatch(unicodedata.name(sign, ""))
    if not found:
        return sign
    return found[2].lower() if found[1] == "SMALL" else found[2]
