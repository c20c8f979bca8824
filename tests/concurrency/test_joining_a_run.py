"""R1, R2 where a run grows: claims of add-ons against each other, against steps of the same run, against its end."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from common.errors import Busy, DomainError
from dispatch.actions import locking
from dispatch.actions.claiming import DoesNotFit, OfferTaken, OfferWithdrawn, accept_offer
from dispatch.actions.joining import RunMovedOn
from dispatch.actions.run_steps.giving_up import GiveUpReason
from dispatch.actions.running import arrive, complete_drop, give_up_run, load_delivery
from dispatch.models import Delivery, Offer, Run, RunDelivery, Stop
from dispatch.simulator.steps import next_stop, proof_for
from dispatch.states import DeliveryStatus, OfferStatus, RunStatus
from drivers.models import Driver
from orders.states import OrderStatus
from stores.models import Store
from tests import make
from tests.concurrency.at_once import at_once
from tests.dispatch import walk

ROUNDS = 8
pytestmark = pytest.mark.django_db(transaction=True)


def on_a_run(now: datetime, **trip: Any) -> Run:
    """A driver who has claimed one delivery of a staged order."""
    store = make.store()
    ann = make.driver(in_market=store.market)
    on = make.trip(ann, departs_at=now, **{"max_orders": 4, **trip})
    first = make.delivery(make.order(store, status=OrderStatus.READY, bag_count=3))
    return walk.carried(make.offer(first, on=on, made_at=now))


def add_ons(run: Run, count: int, now: datetime, **extra: Any) -> list[Offer]:
    """Open offers on the board to put one more delivery each after all that a run has ahead."""
    store = Store.objects.get(market=run.market)
    found = []
    for _ in range(count):
        one = make.delivery(make.order(store, status=OrderStatus.READY, bag_count=3))
        snapshot = make.snapshot_of(run.trip, [one], 920, now, 600)
        snapshot["run"] = {"id": str(run.public_id), "orders": 1, "order": order_with(run, one, now)}
        offer = make.offer(
            one, on=run.trip, made_at=now, seconds=600, run=run, kind=Offer.Kind.BOARD, snapshot=snapshot,
            added_seconds=60, added_metres=500, **extra,
        )  # fmt: skip
        found.append(offer)
    return found


def order_with(run: Run, one: Delivery, now: datetime) -> list[dict[str, Any]]:
    ahead = run.stops.filter(arrived_at=None, is_dropped=False).select_related("delivery").order_by("position")
    eta = now + timedelta(minutes=10)
    told = [(str(stop.public_id), stop.delivery, stop.kind) for stop in ahead]
    told += [("", one, str(Stop.Kind.PICKUP)), ("", one, str(Stop.Kind.DROP))]
    return [
        {"stop": stop or None, "delivery": str(of.public_id), "kind": kind, "eta_at": eta.isoformat()}
        for stop, of, kind in told
    ]


def claim(offer: Offer) -> Run:
    return accept_offer(offer_id=offer.pk, now=timezone.now())


def whole(run: Run) -> bool:
    """Whether every delivery is where its run is: nothing claimed lies on a run that is over, no place is shared."""
    run.refresh_from_db()
    carried = RunDelivery.objects.filter(run=run, dropped_at__isnull=True)
    claimed = Delivery.objects.filter(claimed_run=run, status__in=[DeliveryStatus.CLAIMED, DeliveryStatus.AT_STORE])
    positions = list(run.stops.values_list("position", flat=True))
    is_over = run.status != RunStatus.ACTIVE
    return len(set(positions)) == len(positions) and carried.count() >= claimed.count() and not (is_over and claimed)


def test_of_many_add_ons_claimed_at_once_one_joins_and_the_others_meet_a_run_that_has_changed() -> None:
    for _ in range(ROUNDS):
        now = timezone.now()
        run = on_a_run(now)

        answers = at_once(claim, add_ons(run, 8, now))

        joined = [answer for answer in answers if isinstance(answer, Run)]
        assert [answer.pk for answer in joined] == [run.pk]
        assert {type(answer) for answer in answers} <= {Run, RunMovedOn, OfferWithdrawn, Busy}
        assert run.carried.count() == 2
        assert whole(run)


def test_two_drivers_under_way_never_both_get_the_same_delivery() -> None:
    for _ in range(ROUNDS):
        now = timezone.now()
        run = on_a_run(now)
        offer = add_ons(run, 1, now)[0]
        delivery = Delivery.objects.get(offer_items__offer=offer)
        rivals = [
            make.offer(delivery, to=make.driver("Bob", in_market=run.market), made_at=now, kind=Offer.Kind.BOARD)
            for _ in range(6)
        ]

        answers = at_once(claim, [offer, *rivals])

        assert sum(isinstance(answer, Run) for answer in answers) == 1
        assert {type(answer) for answer in answers} <= {Run, OfferTaken}
        assert Offer.objects.filter(items__delivery=delivery, status=OfferStatus.ACCEPTED).count() == 1


def test_capacity_holds_whatever_is_claimed_at_once() -> None:
    now = timezone.now()
    run = on_a_run(now, max_orders=1)

    answers = at_once(claim, add_ons(run, 8, now))

    assert {type(answer) for answer in answers} <= {DoesNotFit, Busy}
    assert run.carried.count() == 1


Act = Callable[[Run, datetime], object]


def reach_the_store(run: Run, now: datetime) -> object:
    return arrive(stop_id=walk.pickup(run).pk, lat=None, lng=None, now=now)


def give_up(run: Run, now: datetime) -> object:
    return give_up_run(run_id=run.pk, reason=GiveUpReason.CAR_TROUBLE, now=now)


def deliver_the_last(run: Run, now: datetime) -> object:
    door = next_stop(run.pk)
    assert door is not None
    return complete_drop(stop_id=door.pk, proof=proof_for(door), now=now)


@pytest.mark.parametrize("act", [reach_the_store, give_up, deliver_the_last])
def test_a_step_and_a_claim_at_once_leave_nothing_between_two_runs(act: Act) -> None:
    for _ in range(ROUNDS):
        now = timezone.now()
        run = on_a_run(now)
        if act is deliver_the_last:
            load_delivery(stop_id=walk.pickup(run).pk, bags=3, code="4711", now=now)
        offer = add_ons(run, 1, now)[0]

        def do(what: Offer | None, run: Run = run, now: datetime = now) -> object:
            return claim(what) if what else act(run, now)

        claimed, stepped = at_once(do, [offer, None])

        assert isinstance(claimed, Run | RunMovedOn | Busy)
        assert not isinstance(stepped, BaseException) or isinstance(stepped, Busy)
        assert whole(run)
        if act is give_up and not isinstance(stepped, Busy):
            left = Delivery.objects.filter(offer_items__offer__driver=run.driver)
            assert set(left.values_list("status", flat=True)) == {DeliveryStatus.READY}


@contextmanager
def blind_to_what_joins(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Locking as it would be if it believed what a run carried before its lock was had."""
    real = locking._carried
    asked: Counter[int] = Counter()

    def once(run_id: int) -> list[int]:
        asked[run_id] += 1
        return real(run_id) if asked[run_id] == 1 else []

    with monkeypatch.context() as patch:
        patch.setattr(locking, "_carried", once)
        yield


