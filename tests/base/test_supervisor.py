"""Programs are started again when they die or fall silent, and none outlives the supervisor."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from common.local_services.place import PROJECT
from common.local_services.processes import free_port, is_free, is_process
from scripts import supervisor
from scripts.supervisor import Child, Program, start_all, stop_all

SLEEPER = (sys.executable, "-c", "import time; time.sleep(600)")
STUBBORN = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)",
)
ORPHAN_MAKER = """
import sys, time
from pathlib import Path
from scripts.supervisor import Program, start_all
child, = start_all([Program("sleeper", (sys.executable, "-c", "import time; time.sleep(600)"))],
                   environment={}, logs=Path(sys.argv[1]), say=print)
print(child.process.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def run(tmp_path: Path, said: list[str]) -> Iterator[Callable[[Program], Child]]:
    """Start one program and stop it when the test is over."""
    started: list[Child] = []

    def start(program: Program) -> Child:
        started.extend(start_all([program], environment=dict(os.environ), logs=tmp_path, say=said.append))
        return started[-1]

    yield start
    stop_all(started)


def pid_of(child: Child) -> int:
    assert child.process is not None
    return child.process.pid


def tend_until(child: Child, is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline, child.tail()
        child.tend(time.monotonic())
        time.sleep(0.05)


def test_a_killed_program_is_started_again_within_seconds(run: Callable[[Program], Child], said: list[str]) -> None:
    child = run(Program("sleeper", SLEEPER))
    first = pid_of(child)

    os.kill(first, signal.SIGKILL)
    tend_until(child, lambda: child.process is not None and pid_of(child) != first)

    assert is_process(pid_of(child), "time.sleep")
    assert said[0].startswith("sleeper was killed by SIGKILL; starting it again in 1 s")
    assert said[1] == "sleeper started again."


def test_a_program_that_keeps_dying_is_waited_for_longer_each_time(run: Callable[[Program], Child]) -> None:
    child = run(Program("broken", (sys.executable, "-c", "raise SystemExit(3)")))
    waits = []

    for _ in range(3):
        assert child.process is not None
        child.process.wait()
        now = time.monotonic()
        child.tend(now)
        waits.append(round(child.next_start_at - now))
        child.start()

    assert waits == [1, 2, 4]


def test_a_program_that_does_not_answer_is_replaced(
    run: Callable[[Program], Child], said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "SLOWEST_START_SECONDS", 0.0)
    monkeypatch.setattr(supervisor, "PROBE_EVERY", 0.0)
    monkeypatch.setattr(supervisor, "PROBES_MISSED", 1)
    port = free_port()
    serve = (sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1")
    child = run(Program("web", serve, health_url=f"http://127.0.0.1:{port}/"))
    while not child.answers():
        time.sleep(0.05)

    os.kill(pid_of(child), signal.SIGSTOP)
    tend_until(child, lambda: bool(said))

    assert said[0].startswith("web does not answer; starting it again")


BUSY = """
import http.server, sys
class Silent(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        while True:
            pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Silent).serve_forever()
"""

if sys.platform == "linux":  # elsewhere nobody tells how much another process worked

    def test_a_program_that_has_much_to_do_is_left_to_do_it(
        run: Callable[[Program], Child], said: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(supervisor, "SLOWEST_START_SECONDS", 0.0)
        monkeypatch.setattr(supervisor, "PROBE_EVERY", 0.0)
        monkeypatch.setattr(supervisor, "LEAST_WORK", 0.01)
        port = free_port()
        child = run(Program("web", (sys.executable, "-c", BUSY, str(port)), health_url=f"http://127.0.0.1:{port}/"))
        pid = pid_of(child)
        while is_free(port, "127.0.0.1"):
            time.sleep(0.05)

        for _ in range(supervisor.PROBES_MISSED + 2):
            child.tend(time.monotonic())

        assert child.missed > supervisor.PROBES_MISSED
        assert pid_of(child) == pid
        assert said == []


def test_a_program_deaf_to_asking_is_stopped_all_the_same(
    run: Callable[[Program], Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0.3)
    child = run(Program("deaf", STUBBORN))
    pid = pid_of(child)
    while "deaf" not in child.tail():
        time.sleep(0.02)

    stop_all([child])

    assert not is_process(pid, "time.sleep")


if sys.platform == "linux":  # elsewhere the system has no word for it

    def test_nothing_outlives_a_killed_supervisor(tmp_path: Path) -> None:
        killed = subprocess.Popen(
            [sys.executable, "-c", ORPHAN_MAKER, str(tmp_path)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
        )
        assert killed.stdout is not None
        child = int(killed.stdout.readline())

        killed.kill()
        killed.wait()

        deadline = time.monotonic() + 5
        while is_process(child, "time.sleep"):
            assert time.monotonic() < deadline, "the child lives on"
            time.sleep(0.02)


def test_every_process_of_the_house_stands_in_one_table() -> None:
    table = (PROJECT / "scripts" / "run.sh").read_text()
    demo = (PROJECT / "scripts" / "demo.py").read_text()
    compose = (PROJECT / "docker-compose.yml").read_text()

    assert "    release) python manage.py migrate --no-input && exec python manage.py grant_app_role" in table
    for name in ("web", "events", "worker", "beat"):
        assert f"    {name}) exec " in table
    for name in ("release", "web", "events", "worker", "beat"):
        assert f'RUN, "{name}"' in demo
        assert f'["scripts/run.sh", "{name}"]' in compose
