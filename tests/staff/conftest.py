"""Pages of the desk read the clock; in these tests it is noon of the day in `tests.make`."""

from collections.abc import Iterator

import pytest
import time_machine

from tests import make


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Stop the clock at noon."""
    with time_machine.travel(make.NOON, tick=False):
        yield
