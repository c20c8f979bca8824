"""R14: never more is captured than held, and every hold ends captured or void, wherever the process dies.

One order is taken through its whole life again and again, and each time the process dies at the next step: before
or after a call of the gateway, before or after a commit. Then somebody tries again, or nobody does, and the sweep
has to end everything.
"""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from pytest_django import Settings

from common.errors import DomainError
from ledger import chart
from ledger.queries import balance, ledger_sum, owed
from orders.actions import capturing, checkout, holding, refunds, tips
from orders.actions.cancel import cancel_order
from orders.actions.sweeping import sweep_payments
from orders.models import Cart, Line, Order, Payment, Refund
from orders.pricing import finals_of
from orders.queries.checkout import checkout_of
from orders.states import LineStatus, OrderStatus, PaymentStatus
from providers.payments.base import Payments
from providers.payments.gateway import gateway
from tests import make
from tests.concurrency.at_once import Died
from tests.orders.tills import ANSWER_LOST, CAPTURE_FAILS, CHALLENGED, GOOD, card, deliver, ready_cart

CALLS = ("authorise", "capture", "void", "charge", "refund")
COMMITS: list[tuple[Any, str]] = [
    (checkout, "_begin"),
    (checkout, "_finish"),
    (holding, "_settle_void"),
    (capturing, "_begin_captures"),
    (capturing, "_settle_capture"),
    (capturing, "_settle_loss"),
    (capturing, "_begin_release"),
    (refunds, "_settle_refund"),
    (tips, "_begin"),
    (tips, "_settle_hold"),
]
ENDED = {PaymentStatus.CAPTURED, PaymentStatus.VOID, PaymentStatus.DECLINED}
EVENING = make.NOON + timedelta(hours=5)
Act = Callable[[], object]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_gateway(settings: Settings, tmp_path: Path) -> None:
    """Keep the gateway's books in a folder that goes with the test."""
    settings.PAYMENTS_OPTIONS = {"state_dir": str(tmp_path), "slow_seconds": 0}


