"""Every kind of problem that `bench/hostile.py` sends by the thousand, a few of each."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

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
