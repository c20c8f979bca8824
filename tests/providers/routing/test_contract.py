"""What every road engine promises, asked of each of them."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from common.geo import Point
from providers.routing.base import Leg, Routing
from providers.routing.builtin import BuiltinRouting
from providers.routing.graph import GraphRouting
from providers.routing.osm import build_roads
from providers.routing.osrm import OsrmRouting
from providers.routing.valhalla import ValhallaRouting
from tests.providers.routing.recorded_service import service
from tests.providers.routing.worlds import (
    HARRISBURG,
    MORNING,
    NASHVILLE,
    NIGHT,
    city,
    write_tiny_map,
)

ENGINES = ["builtin", "graph over a made-up city", "graph over an extract", "osrm", "valhalla"]


@dataclass(frozen=True, slots=True)
class Place:
    """An engine, and a place it has roads around."""

    engine: Routing
    home: Point

    def points(self, count: int, spread: float = 0.008) -> list[Point]:
        """Some points around the place, always the same."""
        places = np.random.default_rng(7).uniform(0, spread, (count, 2)).round(5)
        return [Point(self.home.lat + a, self.home.lng + b) for a, b in places.tolist()]


@pytest.fixture(scope="module")
def osrm() -> Iterator[str]:
    with service("osrm") as url:
        yield url


@pytest.fixture(scope="module")
def valhalla() -> Iterator[str]:
    with service("valhalla") as url:
        yield url


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    match request.param:
        case "osrm":
            return Place(OsrmRouting(base_url=request.getfixturevalue("osrm"), budget_seconds=20), HARRISBURG)
        case "valhalla":
            return Place(ValhallaRouting(base_url=request.getfixturevalue("valhalla"), budget_seconds=20), HARRISBURG)
        case "builtin":
            return Place(BuiltinRouting(), NASHVILLE)
        case "graph over a made-up city":
            return Place(GraphRouting(city()), NASHVILLE)
    write_tiny_map(tmp_path / "tiny.osm.pbf")
    return Place(GraphRouting(build_roads(tmp_path / "tiny.osm.pbf")), NASHVILLE)


def test_a_point_is_no_drive_from_itself(place: Place) -> None:
    assert place.engine.leg(place.home, place.home, MORNING) == Leg(0, 0)


def test_a_drive_is_never_shorter_than_the_straight_line(place: Place) -> None:
    for a, b in zip(place.points(12), place.points(12)[::-1], strict=True):
        assert place.engine.leg(a, b, MORNING).metres >= a.metres_to(b) * 0.98


def test_the_table_agrees_with_its_legs(place: Place) -> None:
    sources, targets = place.points(5), place.points(9)[3:]

    table = place.engine.table(sources, targets, MORNING)

    assert table.seconds.dtype == table.metres.dtype == np.int32
    assert table.seconds.shape == (5, 6)
    for i, a in enumerate(sources):
        for j, b in enumerate(targets):
            assert place.engine.leg(a, b, MORNING) == Leg(int(table.seconds[i, j]), int(table.metres[i, j]))


def test_a_route_is_the_sum_of_its_legs(place: Place) -> None:
    points = place.points(5)

    route = place.engine.route(points, MORNING)

    legs = [place.engine.leg(a, b, MORNING) for a, b in itertools.pairwise(points)]
    assert list(route.legs) == legs
    assert route.seconds == sum(leg.seconds for leg in legs)
    assert route.metres == sum(leg.metres for leg in legs)
    assert route.path[0] == points[0]
    assert route.path[-1] == points[-1]


def test_the_morning_rush_is_slower_than_the_night(place: Place) -> None:
    a, b = place.points(2)

    assert place.engine.leg(a, b, MORNING).seconds > place.engine.leg(a, b, NIGHT).seconds
    assert place.engine.leg(a, b, MORNING).metres == place.engine.leg(a, b, NIGHT).metres


def test_the_same_question_has_the_same_answer(place: Place) -> None:
    points = place.points(6)

    first, second = place.engine.table(points, points, MORNING), place.engine.table(points, points, MORNING)

    assert (first.seconds == second.seconds).all()
    assert (first.metres == second.metres).all()


def test_a_place_far_off_every_road_still_has_an_answer(place: Place) -> None:
    leg = place.engine.leg(place.home, Point(place.home.lat - 6.2, place.home.lng - 3.3), MORNING)

    assert 600_000 < leg.metres < 2_000_000
    assert 3_600 < leg.seconds < 1_000_000


def test_nothing_asked_is_nothing_answered(place: Place) -> None:
    assert place.engine.table([], place.points(2), MORNING).seconds.shape == (0, 2)
    assert place.engine.table(place.points(2), [], MORNING).seconds.shape == (2, 0)
    assert place.engine.route([], MORNING).path == ()
    assert place.engine.route([place.home], MORNING).seconds == 0


def test_it_says_who_it_is(place: Place) -> None:
    assert place.engine.name
    assert place.engine.version


def test_it_names_the_formula_that_stands_in_for_it(place: Place) -> None:
    table = place.engine.estimator.table([place.home], place.points(3), MORNING)

    assert place.engine.estimator.estimator is place.engine.estimator
    assert (table.seconds > 0).all()


def test_what_it_knows_is_not_called_estimated(place: Place) -> None:
    assert not place.engine.route(place.points(4), MORNING).is_estimated
    assert not place.engine.table(place.points(2), place.points(3), MORNING).is_estimated
