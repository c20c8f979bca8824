"""Asking the engine, with care: what it answers is checked by another hand, and one bad row spoils no other. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import structlog

from dispatch.engine.build import DeliveryRow, TripRow
from dispatch.engine.plan import Plan, TripPlan
from dispatch.engine.problem import NONE, Problem
from dispatch.engine.solve import solve
from dispatch.engine.validate import Violation, validate

Build = Callable[[Sequence[DeliveryRow], Sequence[TripRow]], Problem]
Solve = Callable[..., Plan]
SECONDS_A_DELIVERY = 0.0025  # so 2,000 deliveries are searched for five seconds
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to: the problem, the part of the plan that stands, the broken rules, what failed."""

    problem: Problem
    plan: Plan
    trips: tuple[TripPlan, ...]
    violations: tuple[Violation, ...] = ()
    failed: frozenset[int] = field(default_factory=frozenset)


def box_seconds(deliveries: int, *, least: float, most: float) -> float:
    """How long to search a market: as its size asks for, between what a small and the largest one are given."""
    return max(least, min(most, SECONDS_A_DELIVERY * deliveries))


def search(
    problem: Problem, *, seed: int, seconds: float | None, warm: Plan | None = None, solver: Solve = solve
) -> Found:
    """Solve a problem, from an earlier plan if there is one, and keep of the plan what the validator lets stand.

    Whole routes are dropped, never repaired: their deliveries are in `failed` and wait for the next cycle. A breach
    that names no trip leaves nothing standing.
    """
    plan = solver(problem, seed=seed, seconds=seconds, warm=warm)
    violations = tuple(validate(problem, plan))
    broken = {found.trip for found in violations}
    standing = () if NONE in broken else tuple(trip for trip in plan.trips if trip.trip not in broken)
    dropped = plan.trips if NONE in broken else [trip for trip in plan.trips if trip.trip in broken]
    failed = {delivery for trip in dropped for delivery in trip.deliveries} | set(plan.invalid)
    return Found(problem, plan, tuple(trip for trip in standing if trip.deliveries), violations, frozenset(failed))


def poison_in(
    problem_of: Build, rows: Sequence[DeliveryRow], trips: Sequence[TripRow], *, solver: Solve = solve
) -> set[int]:
    """Find the deliveries that make the search itself fail, by halves: a few searches per culprit.

    Nobody is to blame when every half can be solved alone, nor when no row at all can: then it is the trips, or us.
    """
    culprits: set[int] = set()
    if not _can_solve(problem_of, [], trips, solver):
        return culprits
    groups = [list(range(len(rows)))]
    while groups:
        group = groups.pop()
        if not group or _can_solve(problem_of, [rows[i] for i in group], trips, solver):
            continue
        if len(group) == 1:
            culprits.add(group[0])
            continue
        middle = len(group) // 2
        groups += [group[:middle], group[middle:]]
    return culprits if len(culprits) < max(2, len(rows)) else set()


def _can_solve(problem_of: Build, rows: Sequence[DeliveryRow], trips: Sequence[TripRow], solver: Solve) -> bool:
    try:
        solver(problem_of(rows, trips), seed=0, seconds=None)
    except Exception as trouble:  # noqa: BLE001  # whatever it is, it must be pinned on a row
        log.warning("search_failed", deliveries=len(rows), trouble=repr(trouble))
        return False
    return True


def without(rows: Sequence[DeliveryRow], culprits: set[int]) -> list[DeliveryRow]:
    """The rows with the culprits made unusable in place, so that every index stays what it was."""
    nowhere = replace(rows[0].pickup, lat=float("nan")) if rows else None
    return [replace(row, pickup=nowhere) if i in culprits and nowhere else row for i, row in enumerate(rows)]
