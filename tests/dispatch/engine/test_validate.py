"""The validator: it catches every way a plan can be spoiled."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from dispatch.engine.plan import Plan
from dispatch.engine.problem import Deliveries, Problem, Trips
from dispatch.engine.solve import solve
from dispatch.engine.validate import validate
from tests.dispatch.engine.worlds import delivery, km, on_plane, trip


def good() -> tuple[Problem, Plan]:
    """Two deliveries in one trip, and a run under way with one more of its own."""
    problem = on_plane(
        [
            delivery(km(2), km(6), units=2, grams=900, heaviest_grams=900),
            delivery(km(3), km(8)),
            delivery(km(1, 30), km(4, 30), trip=1),
        ],
        [trip(km(0), km(10), units=3, grams=2_000, leave_by_s=60), trip(km(0, 30), km(9, 30), stops=((2, True),))],
    )
    plan = solve(problem, seed=1, iterations=50)
    assert sorted(plan.trips[0].deliveries) == [0, 1]
    assert validate(problem, plan) == []
    return problem, plan


def codes(problem: Problem, plan: Plan) -> set[str]:
    return {violation.code for violation in validate(problem, plan)}


def with_trip(plan: Plan, **changes: object) -> Plan:
    return replace(plan, trips=(replace(plan.trips[0], **changes), *plan.trips[1:]))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "spoil"),
    [
        ("not_once", lambda plan: replace(plan, trips=plan.trips[1:])),
        ("not_once", lambda plan: replace(plan, unserved=(0,))),
        ("no_such_delivery", lambda plan: replace(plan, unserved=(77,))),
        ("no_such_trip", lambda plan: with_trip(plan, trip=9)),
        ("trip_twice", lambda plan: replace(plan, trips=(plan.trips[0], *plan.trips))),
        ("stop_twice", lambda plan: with_trip(plan, stops=(*plan.trips[0].stops, plan.trips[0].stops[0]))),
        ("drop_before_pickup", lambda plan: with_trip(plan, stops=plan.trips[0].stops[::-1])),
        ("drop_before_pickup", lambda plan: with_trip(plan, stops=plan.trips[0].stops[:3])),
        ("wrong_deliveries", lambda plan: with_trip(plan, deliveries=(0,))),
        ("wrong_detour", lambda plan: with_trip(plan, added_s=plan.trips[0].added_s - 1)),
        ("wrong_detour", lambda plan: with_trip(plan, extra_m=plan.trips[0].extra_m + 1)),
        ("wrong_times", lambda plan: with_trip(plan, finish_s=plan.trips[0].finish_s - 1)),
        ("leaves_outside_window", lambda plan: with_trip(plan, depart_s=-10)),
        ("leaves_outside_window", lambda plan: with_trip(plan, depart_s=61)),
        ("committed_moved", lambda plan: replace(plan, trips=(plan.trips[0], replace(plan.trips[1], stops=())))),
        ("committed_moved", lambda plan: replace(plan, unserved=(2,))),
        (
            "no_such_delivery",
            lambda plan: with_trip(plan, stops=(replace(plan.trips[0].stops[0], delivery=50),)),
        ),
    ],
)
def test_a_spoiled_plan_is_caught(code: str, spoil: Callable[[Plan], Plan]) -> None:
    problem, plan = good()

    assert code in codes(problem, spoil(plan))


@pytest.mark.parametrize(
    ("code", "column", "value"),
    [
        ("too_late", "due_s", 500),
        ("store_closed", "pick_by_s", 150),
        ("refused_need", "needs", 1),
        ("item_too_heavy", "heaviest_grams", 5_000),
        ("no_capacity", "units", 3),
        ("too_heavy", "grams", 2_001),
        ("cold_chain", "ride_s", 100),
        ("store_excluded", "store", 9),
    ],
)
def test_a_delivery_that_changed_under_the_plan_is_caught(code: str, column: str, value: int) -> None:
    problem, plan = good()
    problem = Problem(problem.deliveries, strict_trip(problem.trips), problem.travel)
    assert validate(problem, plan) == []

    columns = {name: getattr(problem.deliveries, name).copy() for name in Deliveries.__dataclass_fields__}
    columns[column][:2] = value

    assert reason(code) in codes(Problem(Deliveries(**columns), problem.trips, problem.travel), plan)


@pytest.mark.parametrize(
    ("code", "column", "value"),
    [
        ("arrives_after_latest", "latest_s", 999),
        ("too_long_seconds", "extra_s", -1),
        ("too_far_metres", "extra_m", -1),
        ("route_too_far", "route_m", 9_999),
        ("too_many_orders", "max_orders", 1),
        ("leaves_outside_window", "leave_by_s", -1),
    ],
)
def test_a_trip_that_changed_under_the_plan_is_caught(code: str, column: str, value: int) -> None:
    problem, plan = good()

    columns = {name: getattr(problem.trips, name).copy() for name in Trips.__dataclass_fields__}
    columns[column][0] = value

    assert code in codes(Problem(problem.deliveries, Trips(**columns), problem.travel), plan)


def test_a_delivery_the_driver_declined_is_caught() -> None:
    problem, plan = good()

    columns = {name: getattr(problem.trips, name) for name in Trips.__dataclass_fields__}
    columns["barred_deliveries"] = [[0, 1]]

    assert "declined" in codes(Problem(problem.deliveries, Trips(**columns), problem.travel), plan)


def strict_trip(trips: Trips) -> Trips:
    """The same trips; the first refuses alcohol, heavy items, store 9, and has no cold box."""
    columns = {name: getattr(trips, name).copy() for name in Trips.__dataclass_fields__}
    columns["refuses"][0] = 9
    columns["item_grams"][0] = 1_000
    columns["barred_stores"] = [[0, 9]]
    return Trips(**columns)


def reason(code: str) -> str:
    """A refused need is named by what is refused."""
    return "no_alcohol" if code == "refused_need" else code
