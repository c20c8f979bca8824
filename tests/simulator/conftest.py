"""A card gateway of its own for every test of money."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def own_gateway(settings: Settings, tmp_path: Path) -> None:
    """Keep the gateway's books in a folder that goes with the test."""
    settings.PAYMENTS_OPTIONS = {"state_dir": str(tmp_path), "slow_seconds": 0}
