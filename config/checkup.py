"""What `doctor` looks at: every part of an installation, each answered in one plain line, whatever is down."""

import os
import shutil
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from packaging.requirements import Requirement

from common.geo import Point
from common.local_services.faults import ServiceFault
from common.local_services.place import default_folder
from common.local_services.session import LocalServices, are_external
from config.audit import wrong_in_the_books
from config.celery import app as celery_app
from config.demo_facts import running_demo
from config.pruning import HEART
from dispatch.queries.health import stuck
from events.models import Heartbeat
from providers.routing.gateway import gateway, is_away

OK, WARNING, PROBLEM = "ok", "warning", "problem"
LEAST_FREE_BYTES = 1_000_000_000
MOST_CLOCK_SECONDS = 2.0
MOST_SILENCE_SECONDS = 60.0
MOST_PRUNING_HOURS = 26.0
ANSWER_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found, and what to do about it."""

    name: str
    state: str
    detail: str


def examine() -> list[Finding]:
    """Look at everything, in the order in which one part needs the other."""
    return [_look(name, look) for name, look in LOOKS.items()]


def _look(name: str, look: Callable[[], tuple[str, str]]) -> Finding:
    try:
        state, detail = look()
    except (DatabaseError, redis.RedisError, OSError, ServiceFault, ValueError) as trouble:
        state, detail = PROBLEM, (str(trouble).strip().splitlines() or [type(trouble).__name__])[0]
    return Finding(name, state, detail)


def _python() -> tuple[str, str]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        return PROBLEM, f"{version}; Homeward needs 3.11, 3.12 or 3.13"
    return OK, version


def _packages() -> tuple[str, str]:
    locked = (settings.BASE_DIR / "requirements" / "base.txt").read_text().splitlines()
    wanted = [Requirement(line.rstrip("\\ ")) for line in locked if line[:1].isalnum()]
    wanted = [each for each in wanted if each.marker is None or each.marker.evaluate()]
    other = [each.name for each in wanted if not each.specifier.contains(_installed(each.name), prereleases=True)]
    if other:
        return PROBLEM, f"not as locked: {', '.join(other[:5])}; run `make env`"
    return OK, f"{len(wanted)} as locked"


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "0"


def _services() -> tuple[str, str]:
    if are_external():
        return OK, "named by DATABASE_URL and REDIS_URL"
    states = LocalServices(folder=default_folder()).status()
    words = "; ".join(f"{state.name} {state.detail}" for state in states)
    if all(state.is_up for state in states):
        return OK, words
    return PROBLEM, f"{words}; `make demo` or `python scripts/services.py up` starts them"


def _database() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        row = cursor.fetchone()
    return OK, f"PostgreSQL {row[0] if row else '?'}"


def _role() -> tuple[str, str]:
    """Whether the application could switch off what guards the books."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper OR EXISTS (SELECT FROM pg_class WHERE relname = 'ledger_entry'"
            " AND pg_has_role(current_user, relowner, 'MEMBER')) FROM pg_roles WHERE rolname = current_user"
        )
        name, is_too_strong = cursor.fetchone() or ("?", True)
    if is_too_strong:
        return PROBLEM, f"{name} owns the books and could rewrite them: set DATABASE_OWNER_URL (docs/how-to/deploy.md)"
    return OK, f"{name}, which owns nothing"


def _books() -> tuple[str, str]:
    wrong = wrong_in_the_books()
    if wrong:
        return PROBLEM, " | ".join(wrong)
    return OK, "every sum agrees with every other"


def _stuck() -> tuple[str, str]:
    found = [f"{thing.count} {thing.kind} ({', '.join(thing.first)})" for thing in stuck(datetime.now(UTC))]
    return (PROBLEM, "; ".join(found)) if found else (OK, "nothing is past its deadline")


def _migrations() -> tuple[str, str]:
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if waiting:
        return PROBLEM, f"{waiting} not applied; run `python manage.py migrate`"
    return OK, "all applied"


