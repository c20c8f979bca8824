"""R13: whatever is done to a tip and in whichever order, each cent reaches the driver or goes back to the shopper."""

from contextlib import suppress
from datetime import timedelta
from random import Random
from unittest import mock
from uuid import uuid4

import pytest

from common.errors import DomainError
from ledger import chart
from ledger.models import Entry
from orders.actions.books import charged_goods
from orders.actions.cancel import cancel_order
from orders.actions.capturing import capture_payment, release_payment
from orders.actions.refunds import refund_line
from orders.actions.sweeping import sweep_payments
from orders.actions.tips import change_tip
from orders.models import Order
from orders.states import OrderStatus
from providers.errors import Unavailable
from providers.payments.base import Declined
from providers.payments.builtin import BuiltinPayments
from tests import make
from tests.orders.tills import deliver, pay, ready_cart

pytestmark = pytest.mark.django_db
NO = Declined("card_declined")
AWAY = Unavailable("away")
charge = BuiltinPayments.charge


class Life:
    """One order, and a seeded hand that does things to it."""

    def __init__(self, seed: int) -> None:
        """Places an order with a tip."""
        self.chance = Random(seed)
        self.now = make.NOON + timedelta(minutes=2)
        self.order = pay(ready_cart(tip_cents=self.chance.choice([0, 1, 500, 1_999])))

    def live(self) -> Order:
        """Do a dozen things, then let every sweep run until nothing is open."""
        for _ in range(12):
            self.now += timedelta(minutes=self.chance.randint(1, 9))
            step = self.chance.choice(
                [self.raise_tip, self.raise_tip, self.lower_tip, self.refund, self.go_on, self.sweep]
            )
            answer = self.chance.choice([None, None, NO, AWAY])
            with mock.patch.object(BuiltinPayments, "charge", side_effect=answer, autospec=True) as charged:
                if answer is None:
                    charged.side_effect = charge
                with suppress(DomainError):
                    step()
        if Order.objects.get(pk=self.order.pk).status == OrderStatus.PLACED:
            deliver(self.order, now=self.now)
        for _ in range(4):
            self.now += timedelta(hours=1)
            self.sweep()
        return Order.objects.get(pk=self.order.pk)

    def tip(self, cents: int) -> None:
        change_tip(
            order_id=self.order.pk, tip_cents=max(0, cents), key=uuid4(), by="user:sam", reason="So", now=self.now
        )

    def raise_tip(self) -> None:
        # Beyond the buffer of the hold, too: then the rest is charged apart.
        self.tip(Order.objects.get(pk=self.order.pk).tip_cents + self.chance.choice([1, 99, 700, 3_000]))

    def lower_tip(self) -> None:
        self.tip(Order.objects.get(pk=self.order.pk).tip_cents - self.chance.choice([1, 250, 100_000]))

    def refund(self) -> None:
        line = self.order.lines.get()
        cents = self.chance.choice([1, 400, line.estimated_cents])
        refund_line(line_id=line.pk, amount_cents=cents, reason="Bad", by="user:1", key=str(uuid4()), now=self.now)

    def go_on(self) -> None:
        order = Order.objects.get(pk=self.order.pk)
        if order.status == OrderStatus.PLACED and self.chance.random() < 0.15:
            cancel_order(order_id=order.pk, by="system", reason="test", now=self.now)
            release_payment(order_id=order.pk, now=self.now)
        elif order.status == OrderStatus.PLACED:
            deliver(order, now=self.now)
        else:
            capture_payment(order_id=order.pk, now=self.now)

    def sweep(self) -> None:
        sweep_payments(now=self.now)


def total(code: str) -> int:
    return sum(Entry.objects.filter(account__code=code).values_list("amount_cents", flat=True))


def drivers_tip(order: Order) -> int:
    """What the driver gets in tips: the shopper's tip as it stands, and what the house makes good."""
    return order.tip_cents + sum(order.tip_changes.values_list("made_good_cents", flat=True))


def owed_by_shopper(order: Order) -> int:
    """Goods, fees and tip less what went back for goods."""
    goods, tax = charged_goods(order)
    back = sum(refund.amount_cents - refund.tip_cents for refund in order.refunds.all())
    return goods + tax + order.delivery_fee_cents + order.statutory_fee_cents + order.tip_cents - back


@pytest.mark.parametrize("seed", range(40))
def test_every_tip_cent_reaches_the_driver_or_goes_back(seed: int) -> None:
    order = Life(seed).live()

    if order.status == OrderStatus.CANCELLED:
        assert not Entry.objects.exists()
        return
    assert -total(chart.TIPS_PAYABLE) == drivers_tip(order)
    assert total(chart.GATEWAY) + total(chart.LOSSES) == owed_by_shopper(order)
    assert total(chart.LOSSES) >= 0


def test_control_the_lives_are_varied() -> None:
    seen: set[str] = set()
    for seed in range(12):
        order = Life(seed).live()
        seen.add(order.status)
        seen |= {f"tip {status}" for status in order.payments.filter(purpose="tip").values_list("status", flat=True)}
        seen |= {"tip refund" for refund in order.refunds.all() if refund.tip_cents}

    assert {"delivered", "tip captured", "tip declined", "tip refund"} <= seen
