"""Workers that write down when they solve: `celery -A tests.faults.watched worker`. Their lock can be taken away."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from celery.signals import worker_process_init

from config.celery import app

__all__ = ["app"]
FOLDER = "WATCHED_FOLDER"  # the variable that says where to write
SOLVE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Solve:
    """One solve by one process: when it began and ended by the clock that all processes share."""

    process: int
    began: float
    ended: float | None


@dataclass(frozen=True, slots=True)
class Watch:
    """What some workers wrote down, and whether their locks hold."""

    folder: Path

    def solves(self) -> list[Solve]:
        """Every solve, as it began."""
        return sorted(self._solves(), key=lambda one: one.began)

    def _solves(self) -> Iterator[Solve]:
        for path in self.folder.glob("solves-*"):
            for line in path.read_text().splitlines():
                number, began = json.loads(line)
                end = self.folder / f"end-{path.name}-{number}"
                yield Solve(int(path.name.split("-")[1]), began, float(end.read_text()) if end.exists() else None)

    @property
    def no_lock(self) -> Path:
        """While this file is there, no market is locked."""
        return self.folder / "no lock"

    def write(self, number: int, began: float) -> Path:
        """Note that this process began a solve; the path is for its end."""
        own = self.folder / f"solves-{os.getpid()}"
        with own.open("a") as file:
            file.write(json.dumps([number, began]) + "\n")
        return self.folder / f"end-{own.name}-{number}"


@worker_process_init.connect
def watch(**_: object) -> None:
    """Write down every solve of this process, and let each take as long as that of a large market."""
    from dispatch import tasks
    from dispatch.actions import matching

    its, count = Watch(Path(os.environ[FOLDER])), 0
    solve, lock = vars(tasks)["solve"], vars(matching)["market_lock"]

    def watched(*given: Any, **how: Any) -> Any:
        nonlocal count
        count, began = count + 1, time.monotonic()
        end = its.write(count, began)
        plan = solve(*given, **how)
        time.sleep(max(0.0, began + SOLVE_SECONDS - time.monotonic()))
        end.write_text(str(time.monotonic()))
        return plan

    def maybe_lock(market_id: int) -> AbstractContextManager[bool]:
        return nullcontext(True) if its.no_lock.exists() else lock(market_id)

    vars(tasks)["solve"], vars(matching)["market_lock"] = watched, maybe_lock
