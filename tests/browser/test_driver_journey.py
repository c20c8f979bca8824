"""A driver's whole road on a phone: claim, drive, lose the signal at the store, deliver; and every page under axe."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Geolocation, Page, expect
from pytest_django.live_server_helper import LiveServer

from dispatch.models import Delivery, Offer, Proof, Run, Stop
from dispatch.states import DeliveryStatus, RunStatus
from orders.models import Order
from payouts.models import Earning
from tests import make
from tests.browser.shop_journey import PHONE, chrome, faults
from tests.dispatch import walk

PAGES = ("", "trips/", "trips/new/", "online/", "limits/", "me/", "run/")

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("driver-browser")]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with chrome() as opened:
        yield opened


@pytest.fixture
def offer() -> Offer:
    """A batch of one, open now, to a door that Ann passes anyway."""
    now = timezone.now()
    ann = make.driver()
    store = make.store(in_market=ann.market)
    order = make.order(store, status="ready", bag_count=3, line1="77 Fatherland St", instructions="Blue door")
    row = make.delivery(order, due_from=now, due_by=now + timedelta(hours=2))
    walk.prepare(ann.market)
    return make.offer(row, on=make.trip(ann, departs_at=now), made_at=now, seconds=600)


@pytest.fixture
def phone(chromium: Browser, offer: Offer, live_server: LiveServer) -> Iterator[Page]:
    """Ann's phone, signed in, at the store."""
    client = Client()
    client.force_login(offer.driver.user)
    where: Geolocation = {"latitude": make.EAST_NASHVILLE.lat, "longitude": make.EAST_NASHVILLE.lng}
    context = chromium.new_context(
        base_url=live_server.url, viewport=PHONE, geolocation=where, permissions=["geolocation"],
        reduced_motion="reduce",
    )  # fmt: skip
    context.set_default_timeout(20_000)
    expect.set_options(timeout=20_000)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    yield context.new_page()
    context.close()


def test_a_driver_claims_loses_the_signal_at_the_store_and_delivers(phone: Page, offer: Offer) -> None:
    phone.goto("/drive/")
    expect(phone.get_by_text("Reserved for you")).to_be_visible()
    phone.get_by_role("button", name="Claim for $14.20").click()
    expect(phone.get_by_role("heading", name="Drive to")).to_be_visible()
    phone.wait_for_function("navigator.serviceWorker.controller !== null")
    phone.reload()

    phone.context.set_offline(True)
    phone.get_by_role("button", name="I am at the store").click()
    phone.get_by_label("Code from the store").fill("4711")
    phone.get_by_role("button", name="The bags are in my car").click()
    expect(phone.get_by_role("heading", name="Kept until you have signal")).to_be_visible()
    phone.reload()
    expect(phone.get_by_role("heading", name="Kept until you have signal")).to_be_visible()
    expect(phone.locator("#offline")).to_be_visible()
    assert Delivery.objects.get().status == DeliveryStatus.CLAIMED
    phone.context.set_offline(False)

    expect(phone.get_by_text("77 Fatherland St").first).to_be_visible()
    assert Delivery.objects.get().status == DeliveryStatus.PICKED_UP
    deliver(phone)
    run = Run.objects.get()
    assert (run.status, Proof.objects.get().kind) == (RunStatus.FINISHED, Proof.Kind.PHOTO)
    assert Order.objects.get().status == "delivered"
    assert Earning.objects.get().total_cents == offer.total_cents


def deliver(phone: Page) -> None:
    """From the car to the end of the run; too far off, a reason is asked for, and at the door it is not."""
    phone.get_by_role("button", name="I am at the door").click()
    expect(phone.get_by_label("Your phone does not show you here. Why?").first).to_be_visible()
    door = Stop.objects.get(kind=Stop.Kind.DROP)
    phone.context.set_geolocation({"latitude": door.lat, "longitude": door.lng})
    expect(phone.get_by_label("Your phone does not show you here. Why?").first).to_be_hidden()
    phone.get_by_role("button", name="I am at the door").click()
    expect(phone.get_by_role("heading", name="Hand over 3 bags")).to_be_visible()
    phone.get_by_label("Photo of the bags").set_input_files(
        {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": walk.picture((800, 600))}
    )
    phone.get_by_role("button", name="Delivered").click()
    expect(phone.get_by_role("heading", name="Run done")).to_be_visible()
    expect(phone.get_by_text("$14.20")).to_be_visible()


def test_a_wrong_code_is_said_and_the_step_stays(phone: Page, offer: Offer) -> None:
    phone.goto(f"/drive/offers/{offer.public_id}/")
    phone.get_by_role("button", name="Claim for").click()
    phone.get_by_role("button", name="I am at the store").click()
    phone.get_by_label("Code from the store").fill("0000")
    phone.get_by_role("button", name="The bags are in my car").click()

    expect(phone.get_by_text("That is not the right code. 4 more tries")).to_be_visible()
    expect(phone.get_by_role("button", name="The bags are in my car")).to_be_visible()


def test_no_page_of_the_portal_has_a_fault_that_axe_can_find(phone: Page, offer: Offer) -> None:
    found: dict[str, list[str]] = {}
    for page in (*PAGES, f"offers/{offer.public_id}/"):
        phone.goto(f"/drive/{page}")
        found[page] = faults(phone)
    phone.get_by_role("button", name="Claim for").click()
    for step in ("I am at the store", "The bags are in my car"):
        expect(phone.get_by_role("button", name=step)).to_be_visible()
        phone.get_by_text("Something is wrong").click()
        found[step] = faults(phone)
        phone.get_by_text("Something is wrong").click()
        if step == "I am at the store":
            phone.get_by_role("button", name=step).click()

    assert {page: faults for page, faults in found.items() if faults} == {}
