"""Doing a run: to the store, bags, door, and what can go wrong on the way."""

from datetime import timedelta

import pytest

from dispatch.actions.run_steps.doors import DropProof
from dispatch.actions.run_steps.refusals import (
    CodeLocked,
    NotHandedOver,
    NotYet,
    ProofMissing,
    RunIsOver,
    TooFarAway,
    WrongBagCount,
    WrongCode,
)
from dispatch.actions.running import (
    arrive,
    complete_drop,
    confirm_handover,
    give_up_run,
    load_delivery,
    release_no_shows,
    return_delivery,
)
from dispatch.models import Alarm, Delivery, Proof, Run, Stop
from dispatch.states import DeliveryStatus, RunStatus
from drivers.models import Trip
from drivers.states import TripStatus
from events.models import Event
from ledger.queries import ledger_sum
from orders.models import Order
from orders.states import OrderStatus
from payouts.models import Earning
from tests import make
from tests.dispatch import walk

pytestmark = pytest.mark.django_db
ONE = walk.ONE


def drop_with_photo(run: Run) -> None:
    """Finish the run's first open door with a photo."""
    stop = run.stops.filter(kind=Stop.Kind.DROP, done_at__isnull=True, is_dropped=False).order_by("position")[0]
    complete_drop(stop_id=stop.pk, proof=walk.proof(run), now=ONE)


def stores_code(stop: Stop) -> str:
    """The code that the store's page shows at this moment."""
    return Order.objects.get(delivery=stop.delivery_id).handover_code


def test_arriving_gives_a_bay_and_tells_how_far_off_it_was() -> None:
    run = walk.claimed()

    stop = arrive(stop_id=walk.pickup(run).pk, lat=make.EAST_NASHVILLE.lat, lng=make.EAST_NASHVILLE.lng, now=ONE)

    assert (stop.arrived_at, stop.arrived_metres, stop.bay) == (ONE, 0, 1)
    assert walk.delivery_of(run).status == DeliveryStatus.AT_STORE


def test_all_orders_of_a_batch_at_one_store_arrive_together_in_one_bay() -> None:
    run = walk.claimed(deliveries=3)

    arrive(stop_id=walk.pickup(run).pk, lat=None, lng=None, now=ONE)

    assert set(run.stops.filter(kind=Stop.Kind.PICKUP).values_list("bay", "arrived_at")) == {(1, ONE)}


def test_two_drivers_at_one_store_stand_in_two_bays_and_the_third_of_two_waits() -> None:
    store = make.store(bays=2)
    runs = [
        walk.carried(
            make.offer(make.delivery(make.order(store, status="ready")), to=make.driver(in_market=store.market))
        )
        for _ in range(3)
    ]

    bays = [arrive(stop_id=walk.pickup(run).pk, lat=None, lng=None, now=ONE).bay for run in runs]

    assert bays == [1, 2, None]


def test_an_arrival_from_down_the_road_is_refused_or_told_with_a_reason_and_then_holds_no_bay() -> None:
    run = walk.claimed()
    stop, here = walk.pickup(run), make.EAST_NASHVILLE

    with pytest.raises(TooFarAway, match=r"0\.7 mi"):
        arrive(stop_id=stop.pk, lat=here.lat + 0.01, lng=here.lng, now=ONE)
    stop = arrive(stop_id=stop.pk, lat=here.lat + 0.01, lng=here.lng, why="wrong_pin", now=ONE)
    due = stop.eta_at + timedelta(seconds=900)

    assert (stop.arrived_at, stop.bay, stop.why_unseen) == (ONE, None, "wrong_pin")
    assert walk.delivery_of(run).status == DeliveryStatus.CLAIMED
    assert release_no_shows(now=due) == 1


def test_who_comes_to_the_store_after_all_gets_a_bay_and_keeps_the_run() -> None:
    run = walk.claimed()
    stop, here = walk.pickup(run), make.EAST_NASHVILLE
    arrive(stop_id=stop.pk, lat=here.lat + 0.01, lng=here.lng, why="wrong_pin", now=ONE)

    later = ONE + timedelta(minutes=9)
    stop = arrive(stop_id=stop.pk, lat=here.lat, lng=here.lng, now=later)

    assert (stop.arrived_at, stop.bay, stop.why_unseen) == (later, 1, "")
    assert release_no_shows(now=ONE + timedelta(hours=5)) == 0


def test_a_phone_without_a_position_holds_a_run_for_a_while_and_not_for_ever() -> None:
    run = walk.claimed()
    arrive(stop_id=walk.pickup(run).pk, lat=None, lng=None, now=ONE)
    due = walk.pickup(run).eta_at + timedelta(seconds=2_700)

    assert [release_no_shows(now=due - timedelta(seconds=1)), release_no_shows(now=due)] == [0, 1]


def test_arriving_late_moves_what_the_shopper_is_told() -> None:
    run = walk.claimed()
    before = walk.door(run).eta_at
    late = walk.pickup(run).eta_at + timedelta(minutes=11)

    arrive(stop_id=walk.pickup(run).pk, lat=None, lng=None, now=late)

    assert walk.door(run).eta_at == before + timedelta(minutes=11)
    assert walk.delivery_of(run).promised_by == walk.door(run).eta_at


