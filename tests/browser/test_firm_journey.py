"""A firm settles a week in a browser: close, approve, send, hand the file to the bank, and print a statement."""

from collections.abc import Iterator

import pytest
from achlens.core import validate
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from drivers.models import Firm
from payouts.models import Settlement
from payouts.queries.periods import last_week
from tests import make
from tests.chromium import chromium_path
from tests.look.test_in_browser import FLAGS
from tests.payouts.test_settlement import banked, earn

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("firm-browser")]


@pytest.fixture
def firm() -> Firm:
    """A firm with two drivers who worked last week."""
    firm = make.firm("Wayside Contractors")
    starts_at, _ = last_week(firm, timezone.now())
    for name in ("Ann", "Bob"):
        earn(banked(name, firm), at=starts_at)
    return firm


@pytest.fixture
def desk(live_server: LiveServer, firm: Firm, client: Client) -> Iterator[Page]:
    """Flo's browser at the firm's desk."""
    client.force_login(make.firm_member(firm))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=live_server.url)
        cookie = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.goto("/firm/")
        yield page
        browser.close()


def downloaded(page: Page, link: str) -> bytes:
    """What a link saves."""
    with page.expect_download() as saving:
        page.get_by_role("link", name=link).first.click()
    return saving.value.path().read_bytes()


def test_a_week_is_closed_approved_and_sent_to_a_bank_that_takes_the_file(desk: Page) -> None:
    desk.get_by_role("button", name="Close").first.click()
    desk.get_by_role("button", name="Approve").first.click()
    desk.get_by_role("button", name="bank file").first.click()

    assert "$28.00" in desk.inner_text("main")
    file = downloaded(desk, "Download")
    assert validate(file.decode()).findings == []
    assert Settlement.objects.get().status == "sent"


def test_a_statement_is_read_printed_and_opened_as_a_spreadsheet(desk: Page) -> None:
    desk.get_by_role("button", name="Close").first.click()
    desk.get_by_role("link", name="Ann").first.click()

    assert "$14.00" in desk.inner_text("main")
    assert downloaded(desk, "PDF").startswith(b"%PDF")
    assert b"East Nashville to 37206" in downloaded(desk, "CSV")
