"""What no driver takes goes with the store's own van; who drives it has a wage, and nothing else."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from dispatch.actions.matching import match_market
from dispatch.actions.run_steps.failing import FailReason
from dispatch.actions.run_steps.giving_up import GiveUpReason
from dispatch.actions.running import arrive, complete_drop, fail_drop, give_up_run, load_delivery, return_delivery
from dispatch.actions.tip_changes import tips_not_passed_on
from dispatch.models import Delivery, Offer, Run, RunDelivery, Stop
from dispatch.queries.order_page import tracking_of
from dispatch.queries.vans import van_cost
from dispatch.states import DeliveryStatus, OfferStatus, RunStatus
from drivers.actions.trips import TripUnderWay, go_offline
from drivers.actions.vans import DrivesForAFirm, VanNotFree, VanOffHours, take_van
from drivers.models import Driver, Trip, Van
from drivers.states import TripStatus
from ledger.models import Entry
from orders.states import OrderStatus
from payouts.models import Earning, PayoutAccount
from stores.models import Store
from tests import make
from tests.dispatch import walk

pytestmark = pytest.mark.django_db
FOUR = make.NOON + timedelta(hours=4)
Step = Delivery.Step


def waiting(store: Store | None = None, **extra: Any) -> Delivery:
    """A staged order that the ladder has brought to operations."""
    at = store or make.store()
    walk.prepare(at.market)
    order = make.order(at, status=OrderStatus.READY, bag_count=3)
    return make.delivery(order, **{"step": Step.OPERATIONS, "step_at": FOUR, **extra})


def out(store: Store, name: str = "Kim Keeper", *, ages: bool = False, **extra: Any) -> Trip:
    """Somebody of the store's staff is out with its van."""
    kim = make.staff(store, name=name)
    return take_van(van_id=make.van(store, **extra).pk, user_id=kim.pk, may_check_ages=ages, now=FOUR)


def matched(delivery: Delivery, now: datetime = FOUR) -> Delivery:
    match_market(market_id=delivery.market_id, now=now)
    delivery.refresh_from_db()
    return delivery


def on_the_van() -> Run:
    delivery = waiting()
    out(delivery.store)
    run = matched(delivery).claimed_run
    assert run is not None
    return run


def stop_of(run: Run, kind: Stop.Kind) -> Stop:
    return run.stops.get(kind=kind)


def loaded() -> Run:
    run = on_the_van()
    load_delivery(stop_id=stop_of(run, Stop.Kind.PICKUP).pk, bags=3, code="4711", now=FOUR)
    return run


def test_no_delivery_is_left_with_operations_while_a_van_is_free_and_fits() -> None:
    delivery = waiting()
    other = waiting(delivery.store, drop_lat=make.MADISON.lat, drop_lng=make.MADISON.lng)
    trip = out(delivery.store)

    run = matched(delivery).claimed_run

    other.refresh_from_db()
    trip.refresh_from_db()
    assert run is not None
    assert (run.trip, run.status, trip.status) == (trip, RunStatus.ACTIVE, TripStatus.COMMITTED)
    assert (delivery.status, other.status, other.claimed_run) == (DeliveryStatus.CLAIMED, DeliveryStatus.CLAIMED, run)
    assert run.stops.count() == 4
    assert not Offer.objects.exists()


def test_a_delivery_that_a_trip_can_take_never_goes_to_the_van_before_its_ladder_has_run_out() -> None:
    delivery = waiting(step=Step.NEW, step_at=None, due_by=FOUR + timedelta(minutes=44))
    make.trip(make.driver(in_market=delivery.market))
    out(delivery.store)

    matched(delivery)

    assert (delivery.status, delivery.step) == (DeliveryStatus.READY, Step.RESERVED)
    assert not Run.objects.exists()
    assert not matched(delivery, FOUR + timedelta(seconds=20)).claimed_run


def test_what_fits_no_trip_goes_with_the_van_once_its_window_soon_closes_and_not_before() -> None:
    delivery = waiting(step=Step.NEW, step_at=None, due_by=FOUR + timedelta(minutes=60))
    out(delivery.store)

    assert matched(delivery).claimed_run is None
    assert matched(delivery, FOUR + timedelta(minutes=16)).claimed_run is not None


def test_offers_of_what_goes_with_the_van_are_taken_back() -> None:
    delivery = waiting()
    offer = make.offer(delivery, kind=Offer.Kind.BOARD)
    out(delivery.store)

    matched(delivery)

    offer.refresh_from_db()
    assert offer.status == OfferStatus.WITHDRAWN


@pytest.mark.parametrize("extra", [{"room": 9}, {"max_grams": 4_000}, {"has_cold_box": False}])
def test_what_does_not_fit_the_van_stays_with_operations(extra: dict[str, Any]) -> None:
    delivery = waiting(cold_class="frozen", drop_lat=36.6, drop_lng=-86.2, due_by=FOUR + timedelta(hours=5))
    out(delivery.store, **extra)

    assert matched(delivery).claimed_run is None


def test_alcohol_goes_only_with_somebody_who_may_check_ids() -> None:
    delivery = waiting(age_limit=21)
    trip = out(delivery.store)

    assert matched(delivery).claimed_run is None
    Driver.objects.filter(pk=trip.driver_id).update(is_age_verified=True)
    assert matched(delivery, FOUR + timedelta(seconds=10)).claimed_run is not None