def test_staff_hand_over_against_the_code_and_the_driver_only_loads() -> None:
    run = walk.claimed()
    stop = walk.pickup(run)

    confirm_handover(stop_id=stop.pk, code="4711", bags=3, by="user:kim", now=ONE)
    loaded = load_delivery(stop_id=stop.pk, bags=3, now=ONE)

    order = Order.objects.get(delivery__stops=stop)
    assert (loaded.handed_over_by, loaded.bags, loaded.done_at) == ("user:kim", 3, ONE)
    assert (order.status, walk.delivery_of(run).status) == (OrderStatus.HANDED_OVER, DeliveryStatus.PICKED_UP)


def test_the_driver_loads_with_the_stores_code_where_staff_have_not_confirmed() -> None:
    run = walk.claimed()

    with pytest.raises(NotHandedOver):
        load_delivery(stop_id=walk.pickup(run).pk, bags=3, now=ONE)
    load_delivery(stop_id=walk.pickup(run).pk, bags=3, code="4711", now=ONE)

    assert walk.delivery_of(run).status == DeliveryStatus.PICKED_UP


def test_a_missing_bag_stops_the_hand_over() -> None:
    run = walk.claimed()

    with pytest.raises(WrongBagCount, match="3 bags were staged and you count 2"):
        load_delivery(stop_id=walk.pickup(run).pk, bags=2, code="4711", now=ONE)


def test_five_wrong_codes_lock_the_stop_and_tell_operations() -> None:
    run = walk.claimed()
    stop = walk.pickup(run)

    for _ in range(4):
        with pytest.raises(WrongCode):
            load_delivery(stop_id=stop.pk, bags=3, code="0000", now=ONE)
    for code in ("0000", "4711"):
        with pytest.raises(CodeLocked):
            load_delivery(stop_id=stop.pk, bags=3, code=code, now=ONE)

    assert walk.pickup(run).wrong_codes == 5
    assert Alarm.objects.get(kind="code_locked").delivery_id == stop.delivery_id


def test_a_delivery_ends_order_earning_run_and_trip_in_one_go() -> None:
    run = walk.loaded()

    drop_with_photo(run)

    run.refresh_from_db()
    delivery, earning = walk.delivery_of(run), Earning.objects.get()
    assert (delivery.status, delivery.delivered_at) == (DeliveryStatus.DELIVERED, ONE)
    assert Order.objects.get(pk=delivery.order_id).status == OrderStatus.DELIVERED
    assert (run.status, run.finished_at) == (RunStatus.FINISHED, ONE)
    assert Trip.objects.get(pk=run.trip_id).status == TripStatus.FINISHED
    assert (earning.offered_cents, earning.total_cents, earning.tip_cents) == (1_420, 1_420, 500)
    assert ledger_sum() == 0
    assert Event.objects.filter(topic="delivery.delivered").count() == 1


def test_a_tip_raised_on_the_way_reaches_the_driver_whole() -> None:
    run = walk.loaded()
    order = walk.delivery_of(run).order
    Order.objects.filter(pk=order.pk).update(tip_cents=900, total_cents=order.total_cents + 400)

    drop_with_photo(run)

    assert (Earning.objects.get().offered_tip_cents, Earning.objects.get().tip_cents) == (500, 900)


def test_a_passcode_is_asked_for_and_a_photo_does_not_stand_in_for_it() -> None:
    run = walk.loaded(passcode="1234")
    door = walk.door(run)

    with pytest.raises(ProofMissing, match="passcode"):
        complete_drop(stop_id=door.pk, proof=walk.proof(run), now=ONE)
    with pytest.raises(WrongCode, match="4 more tries"):
        complete_drop(stop_id=door.pk, proof=DropProof(passcode="4321"), now=ONE)
    complete_drop(stop_id=door.pk, proof=DropProof(passcode="1234"), now=ONE)

    assert Proof.objects.get().kind == Proof.Kind.PASSCODE


def test_age_restricted_goods_need_an_id_check_by_a_cleared_driver() -> None:
    run = walk.loaded(age_limit=21)
    door = walk.door(run)

    with pytest.raises(ProofMissing, match="ID"):
        complete_drop(stop_id=door.pk, proof=walk.proof(run), now=ONE)
    complete_drop(stop_id=door.pk, proof=walk.proof(run, id_checked=True), now=ONE)

    assert walk.delivery_of(run).status == DeliveryStatus.DELIVERED


def test_nothing_is_delivered_before_it_is_picked_up() -> None:
    run = walk.claimed()

    with pytest.raises(NotYet):
        complete_drop(stop_id=walk.door(run).pk, proof=walk.proof(run), now=ONE)
    with pytest.raises(NotYet):
        arrive(stop_id=walk.door(run).pk, lat=None, lng=None, now=ONE)


