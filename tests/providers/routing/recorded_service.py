"""A road engine's HTTP service, answering as the real one did over the Harrisburg extract.

The answers stand in `recorded/`. With `OSRM_URL` or `VALHALLA_URL` in the environment the question goes to that
service instead, and its answer replaces the recording:

    osrm-extract -p car.lua harrisburg.osm.pbf && osrm-contract harrisburg.osrm && osrm-routed harrisburg.osrm
    OSRM_URL=http://127.0.0.1:5000 pytest -n0 -p no:randomly tests/providers/routing
"""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

RECORDED = Path(__file__).parent / "recorded"
LOCATION_TYPE = ("Content-Type", "application/json")


class Recording:
    """Questions and answers of one service."""

    def __init__(self, name: str) -> None:
        self.path = RECORDED / f"{name}.json"
        self.live = os.environ.get(f"{name.upper()}_URL", "").rstrip("/")
        self.answers: dict[str, Any] = json.loads(self.path.read_text()) if self.path.exists() else {}

    def answer(self, path: str, body: bytes | None) -> tuple[int, bytes]:
        """The recorded answer; a question never recorded is an error of the test, and says so."""
        key = path if body is None else f"{path} {body.decode()}"
        if self.live:
            self.answers[key] = _asked(self.live + path, body)
        if key not in self.answers:
            return 500, json.dumps({"code": f"not recorded: {key}"}).encode()
        status, answer = self.answers[key]
        return status, json.dumps(answer).encode()

    def keep(self) -> None:
        """Write what a live service answered."""
        if self.live:
            lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(self.answers[key])}" for key in sorted(self.answers))
            self.path.write_text(f"{{\n{lines}\n}}\n")


def _asked(url: str, body: bytes | None) -> tuple[int, Any]:
    try:
        with urlopen(Request(url, body, dict([LOCATION_TYPE])), timeout=10) as answer:
            return answer.status, json.loads(answer.read())
    except HTTPError as refused:
        return refused.code, json.loads(refused.read())


@contextmanager
def service(name: str) -> Iterator[str]:
    """Serve a recording on a port of its own; yields its address."""
    recording = Recording(name)

    class Service(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.reply(None)

        def do_POST(self) -> None:
            self.reply(self.rfile.read(int(self.headers["Content-Length"])))

        def reply(self, body: bytes | None) -> None:
            status, content = recording.answer(self.path, body)
            self.send_response(status)
            self.send_header(*LOCATION_TYPE)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        recording.keep()
