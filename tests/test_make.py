"""The makers make what they promise."""

import pytest

from tests import make

pytestmark = pytest.mark.django_db


def test_a_claimed_run_has_its_stops() -> None:
    run = make.run(make.offer([make.delivery()]))

    assert run.stops.count() == 2
