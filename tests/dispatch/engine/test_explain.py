"""Why this driver, and why not that one."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.engine.explain import Consideration, Reason, explain
from dispatch.engine.problem import Need
from dispatch.engine.solve import solve
from dispatch.engine.words import ONLY, SENTENCES, sentence
from tests.dispatch.engine.worlds import delivery, km, metro, on_plane, trip


@pytest.mark.parametrize(
    ("row", "car", "expected"),
    [
        ({}, {}, Reason.FITS),
        ({"pickup": km(2, 4)}, {"extra_s": 100}, Reason.TOO_LONG_SECONDS),
        ({"pickup": km(2, 4)}, {"extra_m": 100}, Reason.TOO_FAR_METRES),
        ({}, {"route_m": 9_000}, Reason.ROUTE_TOO_FAR),
        ({"due_s": 400}, {}, Reason.TOO_LATE),
        ({"pick_by_s": 150}, {}, Reason.STORE_CLOSED),
        ({}, {"latest_s": 900}, Reason.ARRIVES_AFTER_LATEST),
        ({}, {"leave_by_s": -5}, Reason.LEFT_ALREADY),
        ({"units": 9}, {"units": 8}, Reason.NO_CAPACITY),
        ({"grams": 50_000}, {"grams": 40_000}, Reason.TOO_HEAVY),
        ({"heaviest_grams": 50_000}, {"item_grams": 40_000}, Reason.ITEM_TOO_HEAVY),
        ({"needs": Need.COLD_BOX}, {"refuses": Need.COLD_BOX}, Reason.NO_COLD_BOX),
        ({"needs": Need.ALCOHOL}, {"refuses": Need.ALCOHOL}, Reason.NO_ALCOHOL),
        ({"ride_s": 200}, {"refuses": Need.COLD_BOX}, Reason.COLD_CHAIN),
        ({}, {"excluded_stores": (1,)}, Reason.STORE_EXCLUDED),
        ({}, {"excluded_deliveries": (0,)}, Reason.DECLINED),
        ({}, {"max_orders": 0}, Reason.TOO_MANY_ORDERS),
    ],
)
def test_the_binding_reason_is_named(row: dict[str, Any], car: dict[str, Any], expected: Reason) -> None:
    problem = on_plane([delivery(**{"pickup": km(2), "dropoff": km(5), **row})], [trip(km(0), km(10), **car)])
    plan = solve(on_plane([], [trip(km(0), km(10), **car)]), seed=1)

    rows = explain(problem, plan, 0)

    assert [r.reason for r in rows] == [expected]


def test_the_chosen_trip_comes_first_and_then_the_others_it_fits() -> None:
    problem = on_plane([delivery(km(2), km(5))], [trip(km(0, 3), km(10, 3)), trip(km(0), km(10)), trip(km(90), km(99))])
    plan = solve(problem, seed=1, iterations=50)

    rows = explain(problem, plan, 0)

    assert [(r.trip, r.reason) for r in rows] == [
        (1, Reason.CHOSEN),
        (0, Reason.CLOSER_TRIP),
        (2, Reason.TOO_LONG_SECONDS),
    ]
    assert rows[0].added_s == 0
    assert rows[2].over > 3_600


def test_a_place_taken_by_another_delivery_is_named() -> None:
    near, aside = delivery(km(2), km(5)), delivery(km(2, 1), km(5, 1))
    problem = on_plane([near, aside], [trip(km(0), km(10), max_orders=1)])
    plan = solve(problem, seed=1, iterations=50)

    assert plan.trips[0].deliveries == (0,)
    assert explain(problem, plan, 1)[0].reason == Reason.OTHER_DELIVERY


def test_an_unusable_delivery_has_nothing_to_explain() -> None:
    problem = on_plane([delivery(km(2), km(5), units=-1)], [trip(km(0), km(10))])

    assert explain(problem, solve(problem, seed=1, iterations=5), 0) == []
    assert explain(problem, solve(problem, seed=1, iterations=5), 44) == []


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1_000))
def test_what_is_served_is_explained_by_the_trip_that_has_it(seed: int) -> None:
    problem = metro(15, 8, seed)
    plan = solve(problem, seed=1, iterations=100)

    for trip_plan in plan.trips:
        for row in trip_plan.deliveries:
            first = explain(problem, plan, row)[0]
            assert (first.trip, first.reason) == (trip_plan.trip, Reason.CHOSEN)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_is_one_sentence_in_both_languages(reason: Reason) -> None:
    row = Consideration(trip=0, reason=reason, added_s=430, added_m=3_700, over=200)

    english, spanish = sentence(row, fitting=3), sentence(row, fitting=3, language="es")

    assert english != spanish
    for said in (english, spanish):
        assert said.endswith(".")
        assert "{" not in said


def test_the_sentence_says_the_offer_in_the_drivers_units() -> None:
    row = Consideration(trip=0, reason=Reason.CHOSEN, added_s=420, added_m=3_700)

    assert sentence(row, fitting=14) == "Of 14 trips it fits, yours goes nearest by: +7 min, +2.3 mi."
    assert sentence(row) == "Yours is the only trip it fits: +7 min, +2.3 mi."
    assert len(ONLY) == len(SENTENCES[Reason.CHOSEN]) == 2
