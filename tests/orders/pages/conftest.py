"""Pages read the clock themselves: here it is noon of 5 June 2026 in Nashville."""

from collections.abc import Iterator

import pytest
import time_machine

from stores.models import Store
from tests import make, make_shop


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[time_machine.Traveller]:
    """Stop the clock at noon; a test may move it on."""
    with time_machine.travel(make.NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def store() -> Store:
    """A corner shop that delivers to 37206."""
    return make_shop.corner_shop()
