"""R32: however many browse, whoever claims, drives or pays comes in, and a sign of life is never late."""

import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from config import admission
from config.admission import Admission

THREADS = 24


class Slow:
    """An application whose shop takes as long as it is told to."""

    def __init__(self) -> None:
        self.goes = threading.Event()
        self.most, self.inside, self._lock = 0, 0, threading.Lock()

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        if environ["PATH_INFO"].startswith("/search"):
            self.goes.wait(10)
        with self._lock:
            self.inside -= 1
        start("200 OK", [])
        return [b"here"]


def ask(application: Admission, path: str, **more: str) -> tuple[str, dict[str, str], float]:
    told: list[Any] = []
    began = time.monotonic()
    answer = application({"PATH_INFO": path, "REQUEST_METHOD": "GET", **more}, lambda *given: told.extend(given))
    b"".join(answer)
    getattr(answer, "close", lambda: None)()
    return told[0], dict(told[1]), time.monotonic() - began


@pytest.fixture
def slow() -> Slow:
    return Slow()


def test_browsing_fills_half_the_house_at_most(slow: Slow) -> None:
    application = Admission(slow, threads=THREADS)

    with ThreadPoolExecutor(THREADS) as pool:
        browsing = [pool.submit(ask, application, "/search/") for _ in range(THREADS - 4)]
        time.sleep(0.2)
        others = [
            pool.submit(ask, application, path) for path in ("/drive/", "/checkout/", "/healthz", "/api/v1/me/run/")
        ]
        in_time = [future.result(timeout=5) for future in others]
        slow.goes.set()
        answers = [future.result(timeout=10) for future in browsing]

    assert [status for status, _, _ in in_time] == ["200 OK"] * 4
    assert max(seconds for _, _, seconds in in_time) < 1
    refused = [headers for status, headers, _ in answers if status.startswith("503")]
    assert len(refused) >= THREADS // 2 - 4
    assert all(headers["Retry-After"] == "3" for headers in refused)
    assert slow.most <= THREADS // 6 + 4


def test_who_is_sent_away_is_sent_at_once_and_whoever_waits_gives_up(
    slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "WAIT_SECONDS", 2.0)
    application = Admission(slow, threads=6)  # one browses, one waits

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(ask, application, "/search/")
        while not slow.inside:
            time.sleep(0.01)
        second = pool.submit(ask, application, "/search/")
        time.sleep(0.4)
        status, headers, seconds = ask(application, "/search/", HTTP_HX_REQUEST="true")
        assert second.result(timeout=20)[0].startswith("503")
        slow.goes.set()
        assert first.result(timeout=20)[0] == "200 OK"

    assert status.startswith("503")
    assert headers["HX-Reswap"] == "none"
    assert seconds < 1.0
    assert ask(application, "/search/")[0] == "200 OK"


def test_a_page_that_fails_gives_its_place_back() -> None:
    def broken(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        raise ValueError("no page")

    application = Admission(broken, threads=6)

    for _ in range(5):
        with pytest.raises(ValueError, match="no page"):
            ask(application, "/search/")

    assert application.browsing.enter()


@pytest.mark.parametrize(
    "path",
    [
        "/healthz",
        "/readyz",
        "/checkout/place/",
        "/drive/offers/1/claim/",
        "/api/v1/runs/1/commands/",
        "/orders/",
        "/ops/",
    ],
)
def test_what_moves_goods_and_money_is_in_no_lane_that_others_fill(path: str) -> None:
    assert Admission(lambda *_: [], threads=THREADS).lane_of(path) is None
