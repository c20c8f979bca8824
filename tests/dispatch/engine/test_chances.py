"""What letting an order wait costs: little where many trips will pass, most where none will."""

from dataclasses import replace

import numpy as np

from dispatch.engine.chances import LEAST, MOST, SEEN_SECONDS, Ways, later_trips, urgency
from dispatch.engine.solve import solve
from tests.dispatch.engine.worlds import metro


def passing(trips: int, *, detour_s: int = 600, extra_s: int = 900, ahead_s: int = 0) -> Ways:
    """One order, ten minutes from its door, and so many trips alike in the last hour."""
    all_trips = np.full(trips, 1)
    return Ways(
        ahead=all_trips * ahead_s,
        to_store=np.full((1, trips), 300),
        across=np.array([600]),
        onward=np.full((1, trips), 300 + detour_s),
        direct=all_trips * 1_200,
        extra=all_trips * extra_s,
        over_s=SEEN_SECONDS,
    )


def test_an_order_that_no_trip_will_pass_weighs_most() -> None:
    left = np.array([3_600])

    weighed = [int(urgency(left, ways)[0]) for ways in (passing(0), passing(50, detour_s=1_200), passing(1_000))]

    assert weighed == [MOST, MOST, LEAST]


def test_trips_count_by_the_time_that_is_left_to_meet_them() -> None:
    left = np.array([4_500])

    assert later_trips(left, passing(6))[0] == 6 * 3_600 / SEEN_SECONDS
    assert later_trips(left, passing(6, ahead_s=1_800))[0] == 6 * 1_800 / SEEN_SECONDS
    assert later_trips(np.array([900]), passing(6))[0] == 0


def test_less_time_never_weighs_less() -> None:
    weighed = [int(urgency(np.array([left]), passing(30))[0]) for left in range(0, 7_200, 300)]

    assert weighed == sorted(weighed, reverse=True)
    assert weighed[0] > weighed[-1]


def test_only_the_proportion_of_weights_counts() -> None:
    problem = metro(40, 20, seed=3)
    twice = replace(problem, deliveries=replace(problem.deliveries, urgency=2 * problem.deliveries.urgency))

    plans = [solve(one, seed=9, iterations=400) for one in (problem, twice)]

    assert plans[0].trips == plans[1].trips


def test_trips_declared_all_at_one_moment_tell_no_rate_without_end() -> None:
    at_once, none = replace(passing(200), over_s=0), replace(passing(0), over_s=0)

    weighed = [int(urgency(np.array([3_600]), ways)[0]) for ways in (at_once, none)]

    assert weighed == [LEAST, MOST]
