"""A driver's whole road on a phone: claim, drive, lose the signal at the store, deliver; and every page under axe."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Geolocation, Page, expect
from pytest_django.live_server_helper import LiveServer

from dispatch.actions.claiming import accept_offer
from dispatch.actions.running import load_delivery
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
    phone.get_by_label("Bags you count").fill("3")
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


@pytest.mark.parametrize("size", [(390, 844), (375, 667)], ids=["390x844", "375x667"])
def test_claim_and_decline_are_in_reach_above_the_tab_bar(phone: Page, offer: Offer, size: tuple[int, int]) -> None:
    phone.set_viewport_size({"width": size[0], "height": size[1]})
    phone.goto("/drive/")
    dock = phone.locator(".hw-dock").bounding_box()

    for name in ("Claim for $14.20", "Not this one"):
        button = phone.get_by_role("button", name=name)
        expect(button).to_be_visible()
        box = button.bounding_box()
        assert box is not None
        assert dock is not None
        assert box["y"] + box["height"] <= dock["y"], (name, box, dock)


def test_the_countdown_follows_the_servers_clock_and_ends_the_claim(phone: Page, offer: Offer) -> None:
    phone.clock.install(time=timezone.now() + timedelta(minutes=10))
    phone.goto("/drive/")
    button = phone.get_by_role("button", name="Claim for")

    expect(phone.locator("[data-face]").first).to_have_text(re.compile(r"^9:\d\d$"))
    expect(button).to_be_enabled()
    phone.clock.fast_forward("09:59")
    phone.clock.run_for(2_000)
    expect(phone.locator("[data-face]").first).to_have_text("Over")
    expect(button).to_be_disabled()


def test_a_photo_of_twelve_million_pixels_goes_up_small_and_wrong_words_keep_the_form(
    phone: Page, offer: Offer
) -> None:
    run = accept_offer(offer_id=offer.pk, now=timezone.now())
    load_delivery(stop_id=walk.pickup(run).pk, bags=3, code="4711", now=timezone.now())
    door, out = walk.door(run), BytesIO()
    large = Image.effect_noise((4_000, 3_000), 90).convert("RGB")
    large.paste((20, 30, 40), (1_000, 800, 2_400, 3_000))
    large.save(out, "JPEG", quality=90)
    phone.context.set_geolocation({"latitude": door.lat, "longitude": door.lng})
    sent: list[int] = []
    phone.on("request", lambda one: sent.append(len(one.post_data_buffer or b"")) if "/steps/" in one.url else None)

    phone.goto("/drive/run/")
    phone.get_by_role("button", name="I am at the door").click()
    expect(phone.get_by_role("heading", name="Hand over 3 bags")).to_be_visible()
    photo = phone.get_by_label("Photo of the bags")
    photo.set_input_files({"name": "blank.png", "mimeType": "image/png", "buffer": blank()})
    phone.get_by_role("button", name="Delivered").click()
    expect(phone.get_by_text("This photo shows nothing")).to_be_visible()
    photo.set_input_files({"name": "door.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()})
    phone.get_by_role("button", name="Delivered").click()
    expect(phone.get_by_role("heading", name="Run done")).to_be_visible()

    assert len(out.getvalue()) > 5_000_000
    assert max(sent) < 2_500_000
    with Proof.objects.get().photo.open() as kept, Image.open(kept) as picture:
        assert picture.size == (1_600, 1_200)


def blank() -> bytes:
    """A photo of nothing."""
    out = BytesIO()
    Image.new("RGB", (640, 480)).save(out, "PNG")
    return out.getvalue()


def test_the_portal_installs_as_the_portal_and_keeps_its_tabs_for_a_road_without_signal(phone: Page) -> None:
    phone.goto("/drive/me/")
    phone.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone.wait_for_timeout(4_000)
    manifest = phone.locator("link[rel=manifest]").get_attribute("href") or ""

    told = phone.request.get(manifest).json()
    phone.context.set_offline(True)
    phone.goto("/drive/earnings/")
    expect(phone.get_by_role("heading", name="Payouts").or_(phone.get_by_text("Owed to you now"))).to_be_visible()
    phone.goto("/drive/trips/new/")
    expect(phone.locator(".hw-dock")).to_be_visible()

    assert (told["start_url"], told["id"]) == ("/drive/", "/drive/")


def test_a_wrong_code_is_said_and_the_step_stays(phone: Page, offer: Offer) -> None:
    phone.goto(f"/drive/offers/{offer.public_id}/")
    phone.get_by_role("button", name="Claim for").click()
    phone.get_by_role("button", name="I am at the store").click()
    phone.get_by_label("Code from the store").fill("0000")
    phone.get_by_label("Bags you count").fill("3")
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
