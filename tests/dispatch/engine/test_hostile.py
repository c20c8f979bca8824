"""Every kind of problem that `bench/hostile.py` sends by the thousand, a few of each; and what the bounds say."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from bench._bounds import flow, least_detour, most_served, optimum
from bench._bundles import all_bundles
from bench._method import plan_from
from bench._metros import metro
from bench.hostile import FEW_STEPS, KINDS, LONG, problem_of
from dispatch.engine.solve import solve
from dispatch.engine.validate import validate
from tests.dispatch.engine.uncompiled import answers


@pytest.mark.parametrize("kind", KINDS)
def test_no_plan_breaks_a_rule(kind: str) -> None:
    rng = np.random.default_rng(7)

    for _ in range(1 if kind == LONG else 8):
        problem = problem_of(KINDS[kind][0](rng), rng)
        for split_from in (None, 1):
            plan = solve(problem, seed=1, iterations=FEW_STEPS, split_from=split_from)
            assert validate(problem, plan) == []


def test_uncompiled_the_engine_answers_the_same_and_no_index_leaves_its_table() -> None:
    command = [sys.executable, "-W", "ignore", "-m", "tests.dispatch.engine.uncompiled"]
    without_compiler = {**os.environ, "NUMBA_DISABLE_JIT": "1"}  # then every index is checked

    done = subprocess.run(command, env=without_compiler, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == answers()


def test_bounds_and_optimum_agree_and_nobody_beats_them() -> None:
    instance = metro(24, 12, 3)
    problem, bundles = instance.problem(), all_bundles(instance)

    best = plan_from(problem, optimum(instance, 20))
    ours = solve(problem, seed=1, iterations=3_000)

    assert validate(problem, best) == []
    assert (ours.served, -ours.extra_s) <= (best.served, -best.extra_s)
    assert best.served <= most_served(bundles, instance) + 1e-6 <= flow(instance)[1] + 1e-6
    assert least_detour(bundles, instance, best.served) <= best.extra_s + 1e-6
