"""A tip that changes after delivery reaches its driver to the cent (R13, S16, S17)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from dispatch.actions.running import complete_drop
from dispatch.actions.tip_changes import pay_tip_change, tips_not_passed_on
from dispatch.models import Run
from ledger import chart
from ledger.queries import ledger_sum, owed
from orders.actions.tips import change_tip
from orders.models import Order, TipChange
from tests.dispatch import walk

pytestmark = pytest.mark.django_db(transaction=True)
LATER = walk.ONE + timedelta(minutes=20)


def delivered() -> tuple[Run, Order]:
    run = walk.loaded()
    complete_drop(stop_id=walk.door(run).pk, proof=walk.proof(run), now=walk.ONE)
    return run, walk.delivery_of(run).order


def owed_to_driver(run: Run) -> int:
    return owed(chart.driver_payable(run.driver.public_id))


def change_to(order: Order, tip_cents: int, reason: str = "") -> TipChange:
    change_tip(order_id=order.pk, tip_cents=tip_cents, key=uuid4(), by="user:sam", reason=reason, now=LATER)
    return TipChange.objects.latest("pk")


def test_a_raised_tip_reaches_the_driver_once() -> None:
    run, order = delivered()
    before = owed_to_driver(run)
    change = change_to(order, order.tip_cents + 300)

    for _ in range(2):
        pay_tip_change(tip_change_id=change.pk, now=LATER)

    assert owed_to_driver(run) - before == 300


def test_a_tip_taken_back_is_made_good_so_the_offer_holds() -> None:
    run, order = delivered()
    before = owed_to_driver(run)
    change = change_to(order, 0, "The eggs were broken")

    pay_tip_change(tip_change_id=change.pk, now=LATER)

    assert change.made_good_cents == 500
    assert owed_to_driver(run) == before
    assert ledger_sum() == 0


def test_two_changes_told_in_the_wrong_order_end_at_the_same_sum() -> None:
    run, order = delivered()
    before = owed_to_driver(run)
    first = change_to(order, order.tip_cents + 300)
    second = change_to(order, order.tip_cents + 1_000)

    pay_tip_change(tip_change_id=second.pk, now=LATER)
    pay_tip_change(tip_change_id=first.pk, now=LATER)

    assert owed_to_driver(run) - before == 1_000


def test_a_change_before_delivery_is_paid_with_the_delivery() -> None:
    run = walk.loaded()
    order = walk.delivery_of(run).order
    change = change_to(order, order.tip_cents + 300)

    assert pay_tip_change(tip_change_id=change.pk, now=LATER) is None
    assert walk.delivery_of(run).tip_cents == order.tip_cents + 300


def test_a_tip_whose_message_was_lost_is_found_and_passed_on_once() -> None:
    run, order = delivered()
    delivered()  # somebody else's, with nothing to pass on
    before = owed_to_driver(run)
    change_to(order, order.tip_cents + 300)
    change = change_to(order, order.tip_cents + 1_000)

    found = tips_not_passed_on(now=LATER)
    pay_tip_change(tip_change_id=found[0], now=LATER)

    assert found == [change.pk]
    assert owed_to_driver(run) - before == 1_000
    assert tips_not_passed_on(now=LATER) == []
