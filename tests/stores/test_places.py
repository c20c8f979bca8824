"""Which store serves a ZIP code, and what lies nearest to one that none serves."""

import pytest

from common.geo import Point
from stores.queries.places import nearest_served, store_for, zip_city, zip_point
from tests import make

pytestmark = pytest.mark.django_db

NORTH, SOUTH = Point(36.25, -86.75), Point(36.05, -86.75)


def test_of_two_stores_the_nearer_to_the_door_serves() -> None:
    north, south = make.store(at=NORTH, zips=["37206"]), make.store(at=SOUTH, zips=["37206"])

    assert store_for("37206", near=NORTH) == north
    assert store_for("37206", near=SOUTH) == south


def test_a_paused_store_serves_only_when_no_other_does() -> None:
    paused, open_one = make.store(at=NORTH, is_paused=True), make.store(at=SOUTH)

    assert store_for("37206", near=NORTH) == open_one

    open_one.service_zips.all().delete()

    assert store_for("37206", near=NORTH) == paused


def test_a_zip_nobody_serves_has_no_store() -> None:
    make.store(zips=["37206"])

    assert store_for("99501") is None
    assert store_for("nonsense") is None


def test_the_nearest_served_zips_come_nearest_first() -> None:
    make.store(zips=["37206", "37115", "37211"])

    near = nearest_served(zip_point("37216"), limit=2)

    assert [one.zip_code for one in near] == ["37206", "37115"]
    assert near[0].metres < near[1].metres


def test_a_zip_has_a_middle_and_a_town() -> None:
    assert zip_city("37206") == "Nashville, TN"
    assert zip_point("00000") is None
    assert zip_point("٣٧٢٠٦") is None