def test_the_van_delivers_with_the_same_proofs_and_its_driver_earns_and_is_owed_nothing() -> None:
    run = loaded()
    door, delivery = stop_of(run, Stop.Kind.DROP), Delivery.objects.get()
    later = FOUR + timedelta(minutes=30)

    complete_drop(stop_id=door.pk, proof=walk.proof(run), now=later)

    delivery.refresh_from_db()
    run.refresh_from_db()
    cost = van_cost(delivery, later)
    assert (delivery.status, run.status) == (DeliveryStatus.DELIVERED, RunStatus.FINISHED)
    assert not Earning.objects.exists()
    assert not Entry.objects.exists()
    assert tips_not_passed_on(now=later) == []
    assert cost is not None
    assert cost.seconds == pytest.approx(1_800, abs=60)
    assert cost.cents == round(cost.seconds * 3_200 / 3_600)
    assert Trip.objects.get(pk=run.trip_id).status == TripStatus.OPEN


def test_a_shopper_sees_who_brings_it_and_in_what() -> None:
    run = loaded()

    courier = tracking_of(Delivery.objects.get().order, FOUR).courier

    assert courier is not None
    assert (courier.first_name, courier.vehicle) == ("Kim", Van.objects.get().name)
    assert run.driver.is_employed


def test_what_the_van_could_not_hand_over_comes_back_and_pays_nobody() -> None:
    run = loaded()
    door = stop_of(run, Stop.Kind.DROP)
    arrive(stop_id=door.pk, lat=door.lat, lng=door.lng, now=FOUR)
    fail_drop(stop_id=door.pk, reason=FailReason.REFUSED, now=FOUR)
    code = Delivery.objects.get().order.handover_code

    return_delivery(stop_id=stop_of(run, Stop.Kind.RETURN).pk, code=code, by="user:kim", now=FOUR)

    assert Delivery.objects.get().status == DeliveryStatus.RETURNED
    assert not Earning.objects.exists()


def test_a_van_run_that_is_given_up_is_offered_anew() -> None:
    run = on_the_van()

    give_up_run(run_id=run.pk, reason=GiveUpReason.CAR_TROUBLE, now=FOUR)

    assert Delivery.objects.get().status == DeliveryStatus.READY
    assert not Earning.objects.exists()


def test_the_database_lets_nobody_employed_have_an_offer_an_earning_an_account_or_a_trip_of_their_own() -> None:
    run = on_the_van()
    kim, delivery = run.driver, Delivery.objects.get()
    ann = make.offer(waiting(delivery.store))

    def refused(**changes: Any) -> None:
        with pytest.raises(DatabaseError), transaction.atomic():
            Offer.objects.bulk_create([Offer(**changes)])

    columns = {field.attname: getattr(ann, field.attname) for field in Offer._meta.fields if field.name != "id"}
    refused(**columns | {"driver_id": kim.pk, "public_id": delivery.public_id})
    with pytest.raises(DatabaseError), transaction.atomic():
        PayoutAccount.objects.create(
            driver=kim, routing="091000019", sealed_number=b"1", last4="1234", holder="Kim", changed_at=FOUR
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        Earning.objects.create(
            driver=kim, market=run.market, source="delivery:1", delivery_ref=delivery.public_id, label="x",
            offered_pay_cents=0, pay_cents=0, earned_at=FOUR,
        )  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        make.trip(kim)
    with pytest.raises(DatabaseError), transaction.atomic():
        make.trip(ann.driver, end=None, van=Van.objects.get(), departs_at=FOUR + timedelta(days=1))
    with pytest.raises(DatabaseError), transaction.atomic():
        RunDelivery.objects.filter(run=run).update(pay_cents=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Driver.objects.filter(pk=kim.pk).update(employer=None, firm=ann.driver.firm)


def test_a_van_goes_out_once_in_its_hours_with_one_who_drives_for_no_firm() -> None:
    store = make.store()
    van, kim, lea = make.van(store), make.staff(store), make.staff(store)
    ann = make.driver(in_market=store.market)

    def take(user: Any, now: datetime = FOUR) -> Trip:
        return take_van(van_id=van.pk, user_id=user.pk, may_check_ages=True, now=now)

    with pytest.raises(VanOffHours):
        take(kim, FOUR.replace(hour=9))
    with pytest.raises(DrivesForAFirm):
        take(ann.user)
    trip = take(kim)
    assert take(kim, FOUR + timedelta(minutes=1)) == trip
    with pytest.raises(VanNotFree):
        take(lea)
    go_offline(driver_id=trip.driver_id, by=kim.actor, now=FOUR)
    assert take(lea).driver.user == lea


def test_a_van_is_not_brought_back_with_something_in_it() -> None:
    run = on_the_van()

    with pytest.raises(TripUnderWay):
        go_offline(driver_id=run.driver_id, by="user:kim", now=FOUR)


def test_staff_take_a_van_out_on_their_pages_and_find_the_run_on_the_drivers_page() -> None:
    run = on_the_van()
    kim = Client()
    kim.force_login(run.driver.user)

    page = kim.get(reverse("admin:vans")).content.decode()
    steps = kim.get(reverse("portal:run")).content.decode()
    others = [kim.get(reverse(f"portal:{name}")).status_code for name in ("home", "trips", "earnings", "me")]

    assert "On a run" in page
    assert run.driver.first_name in page
    assert "I am at the store" in steps
    assert reverse("portal:earnings") not in steps
    assert others == [302, 404, 404, 404]
    assert kim.post(reverse("admin:van_back", args=[Van.objects.get().public_id])).status_code == 302
    assert Trip.objects.get().status == TripStatus.COMMITTED


def test_operations_read_what_a_van_delivery_costs() -> None:
    run = on_the_van()
    olu = Client()
    olu.force_login(make.operator())

    page = olu.get(reverse("ops:delivery", args=[Delivery.objects.get().public_id])).content.decode()

    assert "Goes with the store&#x27;s own van" in page or "Goes with the store's own van" in page
    assert "$32.00 an hour" in page
    assert run.driver.first_name in page
