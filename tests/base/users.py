"""Processes that use the local services, as commands do."""

import subprocess
import sys
from collections.abc import Mapping

from common.local_services.place import PROJECT

USE = """
import sys, psycopg2, redis
from common.local_services.session import ensure
services = ensure()
psycopg2.connect(services.database_url).close()
redis.Redis.from_url(services.redis_url).ping()
print(services.database_url, services.redis_url, flush=True)
sys.stdin.readline()
"""


def user(environment: Mapping[str, str]) -> subprocess.Popen[str]:
    """Start a process that takes the services, says where they are, and stays until its input ends."""
    return subprocess.Popen(
        [sys.executable, "-c", USE],
        cwd=PROJECT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def urls_of(process: subprocess.Popen[str]) -> list[str]:
    """The two URLs a user printed; what went wrong if it printed none."""
    assert process.stdout is not None
    urls = process.stdout.readline().split()
    assert len(urls) == 2, process.communicate(timeout=30)[1]
    return urls


def leave(process: subprocess.Popen[str]) -> None:
    """Let a user end in the ordinary way."""
    _, complaint = process.communicate("\n", timeout=60)
    assert process.returncode == 0, complaint
