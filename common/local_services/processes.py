"""Small truths about processes and ports."""

import random
import socket
import subprocess
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from common.local_services.faults import ServiceFault

# Below Linux' range for outgoing connections, so that none of those takes our port between two starts.
PORTS = range(20_000, 32_000)
TRIES = 200


def is_process(pid: int, words: str) -> bool:
    """Whether a process is alive and its command line has these words; a reused number is not ours."""
    if pid <= 0:
        return False
    if Path("/proc/self").exists():
        try:
            return words in Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return False
    shown = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False)
    return words in shown.stdout


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on a port now."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers do after a crash
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(*, beside: Iterable[int] = ()) -> int:
    """A port that nothing listens on, chosen at random so that two checkouts rarely meet."""
    taken = set(beside)
    for port in random.sample(PORTS, TRIES):
        if port not in taken and is_free(port):
            return port
    raise ServiceFault(f"No free port between {PORTS.start} and {PORTS.stop} on 127.0.0.1.")
