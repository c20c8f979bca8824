"""R1: of 64 drivers who claim the same offer at the same moment over HTTP, one has it and 63 are refused plainly."""

import sys
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from dispatch.actions import claiming
from dispatch.actions.claiming import OfferTaken, accept_offer
from dispatch.actions.running import give_up_run
from dispatch.models import Delivery, Offer, OfferItem, Run, RunDelivery
from dispatch.states import RunStatus
from drivers.models import Driver, Firm, Trip
from drivers.states import DriverStatus
from stores.models import Market, Store
from tests import make
from tests.concurrency.at_once import at_once
from tests.concurrency.web_process import Answer, Phone, web_process
from tests.dispatch import walk

DRIVERS, OFFERS = 64, 100

pytestmark = pytest.mark.django_db(transaction=True)


def crew(market: Market, count: int) -> list[Driver]:
    """Drivers with papers in force; they need no password to be signed in by."""
    firm: Firm = make.firm()
    users = User.objects.bulk_create(User(email=f"driver{n}@example.com", name=f"Driver {n}") for n in range(count))
    in_force = timezone.now().date() + timedelta(days=90)
    return Driver.objects.bulk_create(
        Driver(
            user=user, firm=firm, market=market, first_name=user.name, status=DriverStatus.ACTIVE,
            licence_expires_on=in_force, insurance_expires_on=in_force,
        )
        for user in users
    )  # fmt: skip


def offered_to_all(drivers: list[Driver], store: Store, number: int) -> tuple[Delivery, list[Offer]]:
    """One delivery on the board for everybody, each with a trip of their own in its own hour."""
    now = timezone.now()
    departs_at = now + timedelta(hours=1 + 2 * number)
    delivery = make.delivery(
        make.order(store, drivers[0].user, status="ready"), due_from=departs_at, due_by=departs_at + timedelta(hours=2)
    )
    pattern = make.trip(drivers[0], departs_at=departs_at)
    trips = [pattern, *Trip.objects.bulk_create(copy_for(pattern, driver) for driver in drivers[1:])]
    like = make.offer(delivery, on=pattern, made_at=now, seconds=600, kind=Offer.Kind.BOARD)
    offers = [like, *Offer.objects.bulk_create(offer_like(like, trip) for trip in trips[1:])]
    item = like.items.get()
    OfferItem.objects.bulk_create(
        OfferItem(offer=offer, delivery=delivery, pay_cents=item.pay_cents, tip_cents=item.tip_cents)
        for offer in offers[1:]
    )
    return delivery, offers


def copy_for(pattern: Trip, driver: Driver) -> Trip:
    """The same trip of another driver."""
    return Trip(**(plain(pattern, "id", "public_id", "declare_key", "driver_id") | {"driver": driver}))


def offer_like(like: Offer, trip: Trip) -> Offer:
    """The same offer to another driver."""
    return Offer(
        **(plain(like, "id", "public_id", "driver_id", "trip_id") | {"driver_id": trip.driver_id, "trip": trip})
    )


def plain(row: Any, *without: str) -> dict[str, Any]:
    """A row's columns, save some."""
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in without
    }


def race(phones: dict[int, Phone], offers: list[Offer]) -> list[Answer]:
    """Let every driver claim at the same moment."""

    def claim(offer: Offer) -> Answer:
        return phones[offer.driver_id].post(f"/api/v1/offers/{offer.public_id}/claim/")

    answers = at_once(claim, offers)
    broken = [answer for answer in answers if isinstance(answer, BaseException)]
    assert broken == []
    return [answer for answer in answers if isinstance(answer, Answer)]


def show(capsys: pytest.CaptureFixture[str], times: list[float]) -> None:
    """Print how long the claims took: measured beside everything else the machine does, so told and not judged."""
    half, most = (round(times[int(len(times) * share)] * 1000) for share in (0.5, 0.99))
    with capsys.disabled():
        sys.stdout.write(f"\nR1: {len(times)} claims, p50 {half} ms, p99 {most} ms\n")


