"""Keeps a table of processes alive: starts them, restarts what dies or stops answering, stops them all."""

import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PR_SET_PDEATHSIG = 1
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0  # seconds before a restart, doubled each time it dies young
STEADY_SECONDS = 30.0  # a process that lived this long starts again with the first wait
SLOWEST_START_SECONDS = 120.0  # on a machine that has much else to do; until then silence is not a hang
PROBE_EVERY, PROBES_MISSED = 5.0, 4  # an answering process may miss this many before it counts as hung
BUSY_PROBES_MISSED = 60  # and this many while it works: who has much to do is not hung, and a kill loses all of it
LEAST_WORK = 0.05  # seconds of processor time between two probes that count as work
STOP_SECONDS = 10.0

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Program:
    """One line of the table: a name, the command that becomes the program, what it needs and where it answers."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    health_url: str = ""


@dataclass(slots=True)
class Child:
    """One program, its process if it has one, and when to try again if not."""

    program: Program
    log: Path
    environment: Mapping[str, str]
    say: Say
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    next_start_at: float = 0.0
    wait: float = FIRST_WAIT
    next_probe_at: float = 0.0
    missed: int = 0
    worked: float = 0.0

    def start(self) -> None:
        """Start the program in a session of its own, so that Ctrl-C reaches only us and its children go with it."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.program.command,
                cwd=PROJECT,
                env={**self.environment, **self.program.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509  # this process has one thread
            )
        self.started_at = time.monotonic()
        self.next_probe_at = self.started_at + SLOWEST_START_SECONDS
        self.missed = 0

    def tend(self, now: float) -> None:
        """Notice a death or a hang, and start again when its wait is over."""
        if self.process is None:
            if now >= self.next_start_at:
                self.start()
                self.say(f"{self.program.name} started again.")
            return
        code = self.process.poll()
        if code is None:
            self._probe(now)
            return
        self._bury(now, f"{self.program.name} {_ending(code)}")

    def answers(self, *, seconds: float = 2.0) -> bool:
        """Whether the program runs and, where it has an address, answers there."""
        if self.process is None or self.process.poll() is not None:
            return False
        if not self.program.health_url:
            return True
        try:
            with urllib.request.urlopen(self.program.health_url, timeout=seconds) as answer:  # noqa: S310  # our own http
                return int(answer.status) < 500
        except (OSError, urllib.error.URLError, ValueError):
            return False

    def signal(self, number: signal.Signals) -> None:
        """Signal the program and everything it started."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def tail(self, lines: int = 8) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""

    def _probe(self, now: float) -> None:
        if not self.program.health_url or now < self.next_probe_at:
            return
        self.next_probe_at = now + PROBE_EVERY
        self.missed = 0 if self.answers() else self.missed + 1
        before, self.worked = self.worked, self._processor_seconds()
        most = BUSY_PROBES_MISSED if self.worked - before > LEAST_WORK else PROBES_MISSED
        if self.missed >= most:
            self._bury(now, f"{self.program.name} does not answer")

    def _processor_seconds(self) -> float:
        """What the program and its children have worked so far; 0 where the system does not tell (only Linux does)."""
        return sum(_seconds_of(stat) for stat in Path("/proc").glob("[0-9]*/stat") if self._is_ours(stat))

    def _is_ours(self, stat: Path) -> bool:
        with suppress(OSError, ValueError):
            return self.process is not None and os.getpgid(int(stat.parent.name)) == self.process.pid
        return False

    def _bury(self, now: float, what: str) -> None:
        self.signal(signal.SIGKILL)  # pool children outlive a killed parent for a moment
        if self.process is not None:
            self.process.wait()
        self.process = None
        if now - self.started_at > STEADY_SECONDS:
            self.wait = FIRST_WAIT
        self.next_start_at = now + self.wait
        self.say(f"{what}; starting it again in {self.wait:.0f} s (see {_short(self.log)}).")
        self.wait = min(self.wait * 2, LONGEST_WAIT)


def start_all(programs: Sequence[Program], *, environment: Mapping[str, str], logs: Path, say: Say) -> list[Child]:
    """Start every program of the table, each with its own log."""
    children = [Child(program, logs / f"{program.name}.log", environment, say) for program in programs]
    for child in children:
        child.start()
    return children


def stop_all(children: Sequence[Child]) -> None:
    """Ask all to stop, last started first; after ten seconds they are not asked any more."""
    for child in reversed(children):
        child.signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for child in reversed(children):
        if child.process is not None:
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(timeout=max(0.0, deadline - time.monotonic()))
            child.signal(signal.SIGKILL)
            child.process.wait()
            child.process = None


def _seconds_of(stat: Path) -> float:
    with suppress(OSError, ValueError, IndexError):
        fields = stat.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _die_with_parent() -> None:
    """In the child: Linux stops it when the supervisor dies, however that happens."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def _ending(code: int) -> str:
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"


def _short(path: Path) -> str:
    return os.path.relpath(path, PROJECT) if path.is_relative_to(PROJECT) else str(path)
