"""Brings up the servers for the tests; named by `-p` so that it runs before Django reads its settings.

The cluster under `.local/test` is real, only careless about power cuts. Workers of pytest-xdist are children
of the process that started it: they find the URLs in the environment and have a database each.
"""

import os
import sys

import pytest

from common.local_services.faults import ServiceFault
from common.local_services.place import default_folder
from common.local_services.session import ensure

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's sync API runs a loop in the test's thread
if any("dispatch/engine" in argument for argument in sys.argv):
    os.environ.setdefault("ENGINE_COMPILED", "on")  # the engine's own tests, asked for by name, run it as it ships
os.environ["ROUTING_PROFILE"] = ""  # a test's times do not depend on what was once built in this folder
os.environ["HOMEWARD_ENV_FILE"] = ""  # it describes a real installation, whose data no test may touch
try:
    ensure(folder=default_folder() / "test", durable=False)
except ServiceFault as fault:
    pytest.exit(str(fault), returncode=3)
