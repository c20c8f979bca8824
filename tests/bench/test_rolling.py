"""The evening of `bench/rolling.py`, which stops at the first late door or broken budget."""

import pytest

from bench._evening import evening
from bench.rolling import method_of, roll


@pytest.mark.parametrize("adds_on", [False, True], ids=["routes fixed at departure", "runs take more"])
def test_an_evening_keeps_every_promise_and_is_the_same_again(adds_on: bool) -> None:
    first, again = (roll(evening(40, 20, seed=1, adds_on=adds_on), method_of("homeward:50i")) for _ in range(2))

    assert 0 < int(str(first["served"])) <= 40
    assert (first["served"], first["detour_s"]) == (again["served"], again["detour_s"])


def test_runs_under_way_take_what_comes_up_later() -> None:
    fixed, open_to_more = (
        roll(evening(60, 24, seed=2, adds_on=adds_on), method_of("arrival")) for adds_on in (False, True)
    )

    assert int(str(open_to_more["served"])) > int(str(fixed["served"]))
