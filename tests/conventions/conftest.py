"""One city for all tests of a module: building it costs more than opening all its pages."""

from collections.abc import Iterator

import pytest
from django.test import TestCase
from django.test.utils import override_settings
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from tests.make_city import City, build_city


@pytest.fixture(scope="module")
def city(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[City]:
    """A city that every test sees as it was built: each works in a savepoint inside the module's transaction."""
    folder = tmp_path_factory.mktemp("city")
    options = {"state_dir": str(folder / "gateway"), "slow_seconds": 0}
    with override_settings(PAYMENTS_OPTIONS=options, MEDIA_ROOT=str(folder / "media")), django_db_blocker.unblock():
        atomics = TestCase._enter_atomics()  # type: ignore[attr-defined]
        try:
            yield build_city(timezone.now())
        finally:
            TestCase._rollback_atomics(atomics)  # type: ignore[attr-defined]
