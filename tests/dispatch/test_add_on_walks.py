"""Whatever happens to a run that grows, in whatever order: promises hold, pay never falls, the books balance."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.errors import DomainError
from common.geo import Point
from dispatch.actions.claiming import accept_offer, decline_offer
from dispatch.actions.dropping import leave_run
from dispatch.actions.locking import lock_deliveries
from dispatch.actions.matching import match_market
from dispatch.actions.offering import expire_offers
from dispatch.actions.run_steps.giving_up import GiveUpReason
from dispatch.actions.running import give_up_run
from dispatch.models import Cycle, Delivery, Offer, Run, RunDelivery, Stop
from dispatch.simulator.steps import arrive_at_stop, do_stop, next_stop
from dispatch.states import DeliveryStatus, OfferStatus, RunStatus
from drivers.models import Trip
from events.actions.move import move
from ledger.queries import ledger_sum
from orders.states import OrderStatus
from payouts.models import Earning
from stores.models import Store
from tests import make
from tests.dispatch import walk

pytestmark = pytest.mark.django_db
FOUR = make.NOON + timedelta(hours=4)
MOST = 3
DOORS = (make.INGLEWOOD, make.MADISON, Point(36.215, -86.70), Point(36.19, -86.74))
DEEDS = st.lists(
    st.sampled_from(["order", "claim", "decline", "arrive", "act", "cancel", "give up"]), min_size=4, max_size=14
)


class Drive:
    """One driver's evening, a deed a minute."""

    def __init__(self, store: Store, trip: Trip) -> None:
        self.store, self.trip, self.now = store, trip, FOUR
        self.agreed: dict[int, int] = {}
        self.late: set[int] = set()
        self.ordered = 0

    def do(self, deed: str) -> None:
        """Do one thing as far as it is allowed, then let a cycle pass."""
        self.now += timedelta(minutes=1)
        deeds = {
            "order": self.order, "claim": self.claim, "decline": self.decline, "arrive": self.arrive, "act": self.act,
            "cancel": self.cancel, "give up": self.give_up,
        }  # fmt: skip
        with suppress(DomainError):
            deeds[deed]()
        expire_offers(now=self.now)
        match_market(market_id=self.store.market_id, now=self.now)

    def run(self) -> Run | None:
        return Run.objects.filter(trip=self.trip, status=RunStatus.ACTIVE).first()

    def order(self) -> None:
        at = DOORS[self.ordered % len(DOORS)]
        self.ordered += 1
        row = make.order(self.store, status=OrderStatus.READY, bag_count=3)
        make.delivery(row, drop_lat=at.lat, drop_lng=at.lng)

    def offer(self) -> Offer | None:
        return Offer.objects.filter(trip=self.trip, status=OfferStatus.OPEN).first()

    def claim(self) -> None:
        offer = self.offer()
        if offer is None:
            return
        run = accept_offer(offer_id=offer.pk, now=self.now)
        self.agreed |= {row.pk: row.pay_cents for row in run.carried.filter(offer=offer)}
        for stop in run.stops.filter(kind=Stop.Kind.DROP, done_at=None, is_dropped=False).select_related("delivery"):
            if stop.eta_at > stop.delivery.due_by:
                self.late.add(stop.delivery_id)

    def decline(self) -> None:
        offer = self.offer()
        if offer is not None:
            decline_offer(offer_id=offer.pk, reason="", now=self.now)

    def stop(self) -> Stop | None:
        run = self.run()
        return next_stop(run.pk) if run else None

    def arrive(self) -> None:
        stop = self.stop()
        if stop is not None:
            arrive_at_stop(stop, now=self.now)

    def act(self) -> None:
        stop = self.stop()
        if stop is not None:
            do_stop(stop, "user:kim", now=self.now)

    def cancel(self) -> None:
        waiting = Delivery.objects.filter(status=DeliveryStatus.CLAIMED).order_by("pk").first()
        if waiting is None:
            return
        with transaction.atomic():
            (one,) = lock_deliveries([waiting.pk])
            leave_run(one, now=self.now)
            move(one, DeliveryStatus.CANCELLED, now=self.now)

    def give_up(self) -> None:
        run = self.run()
        if run is not None:
            give_up_run(run_id=run.pk, reason=GiveUpReason.CAR_TROUBLE, now=self.now)

    def earned(self) -> Iterable[Earning]:
        """What was earned without giving up: who gives up is paid for the road driven."""
        given_up = Run.objects.exclude(give_up_reason="").values("carried__delivery__public_id")
        return Earning.objects.exclude(delivery_ref__in=given_up)

    def check(self) -> None:
        """What must be true after every deed."""
        assert Run.objects.filter(driver=self.trip.driver, status=RunStatus.ACTIVE).count() <= 1
        assert dict(RunDelivery.objects.filter(pk__in=self.agreed).values_list("pk", "pay_cents")) == self.agreed
        # The tip of an order that never came is charged to nobody; all else is paid as it was offered.
        assert not any(row.total_cents < row.offered_cents - row.unearned_tip_cents for row in self.earned())
        assert ledger_sum() == 0
        assert not self.late
        assert not Cycle.objects.exclude(violations=[]).exists()
        for run in Run.objects.all():
            self.check_run(run)

    def check_run(self, run: Run) -> None:
        stops = list(run.stops.filter(is_dropped=False).order_by("position"))
        done = [stop.done_at is not None for stop in stops]
        assert done == sorted(done, reverse=True), "what is done comes before what is not"
        assert len({stop.delivery_id for stop in stops if stop.done_at is None}) <= MOST
        under_way = Delivery.objects.filter(claimed_run=run, status__in=["claimed", "at_store", "picked_up"])
        assert run.status == RunStatus.ACTIVE or not under_way.exists()
        fetched: dict[int, int] = {stop.delivery_id: i for i, stop in enumerate(stops) if stop.kind == "pickup"}
        assert all(fetched[stop.delivery_id] < i for i, stop in enumerate(stops) if stop.kind == "drop")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_promises_hold_whatever_a_run_goes_through(deeds: Sequence[str]) -> None:
    before = transaction.savepoint()
    try:
        live_through(["order", "claim", *deeds])
    finally:
        transaction.savepoint_rollback(before)


def live_through(deeds: Sequence[str]) -> None:
    store = make.store()
    walk.prepare(store.market)
    ann = make.driver(in_market=store.market)
    drive = Drive(store, make.trip(ann, max_orders=MOST, departs_until=later(120), arrive_by=later(180)))
    for deed in deeds:
        drive.do(deed)
        drive.check()


def test_a_run_that_grows_twice_and_loses_an_order_is_driven_to_its_end() -> None:
    live_through(
        ["order", "claim", "order", "claim", "arrive", "act", "order", "claim", "cancel", *["arrive", "act"] * 6]
    )


def later(minutes: int) -> datetime:
    return FOUR + timedelta(minutes=minutes)
