"""Small problems of every hostile kind, solved by whatever runs this: the compiled engine or its bare source."""

import json

import numpy as np

from bench.hostile import KINDS, LONG, problem_of
from dispatch.engine.solve import solve

STEPS = 30


def answers() -> dict[str, list[list[int]]]:
    """What is served and how far around, uncut and in parts, by kind of problem."""
    found: dict[str, list[list[int]]] = {}
    for kind, (make, _) in KINDS.items():
        if kind == LONG:  # minutes without the compiler
            continue
        rng = np.random.default_rng(11)
        problems = [problem_of(make(rng), rng) for _ in range(2)]
        plans = [solve(p, seed=1, iterations=STEPS, split_from=cut) for p in problems for cut in (None, 1)]
        found[kind] = [[plan.served, plan.extra_s, len(plan.unserved), len(plan.invalid)] for plan in plans]
    return found


if __name__ == "__main__":
    print(json.dumps(answers()))  # noqa: T201  # read by the test
