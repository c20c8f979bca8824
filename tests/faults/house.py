"""The processes of a house under attack: Valkey, a worker, beat and the people, each killed and started at will."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.local_services.place import place_for
from common.local_services.processes import is_process
from common.local_services.session import LocalServices
from scripts.supervisor import PROJECT, Child, Program, stop_all
from tests.faults.town import Town
from tests.faults.watched import FOLDER
from tests.roles import app_url

RUN = str(PROJECT / "scripts" / "run.sh")


@dataclass(frozen=True, slots=True)
class Journal:
    """What people were told, line by line."""

    path: Path

    def lines(self) -> list[dict[str, Any]]:
        """Every whole line; the last one may have been cut off with its writer."""
        if not self.path.exists():
            return []
        found = []
        for line in self.path.read_text().splitlines():
            with suppress(ValueError):
                found.append(json.loads(line))
        return found

    def told(self, kind: str, *, since: float = 0.0) -> list[dict[str, Any]]:
        """The answers of one kind."""
        return [line for line in self.lines() if line["kind"] == kind and line["at"] >= since]


class House:
    """The running parts, on the database of the test and a Valkey of their own."""

    def __init__(self, folder: Path, town: Town) -> None:
        self.folder = folder
        self.valkey = LocalServices(folder=folder / "valkey", wants_postgres=False)
        self.redis_url = self.valkey.start().redis_url
        self.journal = Journal(folder / "journal")
        people = (sys.executable, "-m", "tests.faults.people", str(town.save(folder / "town")), str(self.journal.path))
        environment = self._environment()
        programs = [
            Program("worker", (RUN, "worker"), {"WORKER_CONCURRENCY": "2"}),
            Program("beat", (RUN, "beat"), {"HOMEWARD_LOCAL_DIR": str(folder / "first")}),
            Program("second beat", (RUN, "beat"), {"HOMEWARD_LOCAL_DIR": str(folder / "second")}),
            Program("people", people),
            *(Program(name, watched(name), {FOLDER: str(folder)}) for name in ("one", "two")),
        ]
        for name in ("first", "second"):
            (folder / name).mkdir()
        self.children = {one.name: Child(one, folder / f"{one.name}.log", environment, print) for one in programs}
        self.groups: list[int] = []
        self.began: dict[str, int] = {}  # where in its log the present process of a program begins

    def start(self, name: str) -> None:
        """Start a program; one that runs already is left alone."""
        child = self.children[name]
        if child.process is None or child.process.poll() is not None:
            self.began[name] = len(self.log_of(name))
            child.start()
            self.groups.append(self.pid(name))

    def wait_for_worker(self, name: str = "worker", *, seconds: float = 90.0) -> None:
        """Wait until the worker last started takes tasks: how long Python needs for that is not what is tested."""
        deadline = time.monotonic() + seconds
        while "ready." not in self.log_of(name)[self.began[name] :]:
            assert time.monotonic() < deadline, self.log_of(name)[-3000:]
            time.sleep(0.1)

    def pid(self, name: str) -> int:
        """The process of a program that was started."""
        process = self.children[name].process
        assert process is not None
        return process.pid

    def kill(self, name: str, *, with_children: bool = True) -> None:
        """Kill -9 a program; without its children these are left to notice by themselves."""
        process = self.children[name].process
        if process is None or process.poll() is not None:
            return
        if with_children:
            self.children[name].signal(signal.SIGKILL)
        else:
            process.kill()
        process.wait()

    def kill_a_child(self, name: str) -> None:
        """Kill -9 one pool child of a worker, and nothing else."""
        for pid in self._pool(name)[:1]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def is_child(self, name: str, pid: int) -> bool:
        """Whether a process is one of a worker's pool."""
        return pid in self._pool(name)

    def _pool(self, name: str) -> list[int]:
        found = subprocess.run(["pgrep", "-P", str(self.pid(name))], capture_output=True, text=True, check=False)
        return [int(pid) for pid in found.stdout.split()]

    def kill_valkey(self) -> None:
        """Kill -9 the broker."""
        pid = int((self._valkey_folder / "valkey.pid").read_text())
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        while is_process(pid, "valkey-server"):
            time.sleep(0.02)

    def start_valkey(self, *, empty: bool = False) -> None:
        """Start the broker again, with what its file kept or with nothing at all."""
        if empty:
            shutil.rmtree(self._valkey_folder / "appendonlydir", ignore_errors=True)
        self.redis_url = self.valkey.start().redis_url

    def stop(self) -> None:
        """End everything that was started here, also what outlived a killed parent."""
        stop_all(list(self.children.values()))
        for group in self.groups:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)
        self.valkey.purge()

    def log_of(self, name: str) -> str:
        """What a program said."""
        log = self.children[name].log
        return log.read_text(errors="replace") if log.exists() else ""

    @property
    def _valkey_folder(self) -> Path:
        return place_for(self.valkey.folder).servers / "valkey"

    def _environment(self) -> Mapping[str, str]:
        base = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DATABASE_OWNER"))}
        options = {"state_dir": str(self.folder / "gateway"), "slow_seconds": 0}
        return {
            **base,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": app_url(),
            "REDIS_URL": self.redis_url,
            "HOMEWARD_LOCAL_DIR": str(self.folder),
            "MEDIA_ROOT": str(self.folder / "media"),
            "PAYMENTS_OPTIONS": json.dumps(options),
            "DISPATCH_SOLVE_SECONDS": "0.1",
            "NUMBA_DISABLE_JIT": "1",  # the town is tiny, and a worker that starts often must not compile often
            "CELERY_LOG_LEVEL": "info",
        }


def watched(name: str) -> tuple[str, ...]:
    """The command of a worker that writes down when it solves."""
    celery = (sys.executable, "-m", "celery", "-A", "tests.faults.watched", "worker", "--hostname", f"{name}@%h")
    return (*celery, "--queues", "dispatch", "--concurrency", "1", "--without-gossip", "--without-mingle", "-l", "info")


@contextmanager
def open_house(folder: Path, town: Town) -> Iterator[House]:
    """A house that is torn down whatever happens."""
    house = House(folder, town)
    try:
        yield house
    finally:
        house.stop()
