"""A folder of its own for servers of its own, apart from those that carry the tests."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.local_services.session import LocalServices


@pytest.fixture(scope="module")
def module_folder() -> Iterator[Path]:
    """A folder whose cluster is made once for a module: initdb is the slow part."""
    folder = Path(tempfile.mkdtemp(prefix="homeward test ", dir="/tmp"))
    yield folder
    LocalServices(folder=folder).purge()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def folder(module_folder: Path) -> Iterator[Path]:
    """The module's folder, with nothing running before and after the test."""
    yield module_folder
    LocalServices(folder=module_folder).stop()


@pytest.fixture
def local(folder: Path) -> Iterator[LocalServices]:
    """The servers of that folder, not started yet."""
    services = LocalServices(folder=folder)
    yield services
    services.stop()


@pytest.fixture
def bare_environment(folder: Path) -> dict[str, str]:
    """What a person's shell has: no URLs, only the folder."""
    without = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
    }
    return {**without, "HOMEWARD_LOCAL_DIR": str(folder)}
