"""R15: reports of the card gateway, forged, stale, doubled and in any order."""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import permutations
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django import Settings

from ledger.models import Entry
from orders.actions.capturing import capture_payment
from orders.actions.holding import ActionNeeded, GatewayAway
from orders.actions.refunds import pay_refund, refund_line
from orders.actions.reports import apply_report, reconcile_payment, sweep_reports
from orders.models import GatewayReport, Order, Payment, Refund
from orders.own_reports import send_own_reports
from orders.states import PaymentStatus
from providers.errors import Unavailable
from providers.payments.builtin import SIGNATURE_HEADER, BuiltinPayments, Outgoing
from providers.payments.gateway import gateway
from providers.payments.signature import sign
from tests import make
from tests.orders.tills import ANSWER_LOST, CHALLENGED, deliver, pay, ready_cart

pytestmark = pytest.mark.django_db
PATH = "/webhooks/payments/"
LATER = make.NOON + timedelta(hours=6)
SECRETS = ["whsec_old", "whsec_new"]
BODY = json.dumps(
    {"id": "event_1", "kind": "hold.placed", "object": "hold_1", "at": 1_780_000_000, "data": {}}
).encode()


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(LATER, tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def two_secrets(own_gateway: None, settings: Settings) -> None:
    """Both secrets count while one replaces the other."""
    settings.PAYMENTS_OPTIONS = settings.PAYMENTS_OPTIONS | {"webhook_secrets": SECRETS}


def own() -> BuiltinPayments:
    """The gateway, with its bank's side."""
    found = gateway()
    assert isinstance(found, BuiltinPayments)
    return found


def post(body: bytes, header: str) -> int:
    """What the endpoint answers to a body under a signature."""
    answer = Client().post(PATH, body, content_type="application/json", headers={SIGNATURE_HEADER: header})
    return answer.status_code


def signed(body: bytes = BODY, secret: str = "whsec_new", seconds: int = 0) -> str:
    """A genuine signature, some seconds away from now."""
    return sign(body, secret, int(LATER.timestamp()) + seconds)


def send(report: Outgoing) -> None:
    """Bring one report of the gateway and let what it says be applied."""
    assert post(report.body, report.headers[SIGNATURE_HEADER]) == 204
    apply_report(report_id=GatewayReport.objects.get(event_id=report.event_id).pk, now=LATER)


def half_heard() -> Order:
    """An order that the gateway has captured, partly given back and had disputed, of which we have heard nothing."""
    cart = ready_cart()
    with pytest.raises(GatewayAway):
        pay(cart, ANSWER_LOST)
    order = pay(cart, ANSWER_LOST)
    deliver(order)
    capture_payment(order_id=order.pk, now=LATER)
    hold_id = order.payments.get().hold_ref
    receipt = own()._books.one("SELECT id FROM receipts WHERE hold_id = ?", hold_id, "no receipt")["id"]
    own().bank.refund(receipt, 150)
    own().bank.dispute(receipt, 900)
    return order


def state_of(order: Order) -> list[Any]:
    """Everything about an order's money that must not depend on the order of reports."""
    payment = order.payments.get()
    shown = (payment.status, payment.captured_cents, payment.receipt_ref, payment.disputed_cents)
    refunds = sorted(order.refunds.values_list("key", "amount_cents", "done_at"))
    entries = sorted(Entry.objects.values_list("account__code", "amount_cents"))
    return [shown, refunds, entries]


def test_a_report_is_kept_once_and_answered_with_nothing_to_say() -> None:
    assert [post(BODY, signed()) for _ in range(3)] == [204, 204, 204]
    assert GatewayReport.objects.count() == 1


def test_reports_in_any_order_and_three_times_over_come_to_the_same() -> None:
    order = half_heard()
    reports = own().due_webhooks(now=LATER)
    assert len(reports) == 4
    found: list[list[Any]] = []

    for turn in permutations(reports):
        before = transaction.savepoint()
        for report in turn * 3:
            send(report)
        found.append(state_of(order))
        transaction.savepoint_rollback(before)

    assert len(found) == 24
    assert all(state == found[0] for state in found)
    payment, refunds, _ = found[0]
    assert payment[0] == PaymentStatus.CAPTURED
    assert payment[3] == 900
    assert [cents for _, cents, _ in refunds] == [150]


def test_one_report_is_enough_to_learn_everything() -> None:
    order = half_heard()

    send(own().due_webhooks(now=LATER)[0])

    payment = order.payments.get()
    assert (payment.status, payment.disputed_cents, order.refunds.get().amount_cents) == ("captured", 900, 150)


def test_control_a_payload_that_lies_changes_nothing() -> None:
    order = pay(ready_cart())
    lie = {"id": "event_9", "kind": "hold.captured", "object": order.payments.get().hold_ref, "at": 1, "data": {}}
    body = json.dumps(lie).encode()

    assert post(body, signed(body)) == 204
    sweep_reports(now=LATER)

    assert order.payments.get().status == PaymentStatus.HELD


@pytest.mark.parametrize("secret", SECRETS)
def test_both_secrets_count_during_a_change(secret: str) -> None:
    assert post(BODY, signed(secret=secret)) == 204


@pytest.mark.parametrize(("seconds", "status"), [(-300, 204), (300, 204), (-301, 400), (301, 400)])
def test_a_report_is_believed_for_300_seconds_either_way(seconds: int, status: int) -> None:
    assert post(BODY, signed(seconds=seconds)) == status
    assert GatewayReport.objects.count() == (status == 204)


@pytest.mark.parametrize("header", ["", "t=1,v1=00", signed(secret="whsec_stolen"), signed(secret="")])
def test_a_forgery_is_refused_and_nothing_is_kept(header: str) -> None:
    assert post(BODY, header) == 400
    assert not GatewayReport.objects.exists()


@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.integers(0, len(BODY) * 8 - 1))
def test_no_flipped_bit_gets_in(bit: int) -> None:
    altered = bytearray(BODY)
    altered[bit // 8] ^= 1 << (bit % 8)

    assert post(bytes(altered), signed()) == 400
    assert not GatewayReport.objects.exists()


def test_only_posts_are_heard() -> None:
    assert Client().get(PATH).status_code == 405


def test_a_report_about_nothing_of_ours_is_done_with() -> None:
    post(BODY, signed())

    sweep_reports(now=LATER)

    assert GatewayReport.objects.get().done_at == LATER


def test_a_kind_we_have_no_use_for_is_kept_and_done_with() -> None:
    body = BODY.replace(b"hold.placed", b"customer.created")

    assert post(body, signed(body)) == 204
    assert GatewayReport.objects.get().done_at == LATER


def test_a_gateway_that_is_away_is_asked_again_later() -> None:
    half_heard()
    report = own().due_webhooks(now=LATER)[0]
    post(report.body, report.headers[SIGNATURE_HEADER])

    with mock.patch.object(BuiltinPayments, "look", side_effect=Unavailable("away")):
        sweep_reports(now=LATER)
    waiting = GatewayReport.objects.get()
    assert (waiting.done_at, waiting.retry_at) == (None, LATER + timedelta(seconds=10))
    sweep_reports(now=LATER + timedelta(seconds=10))

    assert GatewayReport.objects.get().done_at is not None
    assert Payment.objects.get().status == PaymentStatus.CAPTURED


def test_a_refund_of_our_own_is_not_booked_twice() -> None:
    order = pay(ready_cart())
    deliver(order)
    capture_payment(order_id=order.pk, now=LATER)
    line = order.lines.get()
    refund = refund_line(line_id=line.pk, amount_cents=200, reason="Bruised", by="user:1", key="k", now=LATER)

    with mock.patch("orders.actions.refunds._settle_refund"):  # the answer is lost
        pay_refund(refund_id=refund.pk, now=LATER)
    for report in own().due_webhooks(now=LATER):
        send(report)
    waiting = GatewayReport.objects.filter(done_at=None).count()
    pay_refund(refund_id=refund.pk, now=LATER)
    sweep_reports(now=LATER + timedelta(minutes=1))

    assert waiting > 0
    assert Refund.objects.get().done_at is not None
    assert not GatewayReport.objects.filter(done_at=None).exists()


def test_a_dispute_that_is_won_leaves_the_books_as_they_were() -> None:
    order = half_heard()
    receipt = own()._books.one("SELECT id FROM receipts WHERE 1 OR id = ?", "", "none")["id"]
    reconcile_payment(payment_id=order.payments.get().pk, ref=receipt, now=LATER)
    lost = sum(Entry.objects.filter(account__code="losses").values_list("amount_cents", flat=True))

    own().bank.dispute(receipt, 0)
    reconcile_payment(payment_id=order.payments.get().pk, ref=receipt, now=LATER)

    assert lost == 900
    assert sum(Entry.objects.filter(account__code="losses").values_list("amount_cents", flat=True)) == 0
    assert order.payments.get().disputed_cents == 0


def test_an_older_answer_that_comes_late_changes_nothing() -> None:
    order = half_heard()
    payment = order.payments.get()
    receipt = own()._books.one("SELECT id FROM receipts WHERE 1 OR id = ?", "", "none")["id"]
    old = own().look(ref=receipt)
    own().bank.dispute(receipt, 0)

    def overtaken(*, ref: str) -> object:
        with mock.patch.object(BuiltinPayments, "look", return_value=new):
            reconcile_payment(payment_id=payment.pk, ref=ref, now=LATER)
        return old

    new = own().look(ref=receipt)
    with mock.patch.object(BuiltinPayments, "look", side_effect=overtaken):
        reconcile_payment(payment_id=payment.pk, ref=receipt, now=LATER)

    assert order.payments.get().disputed_cents == 0


def test_a_shopper_who_met_the_banks_check_and_left_gets_the_order() -> None:
    cart = ready_cart()
    with pytest.raises(ActionNeeded):
        pay(cart, CHALLENGED)
    own().answer(challenge_id=Payment.objects.get().challenge_ref, passed=True)

    with time_machine.travel(make.NOON + timedelta(minutes=5), tick=False):
        reports: Sequence[Outgoing] = own().due_webhooks(now=make.NOON + timedelta(minutes=5))
        for report in reports:
            assert post(report.body, report.headers[SIGNATURE_HEADER]) == 204
        sweep_reports(now=make.NOON + timedelta(minutes=5))

    assert Payment.objects.get().status == PaymentStatus.HELD
    assert Order.objects.count() == 1


def test_the_built_in_gateway_sends_its_own_reports_until_they_are_received() -> None:
    half_heard()

    def deliver_to_us(url: str, data: bytes, headers: dict[str, str], timeout: int) -> mock.Mock:
        return mock.Mock(raise_for_status=lambda: None, status_code=post(data, headers[SIGNATURE_HEADER]))

    with mock.patch("orders.own_reports.requests.post", side_effect=deliver_to_us):
        sent = send_own_reports(now=LATER)

    assert sent == GatewayReport.objects.count() == 4
    assert own().due_webhooks(now=LATER) == []
