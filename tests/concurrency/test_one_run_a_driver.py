"""R2: a driver never has more than one run, and never one that suspension or going offline forbids; R23 for codes."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from dispatch.actions.claiming import AlreadyOnARun, OfferWithdrawn, TripOver, accept_offer
from dispatch.actions.run_steps.doors import DropProof
from dispatch.actions.running import complete_drop
from dispatch.models import Delivery, Offer, Run, Stop
from dispatch.states import DeliveryStatus, RunStatus
from drivers.actions.fitness import PapersExpired, Suspended
from drivers.actions.locking import lock_driver
from drivers.actions.trips import TripUnderWay, go_offline
from drivers.models import Driver, Trip
from drivers.states import DriverStatus, TripStatus
from events.actions.move import move
from tests import make
from tests.concurrency.at_once import at_once
from tests.dispatch import walk

CLAIMS, ROUNDS, GUESSES = 16, 40, 48

pytestmark = pytest.mark.django_db(transaction=True)


def offers_to(driver: Driver, count: int, on: Trip | None = None) -> list[Offer]:
    """Offers of different deliveries to one driver, all on the board for the same trip."""
    now = timezone.now()
    trip = on or make.trip(driver, departs_at=now + timedelta(hours=1))
    store = make.store(in_market=driver.market)
    walk.prepare(driver.market)
    sam = make.user()
    rows = [make.delivery(make.order(store, sam, status="ready")) for _ in range(count)]
    return [make.offer(row, on=trip, made_at=now, seconds=600, kind=Offer.Kind.BOARD) for row in rows]


def claim(offer: Offer) -> Run:
    """Claim one offer now."""
    return accept_offer(offer_id=offer.pk, now=timezone.now())


def test_sixteen_claims_by_one_driver_give_one_run_and_never_none() -> None:
    for _ in range(ROUNDS):
        ann = make.driver()

        answers = at_once(claim, offers_to(ann, CLAIMS))

        refused = [type(answer) for answer in answers if not isinstance(answer, Run)]
        assert Run.objects.filter(driver=ann, status=RunStatus.ACTIVE).count() == 1
        assert len(refused) == CLAIMS - 1
        assert set(refused) <= {AlreadyOnARun, OfferWithdrawn, TripOver}


def test_the_same_claim_sixteen_times_at_once_is_one_run() -> None:
    offer = offers_to(make.driver(), 1)[0]

    answers = at_once(claim, [offer] * CLAIMS)

    assert {answer.pk for answer in answers if isinstance(answer, Run)} == set(Run.objects.values_list("pk", flat=True))
    assert Counter(type(answer).__name__ for answer in answers) == {"Run": CLAIMS}


def test_a_suspended_driver_has_no_run_that_began_after_the_suspension() -> None:
    for _ in range(10):
        ann = make.driver()
        offers = offers_to(ann, 4)

        def suspend_or_claim(offer: Offer | None, ann: Driver = ann) -> object:
            if offer is not None:
                return claim(offer)
            with transaction.atomic():
                move(lock_driver(ann.pk), DriverStatus.SUSPENDED, now=timezone.now())
                return Run.objects.filter(driver=ann).count()

        answers = at_once(suspend_or_claim, [*offers, None])

        runs_before = [answer for answer in answers if isinstance(answer, int)]
        assert runs_before == [Run.objects.filter(driver=ann).count()]
        assert {type(answer) for answer in answers} <= {Run, int, Suspended, AlreadyOnARun, OfferWithdrawn, TripOver}


def test_papers_that_run_out_while_an_offer_is_open_end_in_no_claim() -> None:
    ann = make.driver()
    offers = offers_to(ann, 8)
    Driver.objects.filter(pk=ann.pk).update(insurance_expires_on=timezone.now().date() - timedelta(days=2))

    answers = at_once(claim, offers)

    assert {type(answer) for answer in answers} == {PapersExpired}


def test_going_offline_and_claiming_at_once_never_both_succeed() -> None:
    for _ in range(10):
        ann = make.driver()
        now = timezone.now()
        trip = make.trip(ann, end=None, departs_at=now, departs_until=now + timedelta(hours=1))
        offer = offers_to(ann, 1, on=trip)[0]

        def leave_or_claim(what: Offer | None, ann: Driver = ann) -> object:
            return claim(what) if what else go_offline(driver_id=ann.pk, by="user:ann", now=timezone.now())

        claimed, left = at_once(leave_or_claim, [offer, None])

        trip.refresh_from_db()
        if isinstance(claimed, Run):
            assert isinstance(left, TripUnderWay)
            assert trip.status == TripStatus.COMMITTED
        else:
            assert isinstance(claimed, TripOver)
            assert trip.status == TripStatus.CANCELLED


def test_forty_eight_wrong_passcodes_at_once_are_looked_at_five_times_at_most() -> None:
    run = walk.loaded(passcode="1234", now=timezone.now())
    door = walk.door(run)

    def guess(number: int) -> object:
        proof = DropProof(passcode=f"{number:04}")
        return complete_drop(stop_id=door.pk, proof=proof, now=timezone.now())

    answers = at_once(guess, [9_000 + number for number in range(GUESSES - 1)])
    answers += at_once(guess, [1_234])

    kinds = Counter(type(answer).__name__ for answer in answers)
    assert Stop.objects.get(pk=door.pk).wrong_codes == 5
    assert kinds["WrongCode"] == 4
    assert kinds["CodeLocked"] + kinds["Busy"] == GUESSES - 4
    assert Delivery.objects.get(pk=door.delivery_id).status == DeliveryStatus.PICKED_UP
