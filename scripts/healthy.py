"""Whether the process in this container does its work: exit 0 or 1, for the container's health check.

python scripts/healthy.py web|events|worker|beat
"""

import os
import socket
import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import psycopg2

WAIT_SECONDS = 4
MOST_SILENCE_SECONDS = 60


def web() -> bool:
    """The page server answers as if through the proxy, whose host and scheme it expects."""
    port = os.environ.get("WEB_BIND", "127.0.0.1:8000").rpartition(":")[2]
    base = urlsplit(os.environ.get("BASE_URL", "http://localhost"))
    headers = {"Host": base.netloc, "X-Forwarded-Proto": base.scheme}
    return _answers(f"http://127.0.0.1:{port}/healthz", headers)


def events() -> bool:
    """The events process answers and hears Redis."""
    return _answers(f"http://127.0.0.1:{os.environ.get('EVENTS_PORT', '8001')}/healthz", {})


def worker() -> bool:
    """This container's worker answers a ping through the broker."""
    name = f"celery@{socket.gethostname()}"
    command = ["celery", "-A", "config", "inspect", "ping", "--destination", name, "--timeout", str(WAIT_SECONDS)]
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def beat() -> bool:
    """What beat sends was worked on within the last minute."""
    with closing(psycopg2.connect(os.environ["DATABASE_URL"], connect_timeout=WAIT_SECONDS)) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT extract(epoch FROM now() - max(at))::float8 FROM events_heartbeat")
        row = cursor.fetchone()
    return row is not None and row[0] is not None and float(row[0]) < MOST_SILENCE_SECONDS


def _answers(url: str, headers: dict[str, str]) -> bool:
    address = urlsplit(url)
    with closing(HTTPConnection(address.netloc, timeout=WAIT_SECONDS)) as connection:
        connection.request("GET", address.path, headers=headers)
        return connection.getresponse().status == 200


CHECKS = {"web": web, "events": events, "worker": worker, "beat": beat}


def main() -> int:
    """Run one check; whatever goes wrong in it is the answer no."""
    try:
        return 0 if CHECKS[sys.argv[1]]() else 1
    except (OSError, psycopg2.Error) as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except (IndexError, KeyError):
        print(__doc__, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