def test_the_run_goes_on_until_its_last_door_and_engaged_time_is_counted_once() -> None:
    run = walk.loaded(deliveries=2)
    first, second = run.stops.filter(kind=Stop.Kind.DROP).order_by("position")

    complete_drop(stop_id=first.pk, proof=walk.proof(run), now=ONE + timedelta(minutes=10))
    assert Run.objects.get(pk=run.pk).status == RunStatus.ACTIVE
    complete_drop(stop_id=second.pk, proof=walk.proof(run), now=ONE + timedelta(minutes=25))

    assert Run.objects.get(pk=run.pk).status == RunStatus.FINISHED
    assert list(Earning.objects.order_by("pk").values_list("engaged_seconds", flat=True)) == [600, 900]
    assert sum(Earning.objects.values_list("added_seconds", flat=True)) == 420


def test_what_cannot_be_delivered_comes_back_and_attempt_and_way_back_are_paid() -> None:
    run = walk.loaded()

    for _ in range(2):
        walk.fail(run)
    back = run.stops.get(kind=Stop.Kind.RETURN)
    for _ in range(2):
        return_delivery(stop_id=back.pk, code=stores_code(back), by="user:ann", now=ONE + timedelta(minutes=20))

    run.refresh_from_db()
    delivery = walk.delivery_of(run)
    assert (delivery.status, run.status) == (DeliveryStatus.RETURNED, RunStatus.FINISHED)
    assert Order.objects.get(pk=delivery.order_id).status == OrderStatus.RETURNED
    attempt, way_back = Earning.objects.order_by("pk")
    assert (attempt.pay_cents, attempt.tip_cents) == (920, 0)
    assert way_back.pay_cents > 0
    assert ledger_sum() == 0


def test_giving_up_before_the_store_offers_the_order_again_at_once() -> None:
    run = walk.claimed(deliveries=2)

    for _ in range(2):
        give_up_run(run_id=run.pk, reason="car_trouble", now=ONE)

    run.refresh_from_db()
    assert (run.status, run.give_up_reason) == (RunStatus.GIVEN_UP, "My car has broken down")
    assert set(Delivery.objects.values_list("status", flat=True)) == {DeliveryStatus.READY}
    assert not Delivery.objects.filter(claimed_run__isnull=False).exists()
    assert not run.carried.filter(dropped_at__isnull=True).exists()
    assert Trip.objects.get(pk=run.trip_id).status == TripStatus.CANCELLED


def test_giving_up_on_the_way_brings_the_bags_back_first() -> None:
    run = walk.loaded()

    give_up_run(run_id=run.pk, reason="emergency", now=ONE)

    run.refresh_from_db()
    assert (run.status, walk.delivery_of(run).status) == (RunStatus.ACTIVE, DeliveryStatus.RETURNING)
    back = run.stops.get(kind=Stop.Kind.RETURN)
    return_delivery(stop_id=back.pk, code=stores_code(back), by="user:ann", now=ONE)
    assert Run.objects.get(pk=run.pk).status == RunStatus.GIVEN_UP


def test_a_driver_who_does_not_turn_up_loses_the_run_and_no_sooner() -> None:
    run = walk.claimed()
    due = walk.pickup(run).eta_at + timedelta(seconds=900)

    released = release_no_shows(now=due - timedelta(seconds=1)), release_no_shows(now=due), release_no_shows(now=due)

    assert released == (0, 1, 0)
    assert walk.delivery_of(run).status == DeliveryStatus.READY


def test_a_driver_at_the_store_is_no_no_show() -> None:
    run = walk.claimed()
    here = walk.pickup(run)
    arrive(stop_id=here.pk, lat=here.lat, lng=here.lng, now=ONE)

    assert release_no_shows(now=ONE + timedelta(hours=5)) == 0


def test_steps_of_a_run_that_is_over_are_refused() -> None:
    run = walk.claimed()
    give_up_run(run_id=run.pk, reason="unsafe", now=ONE)

    with pytest.raises(RunIsOver):
        arrive(stop_id=walk.pickup(run).pk, lat=None, lng=None, now=ONE)


def test_an_online_driver_is_free_again_where_the_run_ended() -> None:
    trip = make.trip(end=None, departs_at=make.NOON, arrive_by=make.NOON + timedelta(hours=3))
    run = walk.loaded(on=trip)

    drop_with_photo(run)

    trip.refresh_from_db()
    assert (trip.status, trip.origin, trip.departs_at) == (TripStatus.OPEN, make.INGLEWOOD, ONE)


def test_where_a_driver_is_is_forgotten_when_the_run_ends() -> None:
    run = walk.loaded()
    Run.objects.filter(pk=run.pk).update(lat=36.1, lng=-86.7)

    drop_with_photo(run)

    assert Run.objects.values_list("lat", "lng").get(pk=run.pk) == (None, None)


def test_the_code_of_the_pick_up_does_not_prove_a_return() -> None:
    run = walk.loaded()
    walk.fail(run)
    back = run.stops.get(kind=Stop.Kind.RETURN)

    with pytest.raises(WrongCode):
        return_delivery(stop_id=back.pk, code="4711", by="user:ann", now=ONE)

    assert stores_code(back) != "4711"
