"""What every test shares: closed sockets, and no silent skip where a skip would hide a promise."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import settings as hypothesis_settings

import tests.quick_flush  # noqa: F401  it replaces Django's way to empty tables
from tests.ledger_flush import django_db_modify_db_settings, django_db_setup  # noqa: F401  in place of pytest-django's

# A shared machine is slow at times: how long one example takes says nothing.
hypothesis_settings.register_profile("homeward", deadline=None, print_blob=True)
hypothesis_settings.load_profile("homeward")

ROOT = Path(__file__).resolve().parent
NEVER_SKIPPED = [ROOT / "tests" / name for name in ("base", "browser", "concurrency", "faults")]


@pytest.fixture(autouse=True)
def _in_english() -> Generator[None, None, None]:
    """Leave no language behind: a page asked for in Spanish would make the next test read Spanish."""
    yield
    translation.deactivate()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, and say so, what tests/not_in_step.txt names; nothing else is ever left out."""
    if os.environ.get("ALL_TESTS"):
        return
    lines = (ROOT / "tests" / "not_in_step.txt").read_text(encoding="utf-8").splitlines()
    behind = {line for line in lines if line and not line.startswith("#")}
    left = [item for item in items if item.nodeid.split("@")[0].split("[")[0] in behind]
    if left:
        items[:] = [item for item in items if item not in left]
        config.hook.pytest_deselected(items=left)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skipped concurrency, fault or browser test into a failure: nobody reads skips."""
    report = yield
    if report.skipped and any(folder in item.path.parents for folder in NEVER_SKIPPED):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and tests of this kind must run: {report.longrepr}"
    return report