class Fate:
    """Counts steps, and kills the process at one of them."""

    def __init__(self, dies_at: int) -> None:
        self.dies_at, self.steps = dies_at, 0

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.dies_at:
            raise Died

    def guard(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """A step before the work, and one after it."""

        def guarded(*args: Any, **kwargs: Any) -> Any:
            self.step()
            answer = work(*args, **kwargs)
            self.step()
            return answer

        return guarded

    @contextmanager
    def rules(self) -> Iterator[None]:
        """Guard every call of the gateway and every commit."""
        with ExitStack() as stack:
            for name in CALLS:
                guarded = self.guard(getattr(gateway(), name))
                stack.enter_context(patch.object(gateway(), name, guarded))
            for module, name in COMMITS:
                stack.enter_context(patch.object(module, name, self.guard(getattr(module, name))))
            yield


class Life:
    """One basket's way through ordering, delivery and what follows, with weights and tips by chance."""

    def __init__(self, number: str, seed: int) -> None:
        chance = random.Random(seed)
        store = make.store()
        lines = [(make.shelf(store), 9), (make.shelf(store, make.weighed_item(), price_cents=179), 7)]
        self.cart = ready_cart(at=store, lines=lines, tip_cents=chance.choice([0, 500]))
        self.card, self.shown = card(number), checkout_of(cart_id=self.cart.pk, now=make.NOON).bill.total_cents
        self.goods = chance.randint(0, 4_500)
        self.raised, self.lowered, self.keys = chance.choice([700, 3_000]), chance.choice([0, 250]), [uuid4(), uuid4()]
        self.refunded = chance.randint(1, 1_500)

    @property
    def order(self) -> Order | None:
        return Order.objects.filter(checkout_key=self.cart.checkout_key).first()

    def place(self) -> Order:
        return checkout.place_order(
            cart_id=self.cart.pk,
            shopper_id=self.cart.shopper_id or 0,
            card_token=self.card.token,
            card_brand=self.card.brand,
            card_last4=self.card.last4,
            shown_total_cents=self.shown,
            now=make.NOON,
        )

    def of_order(self, act: Callable[[Order], object]) -> Act:
        """An act upon the order, when there is one."""
        return lambda: act(self.order) if self.order else None

    def delivered(self) -> list[Act]:
        return [
            self.place,
            self.of_order(lambda order: self.tip(order, self.raised, self.keys[0], make.NOON)),
            self.of_order(self.deliver),
            self.of_order(lambda order: capturing.capture_payment(order_id=order.pk, now=EVENING)),
            self.of_order(self.refund),
            partial(sweep_payments, now=EVENING + timedelta(minutes=2)),
            self.of_order(lambda order: self.tip(order, self.lowered, self.keys[1], EVENING)),
            partial(sweep_payments, now=EVENING + timedelta(minutes=4)),
        ]

    def cancelled(self) -> list[Act]:
        return [
            self.place,
            self.of_order(lambda o: cancel_order(order_id=o.pk, by="system", reason="test", now=make.NOON)),
            self.of_order(lambda order: capturing.release_payment(order_id=order.pk, now=EVENING)),
        ]

    def tip(self, order: Order, cents: int, key: Any, now: Any) -> object:
        return tips.change_tip(order_id=order.pk, tip_cents=cents, key=key, by="user:sam", reason="Late", now=now)

    def deliver(self, order: Order) -> None:
        if order.status == OrderStatus.PLACED:
            apples, bananas = order.lines.order_by("pk")
            Line.objects.filter(pk=apples.pk).update(status=LineStatus.PICKED, final_cents=self.goods)
            Line.objects.filter(pk=bananas.pk).update(status=LineStatus.SHORT, final_cents=0)
            finals = finals_of(order, order.lines.all())
            deliver(order, now=EVENING, final_subtotal_cents=finals.subtotal_cents, final_tax_cents=finals.tax_cents)

    def refund(self, order: Order) -> object:
        line = order.lines.earliest("pk")
        return refunds.refund_line(
            line_id=line.pk, amount_cents=self.refunded, reason="Sour", by="user:kim", key=str(order.pk), now=EVENING
        )


def live(acts: list[Act], fate: Fate, tries_again: bool) -> None:
    """Do one act after the other; one that the process dies in is tried again, or not."""
    for act in acts:
        for _ in range(2):
            try:
                with fate.rules(), suppress(DomainError):
                    act()
                break
            except Died:
                if not tries_again:
                    break


def sweep_until_quiet() -> None:
    for hours in range(1, 8):
        sweep_payments(now=EVENING + timedelta(hours=hours))


def assert_everything_ended(books: sqlite3.Connection) -> None:
    """Nothing is held or asked for any more, here or at the gateway, and both tell the same story to the cent."""
    assert set(Payment.objects.values_list("status", flat=True)) <= ENDED
    assert not Refund.objects.filter(done_at__isnull=True, payment__status=PaymentStatus.CAPTURED).exists()
    statuses = {row[0] for row in books.execute("SELECT DISTINCT status FROM holds")}
    assert statuses <= {"captured", "void", "declined"}
    over = "SELECT count(*) FROM receipts r JOIN holds h ON h.id = r.hold_id WHERE r.amount_cents > h.amount_cents"
    assert books.execute(over).fetchone()[0] == 0
    captured = Payment.objects.filter(status=PaymentStatus.CAPTURED)
    receipts = {row[0]: row[1] for row in books.execute("SELECT id, amount_cents FROM receipts")}
    assert receipts == dict(captured.values_list("receipt_ref", "captured_cents"))
    taken = "SELECT coalesce(sum(amount_cents - refunded_cents), 0) FROM receipts"
    assert balance(chart.GATEWAY) == books.execute(taken).fetchone()[0]
    assert ledger_sum() == 0


@pytest.mark.parametrize("tries_again", [True, False])
@pytest.mark.parametrize("number", [GOOD, ANSWER_LOST, CAPTURE_FAILS, CHALLENGED])
@pytest.mark.parametrize("way", [Life.delivered, Life.cancelled])
def test_wherever_the_process_dies_every_hold_ends(
    way: Callable[[Life], list[Act]], number: str, tries_again: bool, tmp_path: Path
) -> None:
    deaths = 0
    for dies_at in range(1, 100):
        life, fate = Life(number, seed=dies_at), Fate(dies_at)
        live(way(life), fate, tries_again)
        if fate.steps < dies_at:
            break
        deaths += 1
    sweep_until_quiet()

    assert deaths >= 3
    with sqlite3.connect(tmp_path / "payments.sqlite3") as books:
        assert_everything_ended(books)


def test_tips_of_delivered_orders_are_whole_through_every_death(tmp_path: Path) -> None:
    for dies_at in range(1, 40, 3):
        live(Life(GOOD, seed=dies_at).delivered(), Fate(dies_at), tries_again=True)
    sweep_until_quiet()

    delivered = Order.objects.filter(status=OrderStatus.DELIVERED)
    assert delivered.exists()
    changes = [change for order in delivered for change in order.tip_changes.all()]
    made_good = sum(change.made_good_cents for change in changes)
    assert owed(chart.TIPS_PAYABLE) == sum(order.tip_cents for order in delivered) + made_good


def test_control_without_the_sweep_holds_stay_open(tmp_path: Path) -> None:
    for dies_at in range(1, 20):
        live(Life(GOOD, seed=dies_at).cancelled(), Fate(dies_at), tries_again=False)

    with sqlite3.connect(tmp_path / "payments.sqlite3") as books, pytest.raises(AssertionError):
        assert_everything_ended(books)


def test_the_gateway_is_guarded_in_every_call_that_moves_money() -> None:
    reading = {"tokenise", "confirm", "look", "verify_webhook"}
    moving = {name for name in vars(Payments) if not name.startswith("_")} - reading

    assert set(CALLS) == moving - {"name", "script"}


def test_a_basket_given_up_at_the_banks_page_is_let_go() -> None:
    life = Life(CHALLENGED, seed=1)
    with suppress(DomainError):
        life.place()

    sweep_payments(now=make.NOON + timedelta(minutes=14))
    waiting = Payment.objects.get().status
    sweep_payments(now=make.NOON + timedelta(minutes=16))

    assert (waiting, Payment.objects.get().status) == (PaymentStatus.CHALLENGED, PaymentStatus.VOID)
    assert Cart.objects.get().ordered_at is None
