"""R13, R41: no order of raising, lowering, claiming, delivering, taking and refusing gains anybody a cent.

A machine plays shopper, card, driver and house with the real actions, each sequence in a savepoint that is rolled
back. `TIP_SEQUENCES=10000 pytest tests/dispatch/test_tips_in_any_order.py` is the long run.
"""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from unittest import mock
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pytest_django import Settings

from common.errors import DomainError
from dispatch.actions.claiming import accept_offer
from dispatch.actions.deliveries import cancel_delivery
from dispatch.actions.running import complete_drop, load_delivery
from dispatch.actions.tip_changes import note_authorisation, pay_tip_change, tips_not_passed_on
from dispatch.models import Delivery, Offer, Run
from ledger import chart
from ledger.queries import balance, ledger_sum, owed
from orders.actions.books import charged_goods
from orders.actions.cancel import cancel_order
from orders.actions.capturing import capture_payment
from orders.actions.refunds import refund_line, tip_part_of
from orders.actions.sweeping import sweep_payments
from orders.actions.tip_parts import most_tip_of
from orders.actions.tips import change_tip, resume_tip
from orders.models import Order, Payment, Refund, TipChange
from orders.queries.receipt import receipt_of
from orders.states import OrderStatus, PaymentStatus
from payouts.models import Earning
from providers.errors import Unavailable
from providers.payments.builtin import BuiltinPayments
from providers.payments.gateway import gateway
from rules.packs_on_file import pack_for
from tests import make
from tests.dispatch import walk
from tests.orders.tills import (
    ANSWER_LOST,
    CAPTURE_FAILS,
    CHALLENGED,
    CHALLENGED_THEN_POOR,
    DECLINED,
    GOOD,
    card,
    on_a_real_card,
)

SEQUENCES = int(os.environ.get("TIP_SEQUENCES", "120"))
CAP_CENTS = pack_for("tennessee", make.NOON.date()).tip_made_good_cap_cents
ENDED = {PaymentStatus.CAPTURED, PaymentStatus.VOID, PaymentStatus.DECLINED}
CARDS = [GOOD, GOOD, CHALLENGED, CHALLENGED_THEN_POOR, DECLINED, CAPTURE_FAILS, ANSWER_LOST]
TIPS = st.one_of(st.sampled_from([0, 1, 499, 500, 501, 1_900, 2_600, 4_999, 5_000, 50_000]), st.integers(0, 6_000))

pytestmark = pytest.mark.django_db


