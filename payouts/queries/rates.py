"""A market's rates, as quotes use them."""

from payouts.models import PayScheme
from payouts.quote import PayPlan
from stores.models import Market


def plan_of(market: Market) -> PayPlan:
    """The rates of a market; those of a new one until it has its own."""
    scheme = getattr(market, "pay_scheme", None) or PayScheme(market=market)
    return PayPlan(
        base_cents=scheme.base_cents,
        extra_delivery_cents=scheme.extra_delivery_cents,
        minute_cents=scheme.minute_cents,
        mile_tenths=scheme.mile_tenths,
        free_grams=scheme.free_grams,
        kilogram_cents=scheme.kilogram_cents,
        free_units=scheme.free_units,
        unit_tenths=scheme.unit_tenths,
        flight_cents=scheme.flight_cents,
    )