def test_a_hundred_offers_to_sixty_four_http_drivers_have_a_hundred_claimers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = make.store()
    walk.prepare(store.market)
    drivers = crew(store.market, DRIVERS)
    seen: list[Answer] = []

    with web_process(tmp_path) as port:
        phones = {driver.pk: Phone(driver.user, port) for driver in drivers}
        for number in range(OFFERS):
            delivery, offers = offered_to_all(drivers, store, number)
            answers = race(phones, offers)
            seen += answers
            carried = RunDelivery.objects.get(delivery=delivery, dropped_at__isnull=True)
            assert Counter(answer.status for answer in answers) == {200: 1, 409: DRIVERS - 1}
            give_up_run(run_id=carried.run_id, reason="unsafe", now=timezone.now())

    show(capsys, sorted(answer.seconds for answer in seen))
    statuses = Counter(answer.status for answer in seen)
    assert statuses == {200: 100, 409: 6_300}
    assert {answer.code for answer in seen if answer.status == 409} <= {"offer_taken", "busy"}


def test_control_a_claim_that_reads_and_then_writes_is_won_by_many() -> None:
    store = make.store()
    walk.prepare(store.market)
    _, offers = offered_to_all(crew(store.market, 16), store, 0)
    together = threading.Barrier(16)

    def careless(offer: Offer) -> int:
        """Claim as a first draft would: look whether it is free, then take it."""
        item = offer.items.select_related("delivery").get()
        together.wait(timeout=30)
        if item.delivery.claimed_run_id is not None:
            raise OfferTaken
        run = Run.objects.create(
            driver_id=offer.driver_id, trip_id=offer.trip_id, market_id=offer.market_id, started_at=timezone.now()
        )
        Delivery.objects.filter(pk=item.delivery_id).update(status="claimed", claimed_run=run)
        return run.pk

    winners = [answer for answer in at_once(careless, offers) if isinstance(answer, int)]

    assert len(winners) > 1


def test_without_its_first_lock_a_claim_is_still_stopped_by_the_second() -> None:
    store = make.store()
    walk.prepare(store.market)
    delivery, offers = offered_to_all(crew(store.market, 16), store, 0)

    def unlocked(ids: Any) -> list[Delivery]:
        rows = list(Delivery.objects.select_related("order").filter(pk__in=list(ids)))
        time.sleep(0.05)
        return rows

    with patch.object(claiming, "lock_waiting", unlocked):
        answers = at_once(lambda offer: accept_offer(offer_id=offer.pk, now=timezone.now()), offers)

    assert len([answer for answer in answers if isinstance(answer, Run)]) == 1
    assert RunDelivery.objects.filter(delivery=delivery, dropped_at__isnull=True).count() == 1
    assert Run.objects.filter(status=RunStatus.ACTIVE).count() == 1


def test_two_batches_that_share_an_order_never_wait_for_each_other_in_a_ring() -> None:
    store = make.store()
    walk.prepare(store.market)
    for number in range(15):
        now = timezone.now()
        pair = [make.delivery(make.order(store, status="ready")) for _ in range(2)]
        ann, bob = (make.driver(in_market=store.market) for _ in range(2))
        offers = [
            make.offer(
                rows, on=make.trip(driver, departs_at=now + timedelta(hours=number + 1)), made_at=now, seconds=600
            )
            for driver, rows in ((ann, pair), (bob, pair[::-1]))
        ]

        answers = at_once(lambda offer: accept_offer(offer_id=offer.pk, now=timezone.now()), offers)

        assert Counter(type(answer).__name__ for answer in answers) == {"Run": 1, "OfferTaken": 1}
        with transaction.atomic():
            assert Run.objects.filter(driver__in=[ann, bob], status=RunStatus.ACTIVE).count() == 1
