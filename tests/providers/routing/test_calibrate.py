"""The estimator is fitted to a road network, and the command that does it."""

from functools import cache
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from numpy.typing import NDArray
from pytest_django import Settings

from common.geo import Point
from providers.routing.base import Leg, Routing
from providers.routing.builtin import BuiltinRouting
from providers.routing.calibrate import Fit, TooSmall, calibrate
from providers.routing.gateway import gateway
from providers.routing.graph import GraphRouting
from providers.routing.osm import build_roads
from providers.routing.profile import BadProfile, Fitted, load_profile, save_profile
from providers.routing.roads import load_roads
from tests.providers.routing.worlds import MORNING, NASHVILLE, city, write_tiny_map


@cache
def fit() -> Fit:
    return calibrate(GraphRouting(city()))


def errors(estimator: Routing) -> NDArray[np.float64]:
    """How far off drives between places beside the streets are, of which none was fitted."""
    rng, streets = np.random.default_rng(99), city()
    drawn = rng.choice(streets.crossings, 80)
    places = np.column_stack([streets.lat[drawn], streets.lng[drawn]]) + rng.normal(0, 0.0004, (80, 2))
    points = [Point(*place) for place in places.tolist()]
    engine = GraphRouting(streets)
    true = engine.table(points[:40], points[40:], MORNING).seconds
    return np.asarray(np.abs(estimator.table(points[:40], points[40:], MORNING).seconds / true - 1), np.float64)


def test_the_fitted_estimator_is_near_the_road_engine() -> None:
    assert fit().pairs > 10_000
    assert fit().median_error < 0.10
    assert fit().p90_error < 0.25


def test_it_is_near_between_places_beside_the_streets_too() -> None:
    plain, fitted = errors(BuiltinRouting()), errors(BuiltinRouting(fitted=Fitted((fit().region,))))

    assert np.median(fitted) < 0.10 < np.median(plain)
    assert np.quantile(fitted, 0.9) < 0.25


def test_what_was_fitted_survives_its_file(tmp_path: Path) -> None:
    before = Fitted((fit().region,))
    save_profile(before, tmp_path / "roads.profile.npz")

    after = load_profile(tmp_path / "roads.profile.npz")

    assert after.digest == before.digest != ""
    assert errors(BuiltinRouting(fitted=after)).tolist() == errors(BuiltinRouting(fitted=before)).tolist()


def test_outside_its_region_the_formula_answers_as_ever() -> None:
    there, far = Point(29.95, -90.07), Point(29.99, -90.10)

    assert BuiltinRouting(fitted=Fitted((fit().region,))).leg(there, far, MORNING) == BuiltinRouting().leg(
        there, far, MORNING
    )


def test_a_fitted_drive_to_where_one_is_takes_no_time() -> None:
    assert BuiltinRouting(fitted=Fitted((fit().region,))).leg(NASHVILLE, NASHVILLE, MORNING) == Leg(0, 0)


def test_the_gateway_takes_up_what_was_fitted(tmp_path: Path, settings: Settings) -> None:
    save_profile(Fitted((fit().region,)), tmp_path / "roads.profile.npz")
    settings.ROUTING_PROFILE = str(tmp_path / "roads.profile.npz")

    assert gateway().version == BuiltinRouting(fitted=Fitted((fit().region,))).version != BuiltinRouting().version


def test_a_broken_profile_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.npz").write_bytes(b"nothing")

    with pytest.raises(BadProfile, match=r"bad\.npz"):
        load_profile(tmp_path / "bad.npz")


def test_a_hamlet_is_too_small_to_fit_anything_to(tmp_path: Path) -> None:
    write_tiny_map(tmp_path / "tiny.osm.pbf")

    with pytest.raises(TooSmall):
        calibrate(GraphRouting(build_roads(tmp_path / "tiny.osm.pbf")))


def test_the_command_makes_a_network_that_can_be_searched(tmp_path: Path) -> None:
    write_tiny_map(tmp_path / "tiny.osm.pbf")
    said = StringIO()

    call_command("build_roads", str(tmp_path / "tiny.osm.pbf"), output=tmp_path / "roads.npz", stdout=said)

    assert "25 crossings" in said.getvalue()
    assert "OpenStreetMap contributors" in said.getvalue()
    assert load_roads(tmp_path / "roads.npz").crossings == 25
    assert load_profile(tmp_path / "roads.profile.npz") == Fitted()


def test_the_command_says_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    (tmp_path / "bad.osm.pbf").write_bytes(b"not a map")

    with pytest.raises(CommandError, match="cannot be read"):
        call_command("build_roads", str(tmp_path / "bad.osm.pbf"), stdout=StringIO())
