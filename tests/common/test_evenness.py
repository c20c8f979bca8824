"""Two indexes of how evenly something is spread, held against figures worked out by hand."""

import pytest

from common.evenness import gini, jain


def test_all_alike_is_even() -> None:
    assert jain([3, 3, 3]) == pytest.approx(1)
    assert gini([3, 3, 3]) == pytest.approx(0)


def test_one_who_has_all_is_as_uneven_as_it_gets() -> None:
    assert jain([0, 0, 0, 8]) == pytest.approx(1 / 4)
    assert gini([0, 0, 0, 8]) == pytest.approx(3 / 4)


def test_one_two_and_three() -> None:
    assert jain([1, 2, 3]) == pytest.approx(36 / 42)
    assert gini([3, 1, 2]) == pytest.approx(2 / 9)


def test_nothing_is_spread_evenly() -> None:
    assert (jain([]), gini([]), jain([0, 0]), gini([0, 0])) == (1, 0, 1, 0)
