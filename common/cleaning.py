"""What people type or paste, cleaned once before anybody judges it. Pure: text in, text or a plain value out.

Two kinds of text. What people write (names, notes, streets) keeps its letters and loses only what nobody can see.
What is code (ZIP, card, bank and telephone numbers, amounts, e-mail) is brought into one spelling first: compatibility
forms, blanks and dashes of every kind. Afterwards judging can be strict, since only a person's meaning is left.
"""

import re
import unicodedata
from decimal import Decimal

import phonenumbers
from stdnum.us import rtn

# Drawn as nothing, though Unicode counts them among letters, marks or symbols: fillers, joiners, a blank of Braille.
UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
JOINERS = frozenset("\u200c\u200d")
PICTURE_FORM = "\ufe0f"
MINUS = "\u2212"
PHONE_LENGTH = 20
LONGEST_MAIL = 254
REGION = "US"

_PLAIN_WIDTH = {0xFEE0 + sign: sign for sign in range(0x21, 0x7F)}
_RUN_OF_BLANKS = re.compile(r" {2,}")
_EMPTY_LINES = re.compile(r"\n{3,}")
_ZIP = re.compile(r"(?:[A-Za-z]{2}[ ,.]*)?([0-9]{5})(?:[ -]*[0-9]{4})?")
_POINTED = re.compile(r"([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)?(?:\.([0-9]*))?")
_COMMAED = re.compile(r"([0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+)?,([0-9]+)")
_WHOLE = re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.0*)?")
_EXPIRY = re.compile(r"([0-9]{2}(?=/?[0-9])|[0-9](?=/))/?(?:20)?([0-9]{2})")
_DOLLARS = re.compile(r"^(?:US ?\$|\$|USD) *| *(?:US ?\$|\$|USD|dollars?|dólar(?:es)?)$", re.IGNORECASE)
_POUNDS = re.compile(r" *(?:lbs?|pounds?|libras?)\.?$", re.IGNORECASE)
_POSITION = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{0,20})?")
MOST_DIGITS = 18  # what any number of ours has at most


class NotUnderstood(ValueError):
    """What was typed is none of the kind asked for."""


def is_unseen(sign: str) -> bool:
    """Whether a sign takes no room or moves others about: controls, direction marks, fillers, private codes."""
    return sign in UNSEEN or unicodedata.category(sign) in {"Cc", "Cf", "Co", "Cs"} or "\ufe00" <= sign <= "\ufe0f"


def text(typed: str) -> str:
    """One line as its writer meant it: letters of every script stay; blanks of any kind become one."""
    return _RUN_OF_BLANKS.sub(" ", _seen(" ".join(typed.split()))).strip()


def place(typed: str) -> str:
    """An address or a part of one: full-width letters and digits plain; a half (½) stays a half."""
    return text(typed.translate(_PLAIN_WIDTH))


def lines(typed: str) -> str:
    """Several lines, each cleaned as one; never more than one empty line in a row."""
    kept = "\n".join(text(line) for line in typed.splitlines())
    return _EMPTY_LINES.sub("\n\n", kept).strip()


def code(typed: str) -> str:
    """Code in one spelling: full-width and other compatibility forms plain, one dash, one blank, nothing unseen.

    Digits of other scripts stay what they are, so that whoever judges refuses them.
    """
    plain = _seen(unicodedata.normalize("NFKC", " ".join(typed.split())))
    dashed = "".join("-" if sign == MINUS or unicodedata.category(sign) == "Pd" else sign for sign in plain)
    return " ".join(dashed.split())


def compact(typed: str) -> str:
    """Code without blanks and dashes, as it is kept: 4242-4242 4242 is 424242424242."""
    return code(typed).replace(" ", "").replace("-", "")


def plain(typed: str) -> str:
    """Code that a machine writes, such as a date or an id.

    Raises:
        NotUnderstood: signs beyond ASCII are left in it.
    """
    said = code(typed)
    if not said.isascii():
        raise NotUnderstood
    return said


def expiry(typed: str) -> str:
    """When a card runs out, as MM/YY: 4/29, 0429, 04 - 2029.

    Raises:
        NotUnderstood: no month and year.
    """
    found = _EXPIRY.fullmatch(code(typed).replace(" ", "").replace("-", "/"))
    if not found or not 1 <= int(found[1]) <= 12:
        raise NotUnderstood
    return f"{found[1]:0>2}/{found[2]}"


def slug(typed: str) -> str:
    """A short name for an address: blanks are dashes, letters small."""
    return code(typed).lower().replace(" ", "-")


def is_routing_number(text: str) -> bool:
    """Whether a text is the routing number of a US bank: nine digits with a right check digit."""
    return len(text) == 9 and text.isascii() and rtn.is_valid(text) and text != "000000000"


def zip_code(typed: str) -> str:
    """The five digits of a ZIP code, out of ZIP+4 and "TN 37206" as well; nothing is added in front.

    Raises:
        NotUnderstood: no ZIP code.
    """
    said = code(typed)
    found = _ZIP.fullmatch(said) or _ZIP.fullmatch(said.replace(" ", ""))
    if not found:
        raise NotUnderstood
    return found[1]


