"""What a pound, an ounce or a piece costs, in words: pure. Never rounded in our favour: unit prices round up."""

from decimal import ROUND_CEILING, Decimal

from django.utils.translation import gettext as _

UNIT_NAMES = {
    "lb": "lb",
    "oz": "oz",
    "fl_oz": "fl oz",
    "gal": "gal",
    "sq_ft": "sq ft",
    "ct": "each",
}


def unit_price(price_cents: int, unit_amount: Decimal, unit: str) -> str:
    """The price of one unit: "12¢ / oz", "5.5¢ / fl oz", "$1.99 / lb"; empty for a single piece."""
    if unit == "ct" and unit_amount <= 1:
        return ""
    cents = Decimal(price_cents) / unit_amount
    return f"{_amount(cents)} / {_(UNIT_NAMES.get(unit, unit))}"


def package_size(unit_amount: Decimal, unit: str) -> str:
    """How much a piece holds: "16 oz", "12 ct"; empty for a single piece."""
    if unit == "ct" and unit_amount <= 1:
        return ""
    amount = f"{unit_amount.normalize():f}"
    return f"{amount} {'ct' if unit == 'ct' else UNIT_NAMES.get(unit, unit)}"


def _amount(cents: Decimal) -> str:
    if cents >= 100:
        whole = int(cents.to_integral_value(ROUND_CEILING))
        return f"${whole // 100:,}.{whole % 100:02d}"
    if cents >= 10:
        return f"{cents.to_integral_value(ROUND_CEILING)}¢"
    return f"{cents.quantize(Decimal('0.1'), ROUND_CEILING)}¢"
