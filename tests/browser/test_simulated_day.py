"""The report of simulated days, and operations' fairness page, in a real browser: both widths, both colours."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, sync_playwright
from pytest_django.live_server_helper import LiveServer

from dispatch.simulator.compare.days import compare
from dispatch.simulator.compare.policy import POLICIES
from dispatch.simulator.compare.report import report
from tests import make
from tests.chromium import chromium_path
from tests.look.test_in_browser import FLAGS, Pages
from tests.simulator.compare.days import small_day

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("axe-browser")]


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


def test_the_report_opens_from_a_disk_is_open_to_all_and_asks_nobody(
    chrome: Browser, client: Client, tmp_path: Path
) -> None:
    day = small_day(40, 40)
    file = tmp_path / "day.html"
    found = compare(day, [POLICIES["nearest"], POLICIES["greedy"]], lambda _title, _share: None)
    file.write_text(report(day, found, how="Over the pure engine."), encoding="utf-8")
    pages = Pages(chrome, file.parent.as_uri(), client)
    asked: list[str] = []
    for view in pages.views:
        view.on("request", lambda request: asked.append(request.url))

    faults = pages.faults("/day.html", everywhere=True)

    pages.close()
    assert faults == []
    assert set(asked) == {file.as_uri()}


def test_the_fairness_page_is_open_to_all(chrome: Browser, client: Client, live_server: LiveServer) -> None:
    now, store = timezone.now(), make.store()
    for number in range(7):
        ann = make.driver(f"Ann {number}", in_market=store.market)
        on = make.trip(ann, departs_at=now + timedelta(hours=1), created_at=now - timedelta(hours=2))
        delivery = make.delivery(make.order(store, status="ready"))
        make.run(make.offer(delivery, to=ann, on=on, made_at=now - timedelta(hours=1), seen_at=now))
    pages = Pages(chrome, live_server.url, client)
    client.force_login(make.with_password(make.operator()))
    for view in pages.views:
        view.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])

    faults = pages.faults(f"/ops/fairness/?market={store.market.code}&days=28", everywhere=True)

    pages.close()
    assert faults == []
