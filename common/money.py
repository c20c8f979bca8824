"""Whole cents: the only place where weights, rates and shares meet money.

A rounding happens once per line, half up (away from zero at exactly half a cent), in integers or
`Decimal`, never in floats. What is divided is divided by largest remainder, so no cent is lost.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

BASIS_POINTS = 10_000


def price(rate_cents: int, quantity: Decimal | int) -> int:
    """Cents for a quantity at a rate per unit, rounded half up once: 399 a pound x 1.235 -> 493."""
    exact = Decimal(rate_cents) * Decimal(quantity)
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def portion(amount_cents: int, bp: int) -> int:
    """Share of an amount in basis points, rounded half up: 9.25 % of $10.00 -> 93 cents."""
    return half_up(Fraction(amount_cents * bp, BASIS_POINTS))


def half_up(exact: Fraction) -> int:
    """Whole cents nearest to an exact amount; half a cent goes away from zero."""
    magnitude = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return magnitude if exact >= 0 else -magnitude


def round_up(exact: Fraction) -> int:
    """Whole cents at or above an exact amount: for floors that the law sets, where half up could pay too little."""
    return -(-exact.numerator // exact.denominator)


def split(amount_cents: int, weights: Sequence[int]) -> list[int]:
    """Divide an amount by weights so that the parts add up to it to the cent.

    Each part gets the whole cents of its exact share; the cents left go to the largest remainders,
    earlier parts first. Weights that are all zero divide evenly. A negative amount (a refund) is
    divided as its positive twin, so that a refund of everything returns every part exactly.

    Raises:
        ValueError: no weights, or one below zero.
    """
    if not weights or min(weights) < 0:
        raise ValueError("an amount is split over one or more weights, none below zero")
    if amount_cents < 0:
        return [-part for part in split(-amount_cents, weights)]
    shares = list(weights) if any(weights) else [1] * len(weights)
    total = sum(shares)
    parts = [amount_cents * share // total for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda i: -(amount_cents * shares[i] % total))
    for i in by_remainder[: amount_cents - sum(parts)]:
        parts[i] += 1
    return parts


MINUS = "\N{MINUS SIGN}"


def dollars(cents: int) -> str:
    """An amount as people read it, on pages and papers alike: 995 -> "$9.95", -123456 -> "\N{MINUS SIGN}$1,234.56"."""
    sign = MINUS if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    return f"{sign}${whole:,}.{rest:02d}"
