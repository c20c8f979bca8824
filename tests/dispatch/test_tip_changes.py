"""A tip that changes after delivery reaches its driver to the cent (R13, S16, S17)."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from pytest_django import Settings

from config.subscriptions import SUBSCRIPTIONS
from dispatch.actions.alarms import tell_of_payment
from dispatch.actions.running import complete_drop
from dispatch.actions.tip_changes import note_authorisation, pay_tip_change, tips_not_passed_on
from dispatch.models import Alarm, Run
from events.models import Event
from ledger import chart
from ledger.queries import balance, ledger_sum, owed
from orders.actions.capturing import capture_payment
from orders.actions.renewing import note_lapse, renew_hold
from orders.actions.tips import change_tip
from orders.models import Order, TipChange
from payouts.models import Earning
from tests import make
from tests.dispatch import walk
from tests.orders.tills import CAPTURE_FAILS, on_a_real_card

pytestmark = pytest.mark.django_db(transaction=True)
LATER = walk.ONE + timedelta(minutes=20)


@pytest.fixture(autouse=True)
def own_gateway(settings: Settings, tmp_path: Path) -> None:
    """Keep the gateway's books in a folder that goes with the test."""
    settings.PAYMENTS_OPTIONS = {"state_dir": str(tmp_path), "slow_seconds": 0}


def delivered() -> tuple[Run, Order]:
    run = walk.loaded()
    on_a_real_card(walk.delivery_of(run).order)
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
    order = on_a_real_card(walk.delivery_of(run).order)
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


def test_a_tip_raised_and_lowered_again_gains_nobody_a_cent() -> None:
    run, order = delivered()
    before = owed_to_driver(run)
    raised = change_to(order, 4_900)
    pay_tip_change(tip_change_id=raised.pk, now=LATER)
    lowered = change_to(order, order.tip_cents, "Oops")

    pay_tip_change(tip_change_id=lowered.pk, now=LATER)

    assert owed_to_driver(run) == before
    assert balance(chart.TIPS_MADE_GOOD) == 0
    assert not Earning.objects.filter(kind=Earning.Kind.TIP_CHANGE, topup_cents__gt=0).exists()


def test_a_raise_after_the_claim_is_not_made_good_when_it_is_taken_back() -> None:
    run = walk.loaded()
    order = on_a_real_card(walk.delivery_of(run).order)
    change_to(order, 4_900)
    complete_drop(stop_id=walk.door(run).pk, proof=walk.proof(run), now=walk.ONE)

    lowered = change_to(order, 0, "Oops")
    pay_tip_change(tip_change_id=lowered.pk, now=LATER)

    assert lowered.made_good_cents == 500  # what the accepted offer said
    assert Earning.objects.filter(kind=Earning.Kind.TIP_CHANGE).get().tip_cents == 500 - 4_900


def test_while_a_hold_that_ran_out_is_asked_for_again_offers_say_pledged() -> None:
    order = on_a_real_card(make.delivery().order)
    payment = order.payments.get()

    note_lapse(payment_id=payment.pk, now=make.NOON)
    while_lapsed = note_authorisation(order_id=order.pk)
    renew_hold(payment_id=payment.pk, now=make.NOON)
    after = note_authorisation(order_id=order.pk)

    assert (while_lapsed, after) == (False, True)
    assert (
        SUBSCRIPTIONS["payment.lapsed"] == SUBSCRIPTIONS["payment.held_again"] == ["dispatch.tasks.note_authorisation"]
    )


def test_money_that_was_promised_and_not_collected_raises_an_alarm() -> None:
    run = walk.loaded()
    order = on_a_real_card(walk.delivery_of(run).order, CAPTURE_FAILS)
    complete_drop(stop_id=walk.door(run).pk, proof=walk.proof(run), now=walk.ONE)
    capture_payment(order_id=order.pk, now=LATER)

    failed = Event.objects.get(topic="payment.failed")
    tell_of_payment(**failed.payload, now=LATER)

    alarm = Alarm.objects.get()
    assert "$54.95 for the order was not collected" in alarm.text
    assert SUBSCRIPTIONS["payment.failed"] == ["dispatch.tasks.tell_of_payment"]
