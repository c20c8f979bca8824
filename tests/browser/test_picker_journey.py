"""A picker's whole road on a phone: sign in, pick, weigh, stage, mark ready, hand over by code and count."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from dispatch.models import Stop
from orders.models import Order
from stores.models import Store
from tests import make
from tests.chromium import chromium_path
from tests.staff.desk import PLACES

FLAGS = ["--no-sandbox", "--disable-background-networking"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("picker-browser")]


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def phone(chrome: Browser) -> Iterator[Page]:
    context = chrome.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(15_000)
    page = context.new_page()
    yield page
    context.close()


def an_order(at: Store) -> Order:
    """Two apples, and bananas to weigh, due in two hours."""
    window = make.window(at, starts_at=timezone.now() + timedelta(hours=2))
    lines = [(make.shelf(at), 2), (make.shelf(at, make.weighed_item(), price_cents=100), 4)]
    return make.order(at, in_window=window, lines=lines)


def sign_in(page: Page, live_server: LiveServer, at: Store) -> None:
    kim = make.with_password(make.staff(at))
    page.goto(live_server.url + reverse("admin:queue"))
    page.fill("input[name=login]", kim.email)
    page.fill("input[name=password]", "test-password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()


def test_a_picker_takes_an_order_from_the_queue_to_the_drivers_car(phone: Page, live_server: LiveServer) -> None:
    at = make.store(staging_places=PLACES)
    order = an_order(at)
    sign_in(phone, live_server, at)

    phone.get_by_role("button", name="Start picking").click()
    pick_two_lines(phone)
    phone.get_by_label("Bags, Ambient").fill("2")
    phone.get_by_role("button", name=f"Mark {order.number} ready").click()
    expect(phone.get_by_text("A driver is being found")).to_be_visible()
    order.refresh_from_db()
    assert (order.status, order.bag_count, order.final_subtotal_cents) == ("ready", 2, 800 + 186)

    stop = a_driver_arrives(order)
    hand_over(phone, live_server, order)
    order.refresh_from_db()
    stop.refresh_from_db()
    assert (order.status, stop.bags) == ("handed_over", 2)


def pick_two_lines(phone: Page) -> None:
    """Bananas after an undo and a refused code, then apples."""
    expect(phone.get_by_role("heading", name="Bananas")).to_be_visible()
    phone.get_by_label("Weight of all, in pounds").fill("1.855")
    phone.get_by_label("Scan or type the code").fill("0000000000000")
    phone.get_by_role("button", name="Picked 4").click()
    expect(phone.get_by_text("That is another item")).to_be_visible()
    phone.get_by_label("Weight of all, in pounds").fill("1.855")
    phone.get_by_role("button", name="Picked 4").click()
    expect(phone.get_by_text("1 of 2")).to_be_visible()
    phone.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(phone.get_by_text("0 of 2")).to_be_visible()
    phone.get_by_label("Weight of all, in pounds").fill("1.855")
    phone.get_by_role("button", name="Picked 4").click()
    expect(phone.get_by_role("heading", name="Gala apples")).to_be_visible()
    phone.get_by_role("button", name="One less").click()
    expect(phone.get_by_role("button", name="Picked 1")).to_be_visible()
    phone.get_by_role("button", name="One more").click()
    phone.get_by_role("button", name="Picked 2").click()
    phone.get_by_role("link", name="Stage the bags").click()


def a_driver_arrives(order: Order) -> Stop:
    """Ann claimed the order and stands at bay 4."""
    run = make.run(make.offer(make.delivery(order)), started_at=timezone.now())
    stop: Stop = run.stops.get(kind=Stop.Kind.PICKUP)
    stop.arrived_at, stop.bay = timezone.now(), 4
    stop.save(update_fields=["arrived_at", "bay"])
    return stop


def hand_over(phone: Page, live_server: LiveServer, order: Order) -> None:
    """One count that is wrong and is refused, then the right one."""
    phone.goto(live_server.url + reverse("admin:arrivals"))
    for bags, words in (("1", "2 bags were staged"), ("2", "Handed over, driver is loading")):
        phone.get_by_label("Code on the bags").fill(order.handover_code)
        phone.get_by_label("Bags", exact=True).fill(bags)
        phone.get_by_role("button", name=f"Hand over {order.number}").click()
        expect(phone.get_by_text(words)).to_be_visible()


def test_picking_works_without_a_script(chrome: Browser, live_server: LiveServer) -> None:
    at = make.store(staging_places=PLACES)
    order = an_order(at)
    context = chrome.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, live_server, at)

    page.get_by_role("button", name="Start picking").click()
    page.get_by_label("Weight of all, in pounds").fill("2")
    page.get_by_role("button", name="Picked").click()
    page.get_by_text("Short", exact=True).click()
    page.get_by_role("button", name="Not on the shelf").click()
    page.get_by_role("link", name="Stage the bags").click()
    page.get_by_role("button", name=f"Mark {order.number} ready").click()
    expect(page.get_by_text("A driver is being found")).to_be_visible()

    order.refresh_from_db()
    context.close()
    assert (order.status, order.final_subtotal_cents) == ("ready", 200)
