"""Nudges reach the pages that may hear them, and nobody waits for Redis."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from http.client import HTTPResponse
from urllib.error import HTTPError
from urllib.parse import urlencode

import pytest
import requests
from django.conf import settings
from django.core import signing

from common import live
from common.live import Nudger, channels_of, publish, stream_token, stream_url
from common.local_services.place import PROJECT
from common.local_services.processes import free_port


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The events process, as the demo starts it, with room for two streams."""
    port = free_port()
    environment = {**os.environ, "EVENTS_PORT": str(port), "EVENTS_MOST_STREAMS": "2"}
    process = subprocess.Popen([PROJECT / "scripts" / "run.sh", "events"], env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/healthz")
        yield f"{address}/events/"
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            if requests.get(url, timeout=2).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
        assert time.monotonic() < deadline, f"{url} does not answer"


def open_stream(server: str, *channels: str) -> HTTPResponse:
    query = urlencode({"token": stream_token(channels)})
    deadline = time.monotonic() + 5  # the places of streams just closed are free in a moment
    while True:
        try:
            stream: HTTPResponse = urllib.request.urlopen(f"{server}?{query}", timeout=10)
            break
        except HTTPError as refused:
            if refused.code != 503 or time.monotonic() > deadline:
                raise
    assert stream.readline().startswith(b"retry: ")
    return stream


def read_nudge(stream: HTTPResponse) -> tuple[str, object]:
    while not (line := stream.readline().decode()).startswith("id: "):
        assert line, "the stream ended"
    return line.removeprefix("id: ").strip(), json.loads(stream.readline().decode().removeprefix("data: "))


def test_a_nudge_reaches_the_page_that_reads_its_channel(server: str) -> None:
    with open_stream(server, "order:1", "market:7") as stream:
        publish("order:2", {"n": 1})
        publish("market:7", {"n": 2})

        assert read_nudge(stream) == ("market:7", {"n": 2})
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["access-control-allow-origin"] == "*"


FORGED = pytest.param(signing.dumps(["order:1"], salt="another.purpose"), id="signed for another purpose")


@pytest.mark.parametrize("token", ["", "nonsense", FORGED])
def test_a_forged_token_reads_nothing(server: str, token: str) -> None:
    answer = requests.get(server, params={"token": token}, timeout=5)

    assert answer.status_code == 401


def test_a_full_process_says_so_and_pages_poll(server: str) -> None:
    with open_stream(server, "a"), open_stream(server, "b"):
        refused = requests.get(server, params={"token": stream_token(["c"])}, timeout=5)

    assert refused.status_code == 503
    assert refused.headers["retry-after"] == "30"


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "../other", 404), ("POST", "", 405)])
def test_there_is_nothing_else_here(server: str, method: str, path: str, status: int) -> None:
    assert requests.request(method, server + path, timeout=5).status_code == status


def test_a_token_grows_old(monkeypatch: pytest.MonkeyPatch) -> None:
    token = stream_token(["order:1"])
    assert channels_of(token) == ["order:1"]

    monkeypatch.setattr(live, "TOKEN_SECONDS", -1)

    with pytest.raises(signing.SignatureExpired):
        channels_of(token)


def test_an_absent_redis_costs_a_request_next_to_nothing() -> None:
    nudger = Nudger(f"redis://127.0.0.1:{free_port()}/0")
    started = time.monotonic()

    sent = [nudger.publish("order:1", {}) for _ in range(50)]

    assert not any(sent)
    assert nudger.failures == 50
    assert time.monotonic() - started < 0.2


def test_a_deaf_redis_holds_a_request_a_fifth_of_a_second_at_most() -> None:
    deaf = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import socket; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1], flush=True); input()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert deaf.stdout is not None
    nudger = Nudger(f"redis://127.0.0.1:{deaf.stdout.readline().strip()}/0")
    started = time.monotonic()

    nudger.publish("order:1", {})

    assert time.monotonic() - started < 0.5
    assert nudger.failures == 1
    deaf.communicate("\n", timeout=5)


def test_without_an_events_process_pages_are_given_no_stream() -> None:
    before = settings.EVENTS_URL
    try:
        settings.EVENTS_URL = ""
        assert stream_url(["order:1"]) == ""
        settings.EVENTS_URL = "http://127.0.0.1:8001/events/"
        assert stream_url(["order:1"]).startswith("http://127.0.0.1:8001/events/?token=")
    finally:
        settings.EVENTS_URL = before
