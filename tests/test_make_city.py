"""The city of the page tests can be built."""

from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests.make_city import build_city


@pytest.mark.django_db
def test_a_city_has_two_sides_with_things_of_their_own(settings: Settings, tmp_path: Path) -> None:
    settings.PAYMENTS_OPTIONS = {"state_dir": str(tmp_path / "gateway"), "slow_seconds": 0}
    settings.MEDIA_ROOT = str(tmp_path / "media")

    city = build_city(timezone.now())

    shared = {name for name, one in city.ours.things.items() if city.theirs.things[name] == one}
    assert shared == {"market", "department", "block"}
