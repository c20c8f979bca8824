"""Trips that are used only for what no other trip takes, such as staff vans."""

from dataclasses import replace

import numpy as np

from dispatch.engine.plan import Plan
from dispatch.engine.problem import NONE, Problem
from dispatch.engine.split import Effort, Whole
from dispatch.engine.subproblem import carry_in, exchanged, part_of

SHARE = 0.9  # of the effort goes to the trips that come first


def with_last_resort(problem: Problem, effort: Effort, solve_all: Whole, warm: Plan | None) -> Plan:
    """Plan the trips without a fixed cost as if there were no others; then the others for what these leave.

    No delivery that the first can take goes to the second, whatever detour that saves.
    """
    n, m = len(problem.deliveries), len(problem.trips)
    is_last = problem.trips.fixed_cost > 0
    own = np.where((problem.deliveries.trip >= 0) & (problem.deliveries.trip < m), problem.deliveries.trip, NONE)
    bound_to_last = (own != NONE) & is_last[own]
    earlier = warm or Plan((), (), (), ())
    first = part_of(problem, np.flatnonzero(~bound_to_last), np.flatnonzero(~is_last))
    found = solve_all(first.problem, _part_of_effort(effort, seconds=SHARE, steps=SHARE), carry_in(earlier, first))
    nothing = Plan((), tuple(np.flatnonzero(bound_to_last).tolist()), (), tuple(np.flatnonzero(is_last).tolist()))
    plan = exchanged(nothing, first, found)
    left = np.union1d(np.array(plan.unserved, np.int64), np.flatnonzero(bound_to_last))
    second = part_of(problem, left[left < n], np.flatnonzero(is_last))
    added = solve_all(second.problem, _part_of_effort(effort, seconds=1.0, steps=1 - SHARE), carry_in(earlier, second))
    return replace(exchanged(plan, second, added), iterations=found.iterations + added.iterations, seed=effort.seed)


def _part_of_effort(effort: Effort, *, seconds: float, steps: float) -> Effort:
    """A part of an effort that ends after a share of its seconds, and takes a share of its steps."""
    return replace(
        effort,
        seconds=None if effort.seconds is None else effort.seconds * seconds,
        iterations=None if effort.iterations is None else max(1, round(effort.iterations * steps)),
    )
