"""A drive as a line: places along it, and which way the car points."""

import pytest

from common.geo import Point
from dispatch.simulator.way import Way, heading

CORNER = Way([Point(36.0, -86.8), Point(36.1, -86.8), Point(36.1, -86.7)], [0.0, 11_100.0, 20_100.0], 1_200)


@pytest.mark.parametrize(
    ("share", "place", "points"),
    [
        (0.0, Point(36.0, -86.8), 0),
        (0.25, Point(36.0453, -86.8), 0),
        (0.75, Point(36.1, -86.7558), 90),
        (1.0, Point(36.1, -86.7), 90),
        (7.0, Point(36.1, -86.7), 90),
    ],
)
def test_a_share_of_the_way_is_a_place_on_it(share: float, place: Point, points: int) -> None:
    here, degrees = CORNER.at(share)

    assert here.metres_to(place) < 30
    assert degrees == points


def test_somebody_who_is_there_already_stays_there() -> None:
    door = Point(36.0, -86.8)

    here, _ = Way([door, door], [0.0, 0.0], 0).at(0.5)

    assert here == door


def test_headings_are_compass_degrees() -> None:
    assert [heading(Point(0, 0), end) for end in (Point(1, 0), Point(0, 1), Point(-1, 0), Point(0, -1))] == [
        0, 90, 180, 270,
    ]  # fmt: skip
