"""Tricks with tips, played through the pages: none of them takes a cent from anybody."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from dispatch.actions.claiming import accept_offer
from dispatch.actions.running import complete_drop, load_delivery
from dispatch.actions.tip_changes import pay_tip_change
from dispatch.models import Run
from ledger import chart
from ledger.queries import balance, owed
from orders.actions.capturing import capture_payment
from orders.models import Order, Payment, TipChange
from orders.states import PaymentStatus
from payouts.models import Earning
from tests import make
from tests.dispatch import walk
from tests.orders.tills import CHALLENGED, GOOD, card, on_a_real_card

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(client: Client) -> User:
    """Sam, signed in."""
    person = make.user("Sam Shopper")
    client.force_login(person)
    return person


def send_tip(client: Client, order: Order, dollars: str, reason: str = "") -> str:
    """Press the button on the order page, and read what comes back."""
    given = {"dollars": dollars, "key": uuid4(), "reason": reason}
    answer = client.post(f"/orders/{order.public_id}/tip/", given, follow=True)
    pass_on()
    return answer.content.decode()


def pass_on() -> None:
    """What the relay does with every change of a tip."""
    for change in TipChange.objects.order_by("pk"):
        pay_tip_change(tip_change_id=change.pk, now=make.NOON + timedelta(minutes=30))


def delivered(sam: User, number: str = GOOD) -> tuple[Run, Order]:
    """An order with a tip of $5.00 at its door, taken from the card."""
    run = walk.loaded(of=sam, now=make.NOON)
    order = on_a_real_card(walk.delivery_of(run).order, number)
    at_the_door(run, order)
    return run, order


def at_the_door(run: Run, order: Order) -> None:
    complete_drop(stop_id=walk.door(run).pk, proof=walk.proof(run), now=make.NOON)
    capture_payment(order_id=order.pk, now=make.NOON)


def driver_has(run: Run) -> int:
    return owed(chart.driver_payable(run.driver.public_id))


def test_raising_a_tip_to_500_dollars_after_the_door_and_lowering_it_again_gains_nobody_a_cent(
    client: Client, sam: User
) -> None:
    run, order = delivered(sam)
    before = (driver_has(run), balance(chart.GATEWAY))

    refused = send_tip(client, order, "500")
    send_tip(client, order, "50")  # as much as this order allows
    with time_machine.travel(make.NOON + timedelta(minutes=10), tick=False):
        send_tip(client, order, "5", reason="oops")

    assert "at most $50.00" in refused
    refunds = sum(refund.amount_cents for refund in order.refunds.all())
    assert refunds == 4_500
    assert (driver_has(run), balance(chart.GATEWAY) - refunds) == before
    assert balance(chart.TIPS_MADE_GOOD) == 0
    assert sum(one.topup_cents for one in Earning.objects.all()) == 0


def test_a_raise_beyond_the_hold_on_a_3_d_secure_card_asks_the_bank_and_promises_nothing_before(
    client: Client, sam: User
) -> None:
    order = on_a_real_card(make.order(of=sam))
    Payment.objects.update(card_token=card(CHALLENGED).token)

    asked = send_tip(client, order, "50")
    order.refresh_from_db()
    promised = order.tip_cents
    raise_ = Payment.objects.get(purpose="tip")
    client.post(f"/pay/challenge/{raise_.challenge_ref}/", {"answer": "pass"}, follow=True)

    order.refresh_from_db()
    assert 'value="pass"' in asked  # the bank's page
    assert (promised, order.tip_cents) == (500, 5_000)
    assert Payment.objects.get(purpose="tip").status == PaymentStatus.HELD


def test_a_raise_whose_bank_says_no_is_said_on_the_order_page_and_no_driver_sees_it(client: Client, sam: User) -> None:
    delivery = make.delivery(on_a_real_card(make.order(of=sam)))
    Payment.objects.update(card_token=card(CHALLENGED).token)
    send_tip(client, delivery.order, "50")

    ref = Payment.objects.get(purpose="tip").challenge_ref
    page = client.post(f"/pay/challenge/{ref}/", {"answer": "fail"}, follow=True).content.decode()
    pass_on()

    delivery.refresh_from_db()
    assert "Your tip is as it was." in page
    assert (delivery.tip_cents, delivery.order.tip_cents) == (500, 500)


def test_raising_after_the_claim_and_lowering_after_the_door_brings_the_driver_what_the_offer_said(
    client: Client, sam: User
) -> None:
    delivery = make.delivery(on_a_real_card(make.order(of=sam, status="ready", bag_count=3)))
    offer = make.offer(delivery)
    walk.prepare(offer.market)
    run = accept_offer(offer_id=offer.pk, now=make.NOON)
    send_tip(client, delivery.order, "49")
    load_delivery(stop_id=walk.pickup(run).pk, bags=3, code="4711", now=make.NOON)
    at_the_door(run, delivery.order)

    send_tip(client, delivery.order, "0", reason="late")

    assert driver_has(run) == offer.pay_cents + 500
    assert balance(chart.TIPS_MADE_GOOD) == 500
