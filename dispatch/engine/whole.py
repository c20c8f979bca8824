"""Solve a problem without cutting it, with the compiled search."""

from dispatch.engine.improve import Box, Solver
from dispatch.engine.plan import Plan
from dispatch.engine.prepare import prepare
from dispatch.engine.problem import Problem
from dispatch.engine.split import Effort
from dispatch.engine.unpack import plan_of


def first_plan(problem: Problem, *, seed: int) -> Plan:
    """Each delivery in turn where it costs least among all trips, batches included."""
    ready = prepare(problem)
    solver = Solver(problem, ready, seed=seed, all_trips=True)
    solver.first_plan()
    return plan_of(problem, ready, solver.trip_of, seed=seed, iterations=0)


def solve_whole(problem: Problem, effort: Effort, warm: Plan | None) -> Plan:
    """A first plan, made better for as long as the effort says."""
    box = Box(steps=effort.iterations, seconds=effort.seconds, started=effort.started)
    ready = prepare(problem)
    solver = Solver(problem, ready, seed=effort.seed)
    solver.first_plan(warm)
    done = solver.improve(box, effort.workers)
    return plan_of(problem, ready, solver.trip_of, seed=effort.seed, iterations=done)
