"""A search in rounds, each from the best so far, so that more time never serves fewer.

One long annealing ends where its luck leads, now and then below a shorter one. Where a round ends depends on the size
of the problem and not on how long the whole may take: a longer search does first what a shorter one does.
"""

from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter

from dispatch.engine.plan import Plan
from dispatch.engine.problem import Problem
from dispatch.engine.split import Effort, Whole

FIRST_SECONDS, FIRST_STEPS = 1.0, 40_000  # of the first round, for a problem of up to so many deliveries:
SIZE = 2_000
GROWTH = 5  # each round ends so many times as late as the one before


def best_of_rounds(problem: Problem, effort: Effort, warm: Plan | None, solve_round: Whole) -> Plan:
    """Search round by round; a round's plan is kept where it is no worse than the best before it."""
    plan, done = None, 0
    for one in rounds(effort, len(problem.deliveries)):
        found = solve_round(problem, one, plan or warm)
        done += found.iterations
        if plan is None or worth(problem, found) >= worth(problem, plan):
            plan = found
    assert plan is not None
    return replace(plan, iterations=done, seed=effort.seed)


def rounds(effort: Effort, size: int) -> Iterator[Effort]:
    """The effort of each round, asked for when it begins: the clock goes on meanwhile."""
    whole = effort.seconds if effort.seconds is not None else effort.iterations or 0
    first = (FIRST_SECONDS if effort.seconds is not None else FIRST_STEPS) * max(1.0, size / SIZE)
    number, since = 0, 0
    while True:
        until = min(whole, first * GROWTH**number)
        one = replace(effort, seed=effort.seed + number)
        if effort.seconds is not None:
            began = perf_counter() if number else effort.started
            one = replace(one, started=began, seconds=max(0.0, effort.started + until - began))
        elif effort.iterations is not None:
            one, since = replace(one, iterations=int(until) - since), int(until)
        yield one
        if until >= whole:
            return
        number += 1


def worth(problem: Problem, plan: Plan) -> tuple[int, int, int]:
    """A plan by the objective: the urgency it serves, how many deliveries, and the less detour the better."""
    served = [i for trip in plan.trips for i in trip.deliveries]
    return int(problem.deliveries.urgency[served].sum()), len(served), -plan.extra_s
