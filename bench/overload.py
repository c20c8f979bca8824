"""Four times more browsing than the house can serve, and whether those who pay and drive notice (R32).

    python -m bench.overload [--seconds 60] [--shoppers 400] [--browsers 64] [--seed 1]

First the shop's search is asked by a few clients as fast as it answers: that is its capacity. Then four times as many
searches a second arrive on a clock, each client giving up after two seconds, while others place orders, open the
driver's page and ask for signs of life. Everything is on the loopback, with gunicorn as in production.
"""

import argparse
import http.client
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import local
from typing import TYPE_CHECKING

from bench._report import machine, save
from bench.orders import WARM_UP, _free_port, _parent, _place, _web
from common.local_services.session import LocalServices

if TYPE_CHECKING:
    from bench._shop import Shopper

TIMES_CAPACITY = 4
MOST_SECONDS, MOST_CLIENTS = 120, 256
GOAL_SHARE, GOAL_P99 = 0.999, 1.0
GIVE_UP_SECONDS = 2.0
PROBES_PER_SECOND = 4.0  # of each kind
_lines = local()


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    seconds: int
    shoppers: int
    browsers: int
    seed: int


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its status, 0 where none came, and how long it took from when it was due, in seconds."""

    kind: str
    status: int
    seconds: float


def main() -> int:
    """Measure once and print a table; the exit code is 1 when somebody at work was turned away or waited too long."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--shoppers", type=int, default=400)
    parser.add_argument("--browsers", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    words = parser.parse_args()
    size = Size(min(words.seconds, MOST_SECONDS), words.shoppers, min(words.browsers, MOST_CLIENTS), words.seed)
    with TemporaryDirectory(prefix="bench-", dir=_parent()) as folder:
        services = LocalServices(folder=Path(folder), durable=True)
        try:
            urls = services.start()
            capacity, asked = measure(size, Path(folder), urls.owner_url, urls.redis_url)
        finally:
            services.purge()
            Path(folder).mkdir(exist_ok=True)
    return tell(size, capacity, asked)


def prepare(folder: Path, database_url: str, redis_url: str, port: int) -> None:
    """Set Homeward up as in production, on a database of its own, for a web process at a port."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "HOMEWARD_ENV_FILE": "",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "HOMEWARD_LOCAL_DIR": str(folder),
        "DEBUG": "off",
        "SECRET_KEY": "measured-" * 8,
        "SEAL_KEYS": "ZGVtby1vbmx5LXNlYWwta2V5LW5vdC1mb3ItdXNlISE=",
        "BASE_URL": f"http://127.0.0.1:{port}",
        "WEB_BIND": f"127.0.0.1:{port}",
        "LOG_LEVEL": "CRITICAL",
        "STATIC_BUILT": "off",  # pages are asked for, not what they are dressed in
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def measure(size: Size, folder: Path, database_url: str, redis_url: str) -> tuple[float, list[Asked]]:
    """Searches a second that the house answers, and what became of everything asked under four times as many."""
    port = _free_port()
    prepare(folder, database_url, redis_url, port)
    from django.utils import timezone

    from bench._shop import open_shop

    shoppers, _ = open_shop(shoppers=size.shoppers + WARM_UP, floor=1, lines=8, seed=size.seed, now=timezone.now())
    looks = shoppers[0]
    with _web(port), ThreadPoolExecutor(size.browsers + 16) as pool:
        for shopper in shoppers[1:WARM_UP]:
            _place(shopper, port)
        capacity = _capacity(pool, port, looks, seconds=max(2.0, size.seconds / 6))
        asked = _storm(pool, port, size, shoppers[WARM_UP:], capacity * TIMES_CAPACITY)
    return capacity, asked


def _capacity(pool: ThreadPoolExecutor, port: int, looks: "Shopper", *, seconds: float) -> float:
    """Searches a second with as many clients as there are threads for browsing."""
    until = time.monotonic() + seconds

    def keep_asking() -> int:
        answered = 0
        while time.monotonic() < until:
            answered += ask("search", port, looks.session, time.monotonic()).status == 200
        return answered

    return sum(future.result() for future in [pool.submit(keep_asking) for _ in range(8)]) / seconds


def _storm(pool: ThreadPoolExecutor, port: int, size: Size, shoppers: Sequence["Shopper"], rate: float) -> list[Asked]:
    """Everything that is asked while searches arrive at a rate, whether or not those before are answered."""
    looks, payers = shoppers[0], iter(shoppers[1:])

    def pay(due: float) -> Asked:
        payer = next(payers, None)
        if payer is None:
            return Asked("none left", 302, 0.0)
        try:
            status, _ = _place(payer, port)
        except (http.client.HTTPException, OSError):
            status = 0
        return Asked("pay", status, time.monotonic() - due)

    kinds: dict[str, tuple[float, Callable[[float], Asked]]] = {
        "search": (rate, lambda due: ask("search", port, looks.session, due)),
        "health": (PROBES_PER_SECOND, lambda due: ask("health", port, "", due)),
        "driver": (PROBES_PER_SECOND, lambda due: ask("driver", port, looks.session, due)),
        "pay": (PROBES_PER_SECOND, pay),
    }
    with ThreadPoolExecutor(24) as at_work:
        dues = sorted((n / each, kind) for kind, (each, _) in kinds.items() for n in range(int(each * size.seconds)))
        began, sent = time.monotonic(), []
        for due, kind in dues:
            time.sleep(max(0.0, began + due - time.monotonic()))
            sent.append((pool if kind == "search" else at_work).submit(kinds[kind][1], began + due))
        return [future.result() for future in sent]


PATHS = {"search": "/search/?q=milk", "health": "/healthz", "driver": "/drive/"}


def ask(kind: str, port: int, session: str, due: float) -> Asked:
    """Ask once on this thread's own line; a search that is long overdue is not asked any more: its client has gone."""
    if kind == "search" and time.monotonic() - due > GIVE_UP_SECONDS:
        return Asked(kind, 0, time.monotonic() - due)
    line = getattr(_lines, "line", None) or http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    _lines.line = line
    try:
        line.request("GET", PATHS[kind], headers={"Cookie": f"sessionid={session}"})
        answer = line.getresponse()
        answer.read()
    except (http.client.HTTPException, OSError):
        _lines.line = None
        return Asked(kind, 0, time.monotonic() - due)
    return Asked(kind, answer.status, time.monotonic() - due)


def tell(size: Size, capacity: float, asked: Sequence[Asked]) -> int:
    """Print what became of each kind; 1 when those at work were not served as promised."""
    print(f"bench.overload: seed {size.seed}, {size.seconds} s at {TIMES_CAPACITY} times {capacity:.1f} searches/s")
    print(f"machine: {machine()}")
    result: dict[str, object] = {"capacity_per_second": capacity}
    is_kept = True
    for kind, good in (("search", {200}), ("health", {200}), ("driver", {200, 302, 403, 404}), ("pay", {302})):
        seconds = sorted(one.seconds for one in asked if one.kind == kind)
        served = sum(one.kind == kind and one.status in good for one in asked)
        shed = sum(one.kind == kind and one.status == 503 for one in asked)
        share, p99 = served / max(1, len(seconds)), _p99(seconds)
        is_kept &= kind == "search" or (share >= GOAL_SHARE and p99 <= GOAL_P99)
        goal = "" if kind == "search" else f">= {GOAL_SHARE:.1%}, p99 <= {GOAL_P99:.0f} s"
        print(f"  {kind:<8}{len(seconds):>7} asked {share:>8.2%} served {shed:>6} shed   p99 {p99:6.3f} s   {goal}")
        result |= {f"{kind}_served": share, f"{kind}_p99_seconds": p99, f"{kind}_shed": shed}
    print(f"kept in {save('overload', asdict(size) | result)}")
    return 0 if is_kept else 1


def _p99(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=100)[98] if len(seconds) > 1 else sum(seconds)


if __name__ == "__main__":
    sys.exit(main())
