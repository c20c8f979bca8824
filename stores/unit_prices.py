"""What a pound, an ounce or a piece costs, in words: pure. Never rounded in our favour: unit prices round up."""

from decimal import ROUND_CEILING, Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

UNITS = {"ct": "piece", "lb": "pound", "oz": "ounce", "fl_oz": "fluid ounce", "gal": "gallon", "sq_ft": "square foot"}
UNIT_NAMES = {
    "lb": "lb",
    "oz": "oz",
    "fl_oz": "fl oz",
    "gal": "gal",
    "sq_ft": "sq ft",
}


def sold_in(value: str) -> None:
    """A unit that unit prices can be worked out in."""
    if value not in UNITS:
        raise ValidationError("Choose a unit: %(units)s.", params={"units": ", ".join(UNITS)})


def unit_price(price_cents: int, unit_amount: Decimal, unit: str) -> str:
    """The price of one unit: "12¢ / oz", "5.5¢ / fl oz", "$1.99 / lb"; empty for a single piece."""
    if unit == "ct" and unit_amount <= 1:
        return ""
    cents = Decimal(price_cents) / unit_amount
    if unit == "ct":
        return _("%(amount)s each") % {"amount": _amount(cents)}
    return f"{_amount(cents)} / {UNIT_NAMES.get(unit, unit)}"


def _amount(cents: Decimal) -> str:
    whole = int(cents.to_integral_value(ROUND_CEILING))
    if whole >= 100:
        return f"${whole // 100:,}.{whole % 100:02d}"
    tenth = cents.quantize(Decimal("0.1"), ROUND_CEILING)
    return f"{whole}¢" if tenth >= 10 else f"{tenth}¢"