def _redis() -> tuple[str, str]:
    with redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS
    ) as client:
        facts = client.info("server")
    name, version = facts.get("server_name", "redis"), facts.get("valkey_version", facts["redis_version"])
    return OK, f"{name} {version}"


def _worker() -> tuple[str, str]:
    _redis()  # without a broker the ping below would wait for one
    names = [name for answer in celery_app.control.ping(timeout=1.0) or [] for name in answer]
    if not names:
        return PROBLEM, "no worker answers; `scripts/run.sh worker` starts one"
    return OK, f"{len(names)} answering"


def _beat() -> tuple[str, str]:
    last = Heartbeat.objects.filter(name="worker").first()
    if last is None:
        return PROBLEM, "has never beaten; `scripts/run.sh beat` starts it"
    silence = (datetime.now(UTC) - last.at).total_seconds()
    if silence > MOST_SILENCE_SECONDS:
        return PROBLEM, f"last heard {silence:.0f} s ago: beat or every worker is down"
    return OK, f"last heard {silence:.0f} s ago"


def _roads() -> tuple[str, str]:
    engine = gateway()
    point = Point(0.0, 0.0)
    started = time.perf_counter()
    engine.route([point, Point(0.001, 0.001)], datetime.now(UTC))
    if is_away(engine):
        return PROBLEM, f"{engine.name} at {settings.ROUTING_URL} does not answer: times are estimated, offers say so"
    return OK, f"{engine.name} {engine.version} in {(time.perf_counter() - started) * 1000:.0f} ms"


def _pruning() -> tuple[str, str]:
    last = Heartbeat.objects.filter(name=HEART).first()
    if last is None:
        return WARNING, "has never run: beat sends it each hour, `python manage.py prune` does it now"
    hours = (datetime.now(UTC) - last.at).total_seconds() / 3600
    return (WARNING if hours > MOST_PRUNING_HOURS else OK), f"{hours:.0f} h ago: {last.detail}"


def _web() -> tuple[str, str]:
    demo = running_demo()
    base = str(demo.get("base_url") or settings.BASE_URL).rstrip("/")
    return _answers(f"{base}/healthz", base)


def _events() -> tuple[str, str]:
    demo = running_demo()
    url = str(demo.get("events_url") or settings.EVENTS_URL).rstrip("/")
    if not url:
        return WARNING, "EVENTS_URL is not set: pages poll instead"
    return _answers(f"{url}/healthz", url)


def _answers(url: str, shown: str) -> tuple[str, str]:
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as answer:  # noqa: S310  # http(s) from our settings
            return OK, f"{shown} answers {answer.status}"
    except OSError as trouble:
        return PROBLEM, f"{shown} does not answer ({getattr(trouble, 'reason', trouble)})"


def _disk() -> tuple[str, str]:
    folder = default_folder()
    free = shutil.disk_usage(folder if folder.exists() else Path(settings.BASE_DIR)).free
    state = OK if free > LEAST_FREE_BYTES else PROBLEM
    return state, f"{free / 1e9:.1f} GB free"


def _clock() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        row = cursor.fetchone()
    apart = abs(time.time() - float(row[0] if row else 0))
    if apart > MOST_CLOCK_SECONDS:
        return PROBLEM, f"{apart:.1f} s apart from the database's: deadlines will be wrong"
    return OK, "agrees with the database's"


def _chromium() -> tuple[str, str]:
    for name in (os.environ.get("CHROMIUM_PATH"), "chromium", "chromium-browser", "google-chrome"):
        if name and (found := shutil.which(name)):
            return OK, found
    return WARNING, "absent: only the browser tests and `make shots` need it"


LOOKS: dict[str, Callable[[], tuple[str, str]]] = {
    "Python": _python,
    "packages": _packages,
    "services": _services,
    "database": _database,
    "migrations": _migrations,
    "role": _role,
    "books": _books,
    "stuck": _stuck,
    "clock": _clock,
    "redis": _redis,
    "worker": _worker,
    "beat": _beat,
    "pruning": _pruning,
    "roads": _roads,
    "web": _web,
    "live events": _events,
    "disk": _disk,
    "Chromium": _chromium,
}
