"""The driver's pages: home, offer, run, and what each refuses."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from dispatch.models import Delivery, Offer, Proof, Run
from dispatch.states import DeliveryStatus, OfferStatus, RunStatus
from drivers.models import Driver
from orders.models import Order
from tests import make
from tests.dispatch import walk

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    """A browser in which a person is signed in."""
    browser = Client()
    browser.force_login(user)
    return browser


def fresh_offer(to: Driver | None = None, **delivery: Any) -> Offer:
    """An offer that is open at this very moment."""
    ann = to or make.driver()
    trip = make.trip(ann, departs_at=timezone.now() + timedelta(minutes=30))
    store = make.store(in_market=ann.market)
    row = make.delivery(make.order(store, status="ready", bag_count=3), **delivery)
    return walk_ready(make.offer(row, on=trip, made_at=timezone.now(), seconds=90))


def walk_ready(offer: Offer) -> Offer:
    """A market in which a run can be made and paid."""
    walk.prepare(offer.market)
    return offer


def text(browser: Client, url: str) -> str:
    """A page as text."""
    answer = browser.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_home_shows_the_trip_and_the_offer_with_every_part_of_its_pay() -> None:
    offer = fresh_offer()

    page = text(signed_in(offer.driver.user), "/drive/")

    for words in ("Downtown", "Madison", "+7 min", "+2.3 mi", "$14.20", "base", "$6.00", "detour", "$2.20", "handling",
                  "$1.00", "$5.00", "authorized", "per added mile", "Claim for $14.20", "Reserved for you", "Why me?",
                  "Not this one", "<svg"):  # fmt: skip
        assert words in page


def test_home_without_a_trip_says_what_to_do_next() -> None:
    page = text(signed_in(make.driver().user), "/drive/")

    assert "Where are you going?" in page
    assert "/drive/trips/new/" in page
    assert "/drive/online/" in page


def test_home_says_why_a_driver_may_not_drive() -> None:
    ann = make.driver(insurance_expires_on=None)

    assert "Your insurance is not on file" in text(signed_in(ann.user), "/drive/")


def test_homes_queries_do_not_grow_with_its_offers(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ann = make.driver()
    trip = make.trip(ann, departs_at=timezone.now() + timedelta(minutes=30))
    store = make.store(in_market=ann.market)
    browser = signed_in(ann.user)
    for kind in ("reserved", "board", "board", "board"):
        make.offer(make.delivery(make.order(store, status="ready")), on=trip, made_at=timezone.now(), kind=kind)
    browser.get("/drive/")

    with django_assert_num_queries(9):
        assert text(browser, "/drive/").count("Claim for") == 4


def test_the_live_part_of_home_changes_only_when_an_offer_does() -> None:
    offer = fresh_offer()
    browser = signed_in(offer.driver.user)

    first, second = (browser.get("/drive/", headers={"HX-Request": "true"}).content for _ in range(2))

    assert first == second
    assert b"<html" not in first


def test_claiming_leads_to_the_run_and_a_repeat_to_the_same_run() -> None:
    offer = fresh_offer()
    browser = signed_in(offer.driver.user)

    answers = [browser.post(f"/drive/offers/{offer.public_id}/claim/") for _ in range(2)]

    assert [answer.headers["Location"] for answer in answers] == ["/drive/run/"] * 2
    assert Run.objects.count() == 1


def test_a_claim_that_comes_too_late_says_so_on_the_offers_page() -> None:
    offer = fresh_offer()
    Offer.objects.filter(pk=offer.pk).update(status=OfferStatus.EXPIRED)

    answer = signed_in(offer.driver.user).post(f"/drive/offers/{offer.public_id}/claim/")

    assert answer.status_code == 409
    assert "The time to answer this offer has run out" in answer.content.decode()


def test_declining_goes_back_home_without_the_offer() -> None:
    offer = fresh_offer()
    browser = signed_in(offer.driver.user)

    browser.post(f"/drive/offers/{offer.public_id}/decline/")

    assert "Claim for" not in text(browser, "/drive/")


def test_the_door_is_an_area_until_the_bags_are_in_the_car() -> None:
    offer = fresh_offer()
    browser = signed_in(offer.driver.user)
    order = Order.objects.get(delivery__offer_items__offer=offer)
    Order.objects.filter(pk=order.pk).update(line1="77 Secret Lane", gate_code="#4242", instructions="Blue door")
    secrets = ("77 Secret Lane", "#4242", "Blue door")

    before = text(browser, f"/drive/offers/{offer.public_id}/")
    browser.post(f"/drive/offers/{offer.public_id}/claim/")
    claimed = text(browser, "/drive/run/")
    take(browser, "load", bags=3, code="4711")
    on_the_way = text(browser, "/drive/run/")

    assert not any(secret in page for secret in secrets for page in (before, claimed))
    assert all(secret in on_the_way for secret in secrets)


def take(browser: Client, kind: str, **fields: object) -> Run:
    """Send the form of a step, as a browser without script does."""
    run = Run.objects.latest("pk")
    stop = run.stops.filter(done_at__isnull=True, is_dropped=False).order_by("position")[0]
    told = {"kind": kind, "stop": stop.public_id, "key": uuid4(), **fields}
    answer = browser.post(f"/drive/run/{run.public_id}/steps/", told)
    assert answer.status_code == 302
    return run


def test_a_run_is_driven_to_its_end_by_plain_forms() -> None:
    offer = fresh_offer()
    browser = signed_in(offer.driver.user)
    browser.post(f"/drive/offers/{offer.public_id}/claim/")
    photo = SimpleUploadedFile("door.jpg", walk.picture(), "image/jpeg")

    assert "Drive to" in text(browser, "/drive/run/")
    take(browser, "arrive", lat=make.EAST_NASHVILLE.lat, lng=make.EAST_NASHVILLE.lng)
    assert "Pick up at bay 1" in text(browser, "/drive/run/")
    take(browser, "load", bags=3, code="4711")
    assert "I am at the door" in text(browser, "/drive/run/")
    take(browser, "arrive")
    assert "Photo of the bags" in text(browser, "/drive/run/")
    run = take(browser, "deliver", photo=photo, why="no_position")

    over = text(browser, "/drive/run/")
    assert Run.objects.get(pk=run.pk).status == RunStatus.FINISHED
    assert Delivery.objects.get().status == DeliveryStatus.DELIVERED
    assert "Run done" in over
    assert "$14.20" in over


def test_a_refused_step_is_said_in_words_and_the_step_stays() -> None:
    offer = fresh_offer()
    browser = signed_in(offer.driver.user)
    browser.post(f"/drive/offers/{offer.public_id}/claim/")

    take(browser, "load", bags=3, code="0000")

    page = text(browser, "/drive/run/")
    assert "That is not the right code. 4 more tries" in page
    assert "I am at the store" in page


def test_an_outbox_gets_its_answer_as_json() -> None:
    run = walk.claimed()
    browser = signed_in(run.driver.user)
    told = {"kind": "deliver", "stop": walk.door(run).public_id, "key": uuid4()}

    answer = browser.post(f"/drive/run/{run.public_id}/steps/", told, headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (409, "not_yet")


@pytest.mark.parametrize("page", ["run/", "trips/", "trips/new/", "me/", "limits/", "online/"])
def test_the_portal_is_not_found_by_those_who_do_not_drive(page: str) -> None:
    assert signed_in(make.user("Eve")).get(f"/drive/{page}").status_code == 404


def test_anothers_offer_and_run_are_not_found() -> None:
    offer, run = fresh_offer(), walk.claimed()
    eve = signed_in(make.driver("Eve").user)

    answers = [
        eve.get(f"/drive/offers/{offer.public_id}/"),
        eve.post(f"/drive/offers/{offer.public_id}/claim/"),
        eve.post(f"/drive/offers/{offer.public_id}/decline/"),
        eve.post(f"/drive/run/{run.public_id}/steps/", {"kind": "arrive", "key": uuid4()}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4


def test_a_proofs_photo_is_for_those_it_concerns() -> None:
    run = walk.loaded()
    order = walk.delivery_of(run).order
    browser = signed_in(run.driver.user)
    take(browser, "deliver", photo=SimpleUploadedFile("x.svg", walk.picture(), "image/svg+xml"), why="no_position")
    url = f"/drive/proofs/{Proof.objects.get().public_id}/"

    seen = {name: signed_in(user).get(url).status_code for name, user in {
        "driver": run.driver.user, "shopper": order.shopper, "staff": make.staff(order.store),
        "operator": make.user("Olu", is_operator=True), "eve": make.user("Eve"), "bob": make.driver("Bob").user,
        "other staff": make.staff(make.store()),
    }.items()}  # fmt: skip

    assert seen == {
        "driver": 200,
        "shopper": 200,
        "staff": 200,
        "operator": 200,
        "eve": 404,
        "bob": 404,
        "other staff": 404,
    }
    assert browser.get(url).headers["Content-Type"] == "image/jpeg"
