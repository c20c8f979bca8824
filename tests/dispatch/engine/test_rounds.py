"""More time never serves fewer: a longer search holds what a shorter one finds."""

from itertools import pairwise

import pytest

from dispatch.engine import rounds
from dispatch.engine.rounds import worth
from dispatch.engine.solve import solve
from dispatch.engine.split import Effort
from dispatch.engine.validate import validate
from tests.dispatch.engine.worlds import metro


@pytest.mark.parametrize("seed", range(12))
def test_more_steps_never_serve_fewer(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "FIRST_STEPS", 300)
    problem = metro(60, 25, seed=seed)

    plans = [solve(problem, seed=seed, iterations=steps) for steps in (300, 1_500, 7_500)]

    assert [plan.iterations for plan in plans] == [300, 1_500, 7_500]
    assert all(worth(problem, more) >= worth(problem, less) for less, more in pairwise(plans))
    assert not validate(problem, plans[-1])


def test_rounds_end_where_a_shorter_search_ends_whatever_the_whole_may_take() -> None:
    effort = Effort(seed=3, seconds=None, iterations=3 * rounds.FIRST_STEPS, workers=1, started=0.0)

    steps = [one.iterations for one in rounds.rounds(effort, size=100)]

    assert steps == [rounds.FIRST_STEPS, 2 * rounds.FIRST_STEPS]


def test_a_large_problem_has_a_longer_first_round() -> None:
    effort = Effort(seed=3, seconds=None, iterations=5 * rounds.FIRST_STEPS, workers=1, started=0.0)

    assert len(list(rounds.rounds(effort, size=5 * rounds.SIZE))) == 1
