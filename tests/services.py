"""Brings up the servers for the tests; named by `-p` so that it runs before Django reads its settings.

The cluster under `.local/test` is real, only careless about power cuts. Workers of pytest-xdist are children
of the process that started it: they find the URLs in the environment and have a database each.
"""

import fcntl
import os
from importlib import import_module

import pytest
from django.conf import settings

from common.local_services.faults import ServiceFault
from common.local_services.place import default_folder
from common.local_services.session import ensure
from dispatch.engine.solve import warm_up

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's sync API runs a loop in the test's thread
os.environ.setdefault("ENGINE_COMPILED", "on")  # as it ships, and a hundred times as fast as its own source
os.environ.setdefault("DISPATCH_SOLVE_SECONDS", "0.2")  # the worlds of tests are small
os.environ["ROUTING_PROFILE"] = ""  # a test's times do not depend on what was once built in this folder
os.environ["HOMEWARD_ENV_FILE"] = ""  # it describes a real installation, whose data no test may touch
try:
    ensure(folder=default_folder() / "test", durable=False)
except ServiceFault as fault:
    pytest.exit(str(fault), returncode=3)


def pytest_collection() -> None:
    """Read the addresses as an installation has them: DEBUG's own pages are no part of them, whatever is run first."""
    debug, settings.DEBUG = settings.DEBUG, False
    import_module("config.urls")
    settings.DEBUG = debug


def pytest_collection_finish(session: pytest.Session) -> None:
    """Compile the engine before the first test of dispatch, once for all processes: no test's clock may hold that."""
    if not any("dispatch" in item.path.parts for item in session.items):
        return
    with (default_folder() / "test" / "engine.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        warm_up()