def joined_while_waiting(run: Run, offer: Offer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the run up with the claim coming in between looking what it carries and locking that."""
    real = locking.lock_deliveries
    claimed: list[bool] = []

    def lock_after_a_claim(delivery_ids: Iterable[int], *, nowait: bool = False) -> list[Delivery]:
        if not claimed:
            claimed.append(True)
            (answer,) = at_once(claim, [offer])
            assert isinstance(answer, Run)
        return real(delivery_ids, nowait=nowait)

    with monkeypatch.context() as patch:
        patch.setattr(locking, "lock_deliveries", lock_after_a_claim)
        give_up_run(run_id=run.pk, reason=GiveUpReason.CAR_TROUBLE, now=timezone.now())


def test_what_joined_while_the_lock_was_waited_for_is_given_back_too(monkeypatch: pytest.MonkeyPatch) -> None:
    run = on_a_run(timezone.now())
    offer = add_ons(run, 1, timezone.now())[0]

    joined_while_waiting(run, offer, monkeypatch)

    assert whole(run)
    assert not Delivery.objects.filter(claimed_run=run).exists()


def test_without_looking_again_it_would_be_lost_on_a_run_that_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    run = on_a_run(timezone.now())
    offer = add_ons(run, 1, timezone.now())[0]

    with blind_to_what_joins(monkeypatch):
        joined_while_waiting(run, offer, monkeypatch)

    assert Delivery.objects.filter(claimed_run=run, status=DeliveryStatus.CLAIMED).exists()


def test_a_suspended_driver_on_a_run_takes_nothing_more() -> None:
    now = timezone.now()
    run = on_a_run(now)
    offers = add_ons(run, 4, now)
    Driver.objects.filter(pk=run.driver_id).update(insurance_expires_on=now.date() - timedelta(days=2))

    answers = at_once(claim, offers)

    assert all(isinstance(answer, DomainError) for answer in answers)
    assert run.carried.count() == 1
