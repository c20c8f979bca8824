"""The estimator is fitted to a road network, and the command that does it."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from providers.routing.calibrate import calibrate
from providers.routing.graph import GraphRouting
from providers.routing.roads import load_roads
from tests.providers.routing.worlds import city, write_tiny_map


def test_the_fitted_estimator_is_near_the_road_engine() -> None:
    fit = calibrate(GraphRouting(city()), city())

    assert fit.pairs > 1_000
    assert fit.median_error < 0.10
    assert fit.p90_error < 0.25


def test_the_command_makes_a_network_that_can_be_searched(tmp_path: Path) -> None:
    write_tiny_map(tmp_path / "tiny.osm.pbf")
    said = StringIO()

    call_command("build_roads", str(tmp_path / "tiny.osm.pbf"), output=tmp_path / "roads.npz", stdout=said)

    assert "25 crossings" in said.getvalue()
    assert "OpenStreetMap contributors" in said.getvalue()
    assert load_roads(tmp_path / "roads.npz").crossings == 25


def test_the_command_says_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    (tmp_path / "bad.osm.pbf").write_bytes(b"not a map")

    with pytest.raises(CommandError, match="cannot be read"):
        call_command("build_roads", str(tmp_path / "bad.osm.pbf"), stdout=StringIO())
