"""A real web process on the test database, and drivers who speak HTTP to it."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from django.conf import settings
from django.test import Client

from accounts.models import User
from tests.roles import app_url

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "k" * 32  # any; the cookie and the header only have to agree
PATIENCE_SECONDS = 60
WARM_UPS = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request came to."""

    status: int
    code: str
    seconds: float


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def web_process(folder: Path) -> Iterator[int]:
    """Run gunicorn with our own configuration on the test database; yields its port."""
    port = free_port()
    env = os.environ | {
        "DATABASE_URL": app_url(), "REDIS_URL": settings.REDIS_URL, "WEB_BIND": f"127.0.0.1:{port}",
        "WEB_CONCURRENCY": "2", "WEB_THREADS": "8", "LOG_LEVEL": "ERROR", "DEBUG": "on",
    }  # fmt: skip
    log = folder / "web.log"
    command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "--no-control-socket"]
    with log.open("wb") as sink:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=sink, stderr=subprocess.STDOUT)
        try:
            wait_until_up(port, process, log)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=30)


def wait_until_up(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for the first answer, or show what the process said when it gave up."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up_at:
        if process.poll() is not None:
            break
        try:
            if all(is_awake(port) for _ in range(WARM_UPS)):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the web process did not come up:\n{log.read_text()[-4000:]}")


def is_awake(port: int) -> bool:
    """Whether the process answers; each worker imports everything at its first answer, which is no part of a race."""
    line = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    line.request("GET", "/healthz")
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer.status == 200


class Phone:
    """A signed-in user's phone with one connection that is kept."""

    def __init__(self, user: User, port: int) -> None:
        """Sign in as a browser does: by a session row and its cookie."""
        browser = Client()
        browser.force_login(user)
        cookies = {
            settings.SESSION_COOKIE_NAME: browser.cookies[settings.SESSION_COOKIE_NAME].value,
            "csrftoken": TOKEN,
        }
        self.headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "X-CSRFToken": TOKEN, "Content-Type": "application/json", "Accept": "application/json",
        }  # fmt: skip
        self.line = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)

    def post(self, path: str, body: object = None) -> Answer:
        """Send one request and time it."""
        started = time.monotonic()
        self.line.request("POST", path, json.dumps(body or {}), self.headers)
        answer = self.line.getresponse()
        told = json.loads(answer.read() or b"{}")
        errors = told.get("errors") or [{}]
        return Answer(answer.status, errors[0].get("code", ""), time.monotonic() - started)
