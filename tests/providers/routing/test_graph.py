"""Road networks: read from a map, invented, stored, drawn and searched."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from common.geo import Point
from providers.routing.demo_streets import demo_city, demo_streets
from providers.routing.graph import GraphRouting
from providers.routing.osm import build_roads, driven_speed
from providers.routing.roads import (
    ARTERIAL,
    BadRoads,
    RoadGraph,
    load_roads,
    merge_roads,
    roads_geojson,
    save_roads,
)
from tests.providers.routing.worlds import (
    MORNING,
    NASHVILLE,
    city,
    crossing,
    write_tiny_map,
)


@pytest.fixture
def tiny(tmp_path: Path) -> GraphRouting:
    write_tiny_map(tmp_path / "tiny.osm.pbf")
    return GraphRouting(build_roads(tmp_path / "tiny.osm.pbf"))


def test_a_one_way_street_is_driven_one_way(tiny: GraphRouting) -> None:
    north = tiny.leg(crossing(0, 2), crossing(3, 2), MORNING)
    south = tiny.leg(crossing(3, 2), crossing(0, 2), MORNING)

    assert south.metres > north.metres * 1.5


def test_lanes_and_footways_closed_to_cars_are_left_out(tiny: GraphRouting) -> None:
    assert tiny.graph.crossings == 25


def test_a_path_follows_the_streets(tiny: GraphRouting) -> None:
    path = tiny.route([crossing(0, 0), crossing(2, 4)], MORNING).path

    steps = [(round((b.lat - a.lat) * 1e6), round((b.lng - a.lng) * 1e6)) for a, b in itertools.pairwise(path)]
    assert len(path) > 6
    assert all(north == 0 or east == 0 for north, east in steps)


def test_the_way_is_the_quickest_one(tiny: GraphRouting) -> None:
    by_primary = tiny.route([crossing(3, 0), crossing(4, 4)], MORNING).path

    assert crossing(4, 2).metres_to(min(by_primary, key=crossing(4, 2).metres_to)) < 1


@pytest.mark.parametrize(
    ("tag", "kmh"), [(None, 50.0), ("30 mph", 43.45), ("80", 72.0), ("walk", 50.0), ("900", 50.0), ("nan", 50.0)]
)
def test_speed_comes_from_the_sign_when_it_can_be_read(tag: str | None, kmh: float) -> None:
    assert driven_speed(tag, 50.0) == pytest.approx(kmh, abs=0.01)


def test_a_file_that_is_no_map_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.osm.pbf").write_bytes(b"not a map")

    with pytest.raises(BadRoads, match="cannot be read"):
        build_roads(tmp_path / "bad.osm.pbf")
    with pytest.raises(BadRoads, match="cannot be read"):
        build_roads(tmp_path / "absent.osm.pbf")


def test_a_network_is_stored_and_read_back(tmp_path: Path) -> None:
    save_roads(city(), tmp_path / "city.npz")

    again = load_roads(tmp_path / "city.npz")

    assert GraphRouting(again).version == GraphRouting(city()).version


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    save_roads(city(), tmp_path / "city.npz")
    whole = (tmp_path / "city.npz").read_bytes()
    (tmp_path / "city.npz").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(BadRoads):
        load_roads(tmp_path / "city.npz")


def test_arrays_that_do_not_fit_are_refused() -> None:
    one, edge = np.zeros(1), np.zeros(1, np.int32)
    with pytest.raises(BadRoads, match="not there"):
        RoadGraph(one, one, edge, edge + 5, np.ones(1, np.float32), np.ones(1, np.float32), np.zeros(1, np.int8))


def test_the_same_centre_gives_the_same_city() -> None:
    again = demo_streets(NASHVILLE)

    assert GraphRouting(again).version == GraphRouting(city()).version
    assert GraphRouting(demo_streets(Point(29.9511, -90.0715))).version != GraphRouting(city()).version


def test_the_made_up_city_has_every_kind_of_street_and_a_river() -> None:
    made = demo_city(NASHVILLE)

    assert 2_000 < made.roads.crossings < 8_000
    assert (np.bincount(made.roads.kind) > 300).all()
    assert len(made.river) > 50
    assert len(made.parks) > 3


def test_the_city_is_kept_and_mended_when_its_file_is_damaged(tmp_path: Path) -> None:
    first = demo_streets(NASHVILLE, cache=tmp_path)
    kept = next(tmp_path.glob("*.npz"))
    kept.write_bytes(b"damaged")

    again = demo_streets(NASHVILLE, cache=tmp_path)

    assert GraphRouting(again).version == GraphRouting(first).version


def test_the_drawing_holds_each_street_once() -> None:
    drawn = roads_geojson(city())

    lines = {f["properties"]["kind"]: len(f["geometry"]["coordinates"]) for f in drawn["features"]}
    assert lines["arterial"] == (city().kind == ARTERIAL).sum() // 2
    assert list(lines) == ["local", "collector", "arterial", "freeway"]


def test_two_cities_lie_side_by_side_in_one_network() -> None:
    other = demo_streets(Point(29.9511, -90.0715))
    both = GraphRouting(merge_roads([city(), other]))
    a, b = Point(36.17, -86.79), Point(36.12, -86.75)

    assert both.leg(a, b, MORNING).metres == GraphRouting(city()).leg(a, b, MORNING).metres


def test_a_kept_search_answers_the_same() -> None:
    engine = GraphRouting(city())
    points = [Point(36.1 + i * 0.0007, -86.8 + i * 0.0005) for i in range(150)]

    first = engine.route(points, MORNING)

    assert engine.route(points, MORNING) == first


def test_a_table_searched_from_its_targets_is_the_one_searched_from_its_sources() -> None:
    engine, points = (
        GraphRouting(city()),
        [Point(NASHVILLE.lat + i * 0.003, NASHVILLE.lng - i * 0.004) for i in range(9)],
    )

    backwards = engine.table(points, points[:2], MORNING)

    legs = [[engine.leg(a, b, MORNING) for b in points[:2]] for a in points]
    assert backwards.seconds.tolist() == [[leg.seconds for leg in row] for row in legs]
    assert np.abs(backwards.metres - [[leg.metres for leg in row] for row in legs]).max() <= 1
