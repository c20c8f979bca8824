"""Test cards of the built-in gateway: the number decides what happens.

The numbers are Stripe's published test cards wherever it has one for the purpose
(https://docs.stripe.com/testing), so that the same journey can be tried on both gateways. Those that
begin 4000 0000 0000 70 are our own. Any other number is refused: nobody should type a real card
into a demonstration.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_noop
from stdnum import luhn


class Behaviour(StrEnum):
    """What a test card does."""

    PAYS = "pays"
    CHALLENGED = "challenged"  # 3-D Secure first, then it pays
    CHALLENGED_THEN_POOR = "challenged_then_poor"
    CAPTURE_FAILS = "capture_fails"
    SLOW = "slow"
    ANSWER_LOST = "answer_lost"  # the work is done, the first answer does not arrive
    REPORTED_TWICE = "reported_twice"  # every webhook comes twice
    DECLINED = "card_declined"
    POOR = "insufficient_funds"
    LOST = "lost_card"
    STOLEN = "stolen_card"
    EXPIRED = "expired_card"
    WRONG_CODE = "incorrect_cvc"
    BROKEN = "processing_error"


DECLINES: Mapping[str, str] = {
    Behaviour.DECLINED: gettext_noop("The card was declined. Try another card."),
    Behaviour.POOR: gettext_noop("Insufficient funds. Try another card."),
    Behaviour.LOST: gettext_noop("The card was declined. Try another card."),
    Behaviour.STOLEN: gettext_noop("The card was declined. Try another card."),
    Behaviour.EXPIRED: gettext_noop("The card has expired."),
    Behaviour.WRONG_CODE: gettext_noop("The security code is not right."),
    Behaviour.BROKEN: gettext_noop("The bank could not process the card. Try again in a moment."),
}

TEST_CARDS: Mapping[str, Behaviour] = {
    "4242424242424242": Behaviour.PAYS,
    "5555555555554444": Behaviour.PAYS,
    "378282246310005": Behaviour.PAYS,
    "6011111111111117": Behaviour.PAYS,
    "4000000000000002": Behaviour.DECLINED,
    "4000000000000341": Behaviour.DECLINED,
    "4000000000009995": Behaviour.POOR,
    "4000000000009987": Behaviour.LOST,
    "4000000000009979": Behaviour.STOLEN,
    "4000000000000069": Behaviour.EXPIRED,
    "4000000000000127": Behaviour.WRONG_CODE,
    "4000000000000119": Behaviour.BROKEN,
    "4000002500003155": Behaviour.CHALLENGED,
    "4000002760003184": Behaviour.CHALLENGED,
    "4000008260003178": Behaviour.CHALLENGED_THEN_POOR,
    "4000000000007015": Behaviour.CAPTURE_FAILS,
    "4000000000007023": Behaviour.SLOW,
    "4000000000007031": Behaviour.ANSWER_LOST,
    "4000000000007049": Behaviour.REPORTED_TWICE,
}


@dataclass(frozen=True, slots=True)
class Brand:
    """A card scheme: what its numbers begin with, their length and that of the security code."""

    name: str
    prefixes: tuple[str, ...]
    digits: int
    code_digits: int


BRANDS = (
    Brand("amex", ("34", "37"), 15, 4),
    Brand("visa", ("4",), 16, 3),
    Brand("mastercard", ("51", "52", "53", "54", "55"), 16, 3),
    Brand("discover", ("6011", "65"), 16, 3),
)


def brand_of(number: str) -> Brand | None:
    """Scheme of a card number, or None when it is none that we take or has a wrong digit."""
    if not (number.isascii() and luhn.is_valid(number)):
        return None
    fitting = (brand for brand in BRANDS if number.startswith(brand.prefixes) and len(number) == brand.digits)
    return next(fitting, None)
