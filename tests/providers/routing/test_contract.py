"""What every road engine promises, asked of each of them."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from common.geo import Point
from providers.routing.base import Leg, Routing
from providers.routing.builtin import BuiltinRouting
from providers.routing.graph import GraphRouting
from providers.routing.osm import build_roads
from tests.providers.routing.worlds import (
    MORNING,
    NASHVILLE,
    NIGHT,
    city,
    write_tiny_map,
)


@pytest.fixture(params=["builtin", "graph over a made-up city", "graph over an extract"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Routing:
    if request.param == "builtin":
        return BuiltinRouting()
    if request.param == "graph over a made-up city":
        return GraphRouting(city())
    write_tiny_map(tmp_path / "tiny.osm.pbf")
    return GraphRouting(build_roads(tmp_path / "tiny.osm.pbf"))


def some_points(count: int, spread: float = 0.008) -> list[Point]:
    places = np.random.default_rng(7).uniform(0, spread, (count, 2))
    return [Point(NASHVILLE.lat + a, NASHVILLE.lng + b) for a, b in places.tolist()]


def test_a_point_is_no_drive_from_itself(engine: Routing) -> None:
    assert engine.leg(NASHVILLE, NASHVILLE, MORNING) == Leg(0, 0)


def test_a_drive_is_never_shorter_than_the_straight_line(engine: Routing) -> None:
    for a, b in zip(some_points(12), some_points(12)[::-1], strict=True):
        assert engine.leg(a, b, MORNING).metres >= a.metres_to(b) * 0.98


def test_the_table_agrees_with_its_legs(engine: Routing) -> None:
    sources, targets = some_points(5), some_points(9)[3:]

    table = engine.table(sources, targets, MORNING)

    assert table.seconds.dtype == table.metres.dtype == np.int32
    assert table.seconds.shape == (5, 6)
    for i, a in enumerate(sources):
        for j, b in enumerate(targets):
            assert engine.leg(a, b, MORNING) == Leg(int(table.seconds[i, j]), int(table.metres[i, j]))


def test_a_route_is_the_sum_of_its_legs(engine: Routing) -> None:
    points = some_points(5)

    route = engine.route(points, MORNING)

    legs = [engine.leg(a, b, MORNING) for a, b in itertools.pairwise(points)]
    assert list(route.legs) == legs
    assert route.seconds == sum(leg.seconds for leg in legs)
    assert route.metres == sum(leg.metres for leg in legs)
    assert route.path[0] == points[0]
    assert route.path[-1] == points[-1]


def test_the_morning_rush_is_slower_than_the_night(engine: Routing) -> None:
    a, b = some_points(2)

    assert engine.leg(a, b, MORNING).seconds > engine.leg(a, b, NIGHT).seconds
    assert engine.leg(a, b, MORNING).metres == engine.leg(a, b, NIGHT).metres


def test_the_same_question_has_the_same_answer(engine: Routing) -> None:
    points = some_points(6)

    first, second = engine.table(points, points, MORNING), engine.table(points, points, MORNING)

    assert (first.seconds == second.seconds).all()
    assert (first.metres == second.metres).all()


def test_a_place_far_off_every_road_still_has_an_answer(engine: Routing) -> None:
    leg = engine.leg(NASHVILLE, Point(29.95, -90.07), MORNING)

    assert 600_000 < leg.metres < 2_000_000
    assert 3_600 < leg.seconds < 1_000_000


def test_nothing_asked_is_nothing_answered(engine: Routing) -> None:
    assert engine.table([], some_points(2), MORNING).seconds.shape == (0, 2)
    assert engine.table(some_points(2), [], MORNING).seconds.shape == (2, 0)
    assert engine.route([], MORNING).path == ()
    assert engine.route([NASHVILLE], MORNING).seconds == 0


def test_it_says_who_it_is(engine: Routing) -> None:
    assert engine.name
    assert engine.version