class Tips(RuleBasedStateMachine):
    """One order and everybody who may touch its tip."""

    seen: dict[str, int]

    @initialize(
        tip=st.sampled_from([0, 1, 500, 1_999, 5_000]),
        number=st.sampled_from([GOOD, GOOD, CAPTURE_FAILS]),
        ends_at_the_door=st.sampled_from([True, True, True, False]),
    )
    def place(self, tip: int, number: str, ends_at_the_door: bool) -> None:
        self.ends_at_the_door = ends_at_the_door
        self.block = transaction.atomic()
        self.block._from_testcase = True  # type: ignore[attr-defined]  # as a test's own: actions begin theirs inside
        self.block.__enter__()
        self.now = make.NOON
        self.run: Run | None = None
        self.offer: Offer | None = None
        self.keys: list[tuple[int, UUID]] = []
        of_order = make.order(status=OrderStatus.READY, bag_count=3, tip_cents=tip)
        self.order_id = on_a_real_card(of_order, number).pk
        self.delivery_id = make.delivery(of_order).pk
        self.is_away = False

    # --- Who they are ------------------------------------------------------------------------------------------------

    @property
    def order(self) -> Order:
        return Order.objects.get(pk=self.order_id)

    def do(self, act: Callable[[], object]) -> None:
        """Let somebody act; what is refused changes nothing, and the gateway may be away for this one call."""
        names = ("authorise", "confirm", "capture", "void", "refund")
        away = [mock.patch.object(BuiltinPayments, name, side_effect=Unavailable("away")) for name in names]
        for patch in away if self.is_away else []:
            patch.start()
        try:
            with suppress(DomainError):
                act()
        finally:
            self.is_away = False
            mock.patch.stopall()

    @rule(minutes=st.sampled_from([1, 4, 16, 50]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def the_gateway_goes_away(self) -> None:
        self.is_away = True

    # --- The shopper -------------------------------------------------------------------------------------------------

    @rule(cents=TIPS)
    def change_the_tip(self, cents: int) -> None:
        self.keys.append((cents, uuid4()))
        self.send(*self.keys[-1])

    @precondition(lambda self: self.keys)
    @rule(data=st.data())
    def press_twice(self, data: st.DataObject) -> None:
        self.send(*data.draw(st.sampled_from(self.keys)))

    def send(self, cents: int, key: UUID) -> None:
        order = self.order_id
        self.do(lambda: change_tip(order_id=order, tip_cents=cents, key=key, by="user:1", reason="So", now=self.now))

    @rule(number=st.sampled_from(CARDS))
    def the_card_changes_its_mind(self, number: str) -> None:
        Payment.objects.filter(order=self.order_id).update(card_token=card(number).token)

    @rule(passed=st.booleans(), comes_back=st.booleans())
    def answer_the_bank(self, passed: bool, comes_back: bool) -> None:
        asked = Payment.objects.filter(order=self.order_id, status=PaymentStatus.CHALLENGED).last()
        if asked is not None:
            bank = gateway()
            assert isinstance(bank, BuiltinPayments)
            bank.answer(challenge_id=asked.challenge_ref, passed=passed)
            if comes_back:
                self.do(lambda: resume_tip(payment_id=asked.pk, now=self.now))

    # --- The driver --------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.run is None)
    @rule()
    def claim(self) -> None:
        delivery = Delivery.objects.select_related("market", "order", "store").get(pk=self.delivery_id)
        if delivery.status == "ready":
            walk.prepare(delivery.market)
            self.offer = make.offer(delivery, made_at=self.now)
            assert self.offer.tip_cents <= self.order.tip_cents  # never more than is authorised now
            self.run = accept_offer(offer_id=self.offer.pk, now=self.now)

    @precondition(lambda self: self.run is not None and self.order.delivered_at is None)
    @rule()
    def deliver(self) -> None:
        """Bring it to the door; one that was called off before dispatch heard of it is refused there."""
        assert self.run is not None
        run = self.run
        if self.order.status == OrderStatus.READY:
            load_delivery(stop_id=walk.pickup(self.run).pk, bags=3, code="4711", now=self.now)
        door, proof = walk.door(run).pk, walk.proof(run)
        self.is_away = False
        self.do(lambda: complete_drop(stop_id=door, proof=proof, now=self.now))

    # --- The house ---------------------------------------------------------------------------------------------------

    @rule()
    def take_the_money(self) -> None:
        self.do(lambda: capture_payment(order_id=self.order_id, now=self.now))

    @rule()
    def sweep(self) -> None:
        self.do(lambda: sweep_payments(now=self.now))

    @rule(data=st.data())
    def hear_of_one_change(self, data: st.DataObject) -> None:
        changes = list(TipChange.objects.filter(order=self.order_id).order_by("pk"))
        if changes:
            pay_tip_change(tip_change_id=data.draw(st.sampled_from(changes)).pk, now=self.now)

    @rule(cents=st.sampled_from([1, 400, 4_000]))
    def refund_goods(self, cents: int) -> None:
        line = self.order.lines.get()
        key = str(uuid4())
        self.do(lambda: refund_line(
            line_id=line.pk, amount_cents=cents, reason="Bad", by="user:2", key=key, now=self.now
        ))  # fmt: skip

    @rule()
    def the_hold_runs_out(self) -> None:
        bank = gateway()
        assert isinstance(bank, BuiltinPayments)
        for payment in Payment.objects.filter(order=self.order_id, status=PaymentStatus.HELD)[:1]:
            bank.bank.let_expire(payment.hold_ref)

    @precondition(lambda self: self.run is None)
    @rule(sure=st.integers(0, 9))
    def call_it_off(self, sure: int) -> None:
        if sure == 0:
            self.do(lambda: cancel_order(order_id=self.order_id, by="user:2", reason="-", now=self.now))

    # --- What must be true -------------------------------------------------------------------------------------------

    @invariant()
    def the_tip_is_what_cards_stand_for(self) -> None:
        if not hasattr(self, "order_id") or self.order.status in {OrderStatus.CANCELLED, OrderStatus.RETURNED}:
            return
        alive = {PaymentStatus.HELD, PaymentStatus.LAPSED, PaymentStatus.CAPTURING, PaymentStatus.CAPTURED}
        written = {f"tip:{key}" for key in TipChange.objects.values_list("key", flat=True)}
        payments = Payment.objects.filter(order=self.order_id, status__in=alive)
        parts = [tip_part_of(one) for one in payments if one.purpose == "order" or one.key in written]
        assert self.order.tip_cents == sum(parts)
        assert self.order.tip_cents <= max(most_tip_of(self.order, self.now), 5_000)
        assert Delivery.objects.get(pk=self.delivery_id).tip_cents <= self.order.tip_cents or self.order.delivered_at

    def teardown(self) -> None:
        if not hasattr(self, "block"):
            return
        try:
            self.come_to_rest()
            self.nobody_has_gained_a_cent()
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def come_to_rest(self) -> None:
        """Most orders reach their door; whatever else was left open is finished by the sweeps alone."""
        if self.ends_at_the_door and self.order.status == OrderStatus.READY and self.run is None:
            self.claim()
        if self.ends_at_the_door and self.run is not None and self.order.delivered_at is None:
            self.deliver()
        cancel_delivery(order_id=self.order_id, now=self.now) if self.order.status == OrderStatus.CANCELLED else None
        for hours in (1, 2, 4, 8, 9, 16, 36, 40, 68, 100):
            sweep_payments(now=self.now + timedelta(hours=hours))
        for change_id in tips_not_passed_on(now=self.now + timedelta(hours=1)):
            pay_tip_change(tip_change_id=change_id, now=self.now)

    def nobody_has_gained_a_cent(self) -> None:
        order, kept = self.order, self.kept()
        self.the_receipt_adds_up(order, kept)
        assert ledger_sum() == 0
        assert balance(chart.GATEWAY) == kept
        if order.delivered_at is None:
            assert kept == 0
            assert balance(chart.TIPS_PAYABLE) == balance(chart.TIPS_MADE_GOOD) == 0
            assert not Earning.objects.exclude(kind=Earning.Kind.ATTEMPT).exists()  # the way for nothing is paid
            assert not Earning.objects.filter(tip_cents__gt=0).exists()
            return
        statuses = set(Payment.objects.filter(order=order).values_list("status", flat=True))
        assert statuses <= ENDED
        self.the_shopper_paid_what_the_order_says(order, kept)
        self.the_driver_has_what_was_given_and_made_good(order)
        Tips.seen["delivered"] = Tips.seen.get("delivered", 0) + 1

    def the_receipt_adds_up(self, order: Order, kept: int) -> None:
        receipt = receipt_of(Order.objects.select_related("store__market", "window").get(pk=order.pk))
        assert sum(line.cents for line in receipt.lines) == receipt.sums[0].cents
        assert sum(one.cents for one in receipt.sums) == receipt.total.cents == order.total_cents
        assert receipt.total.cents + sum(one.cents for one in receipt.off) == receipt.paid.cents
        if order.delivered_at is not None or order.status == OrderStatus.CANCELLED:
            assert receipt.paid.cents == kept

    def kept(self) -> int:
        """What the gateway's own books say was kept of this order's cards."""
        kept = 0
        for payment in Payment.objects.filter(order=self.order_id).exclude(receipt_ref=""):
            standing = gateway().look(ref=payment.receipt_ref)
            kept += standing.captured_cents - sum(standing.refunds.values())
        return kept

    def the_shopper_paid_what_the_order_says(self, order: Order, kept: int) -> None:
        goods, tax = charged_goods(order)
        back = sum(one.amount_cents - one.tip_cents for one in Refund.objects.filter(order=order))
        owes = goods + tax + order.delivery_fee_cents + order.statutory_fee_cents + order.tip_cents - back
        lost = balance(chart.LOSSES)
        assert kept == owes - lost
        has_failed = Payment.objects.filter(order=order, purpose="order").exclude(status=PaymentStatus.CAPTURED)
        assert lost == 0 or has_failed.exists()

    def the_driver_has_what_was_given_and_made_good(self, order: Order) -> None:
        assert self.run is not None
        assert self.offer is not None
        made_good = TipChange.objects.aggregate(cents=Sum("made_good_cents", default=0))["cents"]
        tips = order.tip_cents + made_good
        assert order.offered_tip_cents == self.offer.tip_cents
        assert 0 <= made_good <= min(CAP_CENTS, self.offer.tip_cents)
        assert made_good == 0 or tips <= self.offer.tip_cents
        assert balance(chart.TIPS_MADE_GOOD) == made_good
        assert balance(chart.TIPS_PAYABLE) == balance(chart.HOUSE_TOPUP) == 0
        assert owed(chart.driver_payable(self.run.driver.public_id)) == self.offer.pay_cents + tips
        assert sum(one.total_cents for one in Earning.objects.all()) == self.offer.pay_cents + tips
        assert note_authorisation(order_id=order.pk)
        if made_good:
            Tips.seen["made good"] = Tips.seen.get("made good", 0) + 1


@pytest.fixture(autouse=True)
def own_gateway(settings: Settings, tmp_path: Path) -> None:
    """Keep the gateway's books in memory where there is room for it: a sequence writes some twenty times."""
    shared = Path("/dev/shm")  # a folder of its own is made in it
    folder = mkdtemp(prefix="hw-tips-", dir=shared) if shared.is_dir() else tmp_path
    settings.PAYMENTS_OPTIONS = {"state_dir": str(folder), "slow_seconds": 0}
    settings.MEDIA_ROOT = str(tmp_path)


def test_no_sequence_of_tips_cards_claims_and_captures_gains_anybody_a_cent() -> None:
    Tips.seen = {}
    how: dict[str, Any] = {"max_examples": SEQUENCES, "stateful_step_count": 14, "deadline": None}
    run_state_machine_as_test(Tips, settings=examples(**how, suppress_health_check=list(HealthCheck), print_blob=True))

    sys.stdout.write(f"\n{SEQUENCES} sequences, {Tips.seen}\n")
    assert Tips.seen["delivered"] > SEQUENCES // 3