def whole(typed: str) -> int:
    """A whole number in plain digits; 1,000 is a thousand and 5.0 is five.

    Raises:
        NotUnderstood: anything else, such as 1e2, 1_0, -0 or the digits of another script.
    """
    said = code(typed)
    if not _WHOLE.fullmatch(said) or len(said) > MOST_DIGITS:
        raise NotUnderstood
    found = int(said.split(".")[0].replace(",", ""))
    if found == 0 and said.startswith("-"):
        raise NotUnderstood
    return found


def number(typed: str, *, comma: bool = False, thousands: bool = True) -> Decimal:
    """A number that is not below zero, with a point; a comma where its meaning is plain.

    `comma`: the reader's language writes 1,235 for one and a bit. Without it a comma is a decimal sign only before one
    or two last digits (a keyboard that has no point), else it parts thousands, if there are `thousands`.

    Raises:
        NotUnderstood: anything else, such as 1e2, 1_0, -0, NaN or the digits of another script.
    """
    said = code(typed)
    if len(said) > MOST_DIGITS:
        raise NotUnderstood
    found = _COMMAED.fullmatch(said)
    if found and (len(found[2]) < 3 or comma):
        return Decimal(f"{(found[1] or '0').replace('.', '')}.{found[2]}")
    found = _POINTED.fullmatch(said)
    if not found or not (found[1] or found[2]) or ("," in said and not thousands):
        raise NotUnderstood
    return Decimal(f"{(found[1] or '0').replace(',', '')}.{found[2] or '0'}")


def money(typed: str, *, comma: bool = False) -> Decimal:
    """Dollars as typed, with or without a dollar sign; never more than two places.

    A bare 1,000 is a thousand where the point is the decimal sign; elsewhere it may mean two sums and is none.

    Raises:
        NotUnderstood: no amount.
    """
    found = number(_DOLLARS.sub("", code(typed)), comma=comma)
    if int(found.as_tuple().exponent) < -2:
        raise NotUnderstood
    return found.quantize(Decimal("0.01"))


def pounds(typed: str, *, comma: bool = False) -> Decimal:
    """A weight in pounds as a scale shows it, with or without "lb".

    Raises:
        NotUnderstood: no weight.
    """
    return number(_POUNDS.sub("", code(typed)), comma=comma, thousands=False)


def position(typed: str) -> float:
    """One coordinate in degrees.

    Raises:
        NotUnderstood: no plain decimal number.
    """
    said = code(typed)
    if not _POSITION.fullmatch(said) or (said.startswith("-") and not float(said)):
        raise NotUnderstood
    return float(said)


def phone(typed: str) -> str:
    """A telephone number as E.164, with " x204" behind it where it has an extension; without a country, American.

    Raises:
        NotUnderstood: no number that can be called.
    """
    said = code(typed)
    try:
        found = phonenumbers.parse(said, REGION)
    except phonenumbers.NumberParseException:
        raise NotUnderstood from None
    if not said.isascii():  # the library reads digits of every script, and nothing else here does
        raise NotUnderstood
    kept = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    kept += f" x{found.extension}" if found.extension else ""
    if not phonenumbers.is_valid_number(found) or len(kept) > PHONE_LENGTH:
        raise NotUnderstood
    return kept


def phone_shown(kept: str) -> str:
    """A kept number as Americans read it, (615) 555-0143 ext. 204; what is no number stays as it is."""
    try:
        found = phonenumbers.parse(kept, REGION)
    except phonenumbers.NumberParseException:
        return kept
    at_home = found.country_code == phonenumbers.country_code_for_region(REGION)
    shape = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(found, shape)


def mail(typed: str) -> str:
    """An e-mail address in one spelling; a domain in letters of its own becomes the form that mail servers use.

    So two addresses that look alike stay two addresses, and nothing that cannot be seen makes a third.

    Raises:
        NotUnderstood: longer than any address, a number instead of a domain, or a domain without a point.
    """
    said = code(typed)
    box, at, domain = said.rpartition("@")
    if not at:
        return said
    if "." not in domain or "[" in domain or not box.isascii():  # a dotless \u0131 is no i, whatever a pattern says
        raise NotUnderstood
    try:
        found = f"{box}@{domain if domain.isascii() else domain.encode('idna').decode()}"
    except UnicodeError:
        raise NotUnderstood from None
    if len(found) > LONGEST_MAIL:
        raise NotUnderstood
    return found


def _seen(typed: str) -> str:
    """A text without what nobody sees, composed; joiners stay where they shape letters or pictures around them."""
    if typed.isascii() and typed.isprintable():
        return typed
    return unicodedata.normalize("NFC", "".join(_kept(typed, at) for at in range(len(typed))))


def _kept(typed: str, at: int) -> str:
    sign = typed[at]
    if " " <= sign < "\x7f":
        return sign
    if sign in JOINERS or sign == PICTURE_FORM:
        before = typed[at - 1 : at]
        after = typed[at + 1 : at + 2] or ("x" if sign in JOINERS else "\u2600")
        return sign if _shapes(before, sign) and not after.isascii() else ""
    if is_unseen(sign):
        return ""
    return " " if unicodedata.category(sign) in {"Zs", "Zl", "Zp"} else sign


def _shapes(before: str, sign: str) -> bool:
    """Whether a joiner behind a sign changes what is seen: in Persian and Indic words, in emoji, not in Latin."""
    if not before or before.isascii():
        return False
    category = unicodedata.category(before)
    if sign == PICTURE_FORM:
        return category == "So"
    return category in {"So", "Sk", "Mn", "Mc"} or before == PICTURE_FORM or category == "Lo"
