"""A living Homeward on this machine: `make demo` (or `python -m scripts.demo`).

Starts PostgreSQL and Valkey, migrates, seeds, runs every process with the same commands as the
containers, and keeps all of it alive until Ctrl-C.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from common.local_services.faults import ServiceFault, disk_fault
from common.local_services.place import default_folder
from common.local_services.processes import free_port, is_free
from common.local_services.session import LocalServices, Services
from config.demo_facts import LOCK, demo_facts, tell_demo_facts
from scripts.supervisor import PROJECT, Child, Program, start_all, stop_all

RUN = str(PROJECT / "scripts" / "run.sh")
READY_SECONDS = 180.0
LOOK_EVERY = 0.5
SERVICES_EVERY = 2.0


class Stop(Exception):
    """Somebody asked us to stop."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the two processes with an address listen."""

    host: str
    web: int
    events: int

    @property
    def base_url(self) -> str:
        """The address a visitor opens."""
        return os.environ.get("BASE_URL") or f"http://{self.host}:{self.web}"


def main() -> int:
    """Run the demo until it is told to stop; 1 when it cannot run, with one plain line."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    os.environ["HOMEWARD_ENV_FILE"] = ""  # it describes a real installation, whose data a demo must not touch
    folder = default_folder()
    local = LocalServices(
        folder=folder,
        wants_postgres=not os.environ.get("DATABASE_URL"),
        wants_valkey=not os.environ.get("REDIS_URL"),
    )
    children: list[Child] = []
    try:
        _only_one(folder)
        _run(local, folder, children)
    except Stop:
        say("Stopping.")
        return 0
    except ServiceFault as fault:
        print(f"Cannot run the demo. {fault}", file=sys.stderr)
        return 1
    finally:
        _ignore_signals()
        stop_all(children)
        with suppress(ServiceFault):
            local.leave()


def say(line: str) -> None:
    """Tell the person at the terminal, with the time."""
    print(f"{time.strftime('%H:%M:%S')}  {line}", flush=True)


def _run(local: LocalServices, folder: Path, children: list[Child]) -> NoReturn:
    say("Starting PostgreSQL and Valkey.")
    services = _services(local)
    ports = _ports()
    environment = _environment(services, ports)
    logs = folder / "log"
    logs.mkdir(exist_ok=True)
    tell_demo_facts({"base_url": environment["BASE_URL"], "events_url": environment["EVENTS_URL"]})
    say("Preparing the database.")
    _once("release", [RUN, "release"], environment | {"DATABASE_OWNER_URL": services.owner_url}, logs)
    _once("static", [sys.executable, "manage.py", "collectstatic", "--no-input"], environment, logs)
    say("Seeding two cities, their shops and people.")
    _once("seed", [sys.executable, "manage.py", "seed_demo"], environment, logs)
    for name in ("web", "events", "dispatch", "worker", "beat", "day"):
        with suppress(OSError):
            (logs / f"{name}.log").rename(logs / f"{name}.log.old")
    say("Starting web, events, workers, beat and the simulated day.")
    children += start_all(_programs(ports), environment=environment, logs=logs, say=say)
    _wait_until_ready(children)
    _greet(folder, ports)
    _watch(local, services, environment, children)


def _programs(ports: Ports) -> list[Program]:
    """The table of what runs; the commands stand in `scripts/run.sh`."""
    web = {"WEB_BIND": f"{_bind_host()}:{ports.web}", "WEB_CONCURRENCY": os.environ.get("WEB_CONCURRENCY", "2")}
    events = {"EVENTS_HOST": _bind_host(), "EVENTS_PORT": str(ports.events)}
    return [
        Program("web", (RUN, "web"), web, health_url=f"http://127.0.0.1:{ports.web}/healthz"),
        Program("events", (RUN, "events"), events, health_url=f"http://127.0.0.1:{ports.events}/healthz"),
        Program("dispatch", (RUN, "worker"), {"WORKER_QUEUES": "dispatch", "WORKER_CONCURRENCY": "2"}),
        Program("worker", (RUN, "worker"), {"WORKER_QUEUES": "money,default", "WORKER_CONCURRENCY": "2"}),
        Program("beat", (RUN, "beat")),
        Program("day", (RUN, "day")),
    ]


def _environment(services: Services, ports: Ports) -> dict[str, str]:
    events_host = ports.base_url.removeprefix("http://").removeprefix("https://").partition("/")[0].partition(":")[0]
    ours = {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}  # only release needs it
    return {
        **ours,
        "DEBUG": "on",
        "HOMEWARD_DEMO": "on",
        "EMAIL_URL": os.environ.get("EMAIL_URL", f"filemail://{default_folder()}/mail"),
        "STATIC_BUILT": "on",
        "STATIC_ROOT": str(default_folder() / "static"),
        "ROUTING_PROVIDER": os.environ.get("ROUTING_PROVIDER", "graph"),
        "ROUTING_GRAPH": os.environ.get("ROUTING_GRAPH", str(default_folder() / "streets.npz")),
        "DATABASE_URL": services.database_url,
        "REDIS_URL": services.redis_url,
        "BASE_URL": ports.base_url,
        "EVENTS_URL": os.environ.get("EVENTS_URL") or f"http://{events_host}:{ports.events}/events/",
        "PYTHONUNBUFFERED": "1",
    }


def _services(local: LocalServices) -> Services:
    """Where the database and Redis are: those named by the environment, the rest our own, started if they are down."""
    database_url, redis_url = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    owner_url = os.environ.get("DATABASE_OWNER_URL", "")
    if database_url and redis_url:
        return Services(database_url, redis_url, owner_url)
    started = local.start()
    if not database_url:
        database_url, owner_url = started.database_url, started.owner_url
    return Services(database_url, redis_url or started.redis_url, owner_url)


def _watch(local: LocalServices, services: Services, environment: dict[str, str], children: list[Child]) -> NoReturn:
    """Keep everything alive until `Stop` ends it."""
    next_services_at = 0.0
    while True:
        now = time.monotonic()
        if now >= next_services_at:
            next_services_at = now + SERVICES_EVERY
            services = _revive(local, services, environment, children)
        for child in children:
            child.tend(now)
        time.sleep(LOOK_EVERY)


def _revive(local: LocalServices, before: Services, environment: dict[str, str], children: list[Child]) -> Services:
    """Bring back a server that died; should its port be lost, restart everything with the new address."""
    down = [state.name for state in local.status() if not state.is_up] if not _all_external() else []
    try:
        after = _services(local)
    except ServiceFault as fault:
        say(f"{fault} Trying again.")
        return before
    if down:
        say(f"{' and '.join(down)} had died and runs again.")
    if after != before:
        environment |= {"DATABASE_URL": after.database_url, "REDIS_URL": after.redis_url}
        stop_all(children)
        for child in children:
            child.start()
    return after


def _all_external() -> bool:
    return bool(os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))


def _ports() -> Ports:
    web = _port("The web", int(os.environ.get("PORT", "8000")), beside=[])
    return Ports(host=_shown_host(), web=web, events=_port("Live events", web + 1, beside=[web]))


def _port(who: str, wanted: int, *, beside: list[int]) -> int:
    if wanted not in beside and is_free(wanted, _bind_host()):
        return wanted
    port = free_port(beside=beside)
    say(f"{who}: port {wanted} is taken, using {port}.")
    return port


def _bind_host() -> str:
    return os.environ.get("HOMEWARD_HOST", "127.0.0.1")


def _shown_host() -> str:
    return "127.0.0.1" if _bind_host() in ("0.0.0.0", "::") else _bind_host()  # noqa: S104  # compared, not bound


def _once(name: str, command: list[str], environment: dict[str, str], logs: Path) -> None:
    """Run one preparing command to its end; its words go to a log, the last of them to the person if it fails."""
    log = logs / f"{name}.log"
    with log.open("wb") as file:
        done = subprocess.run(
            command, cwd=PROJECT, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file, check=False
        )
    if done.returncode != 0:
        last = (log.read_text(errors="replace").strip().splitlines() or ["it gave no reason"])[-1]
        raise ServiceFault(f"The step {name} failed: {last} (all of it in {log})")


def _wait_until_ready(children: list[Child]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not all(child.answers() for child in children if child.program.health_url):
        for child in children:
            child.tend(time.monotonic())
        if time.monotonic() > deadline:
            silent = [child for child in children if not child.answers()]
            raise ServiceFault(f"{silent[0].program.name} does not answer; its last words:\n{silent[0].tail()}")
        time.sleep(0.2)


def _greet(folder: Path, ports: Ports) -> None:
    known = demo_facts()
    print(f"\n  Homeward runs at {ports.base_url}\n")
    for login in known.get("logins", []):
        print(f"    {login['role']:<14} {login['email']:<34} {login['password']:<20} {login.get('page', '')}")
    print(f"\n  Logs are in {folder / 'log'}. Ctrl-C stops everything.\n", flush=True)


def _only_one(folder: Path) -> None:
    """Refuse a second demo of one folder: both would drive the same day. The lock is held until we end."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise disk_fault(error, folder) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ServiceFault(f"A demo already runs from this folder, at {demo_facts().get('base_url')}.") from error


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stop


def _ignore_signals() -> None:
    """Let the stopping finish: it takes ten seconds at most."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
