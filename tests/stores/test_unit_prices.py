"""Unit prices in words."""

from decimal import Decimal

import pytest

from stores.unit_prices import unit_price


@pytest.mark.parametrize(
    ("cents", "amount", "unit", "words"),
    [
        (399, "4", "lb", "$1.00 / lb"),
        (1099, "1", "lb", "$10.99 / lb"),
        (269, "7", "lb", "39¢ / lb"),
        (55, "10", "fl_oz", "5.5¢ / fl oz"),
        (199, "20", "oz", "10¢ / oz"),
        (540, "6", "ct", "90¢ each"),
        (540, "1", "ct", ""),
    ],
)
def test_a_unit_price_is_rounded_up_before_it_is_put_into_words(cents: int, amount: str, unit: str, words: str) -> None:
    assert unit_price(cents, Decimal(amount), unit) == words
