"""Money is exact: rounding once, splitting without a lost cent, and showing it as people read it."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.money import dollars, half_up, portion, price, round_up, split

AMOUNTS = st.integers(-(10**12), 10**12)
WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("rate", "quantity", "cents"),
    [
        (399, 2, 798),
        (399, Decimal("1.235"), 493),
        (100, Decimal("0.005"), 1),
        (100, Decimal("0.004"), 0),
        (-100, Decimal("0.005"), -1),
    ],
)
def test_a_price_is_rounded_half_up_once(rate: int, quantity: Decimal | int, cents: int) -> None:
    assert price(rate, quantity) == cents


@pytest.mark.parametrize(("amount", "bp", "cents"), [(1000, 925, 93), (1000, 10_000, 1000), (10, 500, 1), (9, 500, 0)])
def test_a_portion_is_rounded_half_up(amount: int, bp: int, cents: int) -> None:
    assert portion(amount, bp) == cents


@given(AMOUNTS, st.integers(0, 20_000))
def test_a_portion_is_never_half_a_cent_off(amount: int, bp: int) -> None:
    assert abs(Fraction(amount * bp, 10_000) - portion(amount, bp)) <= Fraction(1, 2)


@given(st.fractions())
def test_rounding_mirrors_at_zero_and_a_floor_never_pays_less(exact: Fraction) -> None:
    assert half_up(-exact) == -half_up(exact)
    assert 0 <= round_up(exact) - exact < 1


@given(AMOUNTS, WEIGHTS)
def test_a_split_loses_no_cent(amount: int, weights: list[int]) -> None:
    parts = split(amount, weights)

    assert sum(parts) == amount
    assert len(parts) == len(weights)


@given(AMOUNTS, WEIGHTS.filter(any))
def test_every_part_is_within_a_cent_of_its_exact_share(amount: int, weights: list[int]) -> None:
    for part, weight in zip(split(amount, weights), weights, strict=True):
        assert abs(part - Fraction(amount * weight, sum(weights))) < 1


@given(AMOUNTS, WEIGHTS)
def test_a_refund_of_everything_returns_every_part(amount: int, weights: list[int]) -> None:
    assert split(-amount, weights) == [-part for part in split(amount, weights)]


def test_cents_left_over_go_to_the_largest_remainders_then_the_earlier_parts() -> None:
    assert split(100, [1, 1, 1]) == [34, 33, 33]
    assert split(10, [1, 2, 3]) == [2, 3, 5]
    assert split(5, [0, 0]) == [3, 2]


@pytest.mark.parametrize("weights", [[], [1, -1]])
def test_a_split_needs_weights_of_zero_or_more(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        split(100, weights)


@pytest.mark.parametrize(
    ("cents", "shown"),
    [(995, "$9.95"), (0, "$0.00"), (5, "$0.05"), (123456, "$1,234.56"), (-230, "\N{MINUS SIGN}$2.30")],
)
def test_dollars_are_shown_as_people_read_them(cents: int, shown: str) -> None:
    assert dollars(cents) == shown
