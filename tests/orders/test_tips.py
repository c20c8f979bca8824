"""Tips after checkout: up for a week, down for two hours with a reason, and whole for the driver (S16, S17, R13)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from common.errors import InvalidInput
from events.models import Event
from ledger import chart
from ledger.queries import balance, balances, owed
from orders.actions.cancel import cancel_order
from orders.actions.capturing import capture_payment, release_payment
from orders.actions.holding import ActionNeeded, GatewayAway
from orders.actions.refunds import KeyUsed
from orders.actions.sweeping import sweep_payments
from orders.actions.tips import (
    TipDeclined,
    TipNotConfirmed,
    TipOnlyRises,
    TipReasonNeeded,
    TipTooLate,
    TipUnderWay,
    change_tip,
    resume_tip,
)
from orders.models import Order, Payment, Refund, TipChange
from orders.queries.checks import TipTooLarge
from orders.states import PaymentStatus
from rules.pack import most_tip_cents
from rules.packs_on_file import pack_for
from tests import make
from tests.orders.tills import (
    ANSWER_LOST,
    CAPTURE_FAILS,
    CHALLENGED,
    CHALLENGED_THEN_POOR,
    POOR,
    answer_challenge,
    card,
    deliver,
    pay,
    ready_cart,
)

EARLIER = make.NOON + timedelta(hours=1)
DELIVERED = make.NOON + timedelta(hours=5)

pytestmark = pytest.mark.django_db


def placed(tip_cents: int = 500) -> Order:
    return pay(ready_cart(tip_cents=tip_cents))


def delivered(tip_cents: int = 500) -> Order:
    """An order at its door with the card charged."""
    order = deliver(placed(tip_cents), now=DELIVERED)
    capture_payment(order_id=order.pk, now=DELIVERED)
    return order


def tip(order: Order, cents: int, *, after: timedelta = timedelta(minutes=5), **extra: object) -> Order:
    given = {"key": uuid4(), "by": "user:sam", "now": DELIVERED + after, **extra}
    return change_tip(order_id=order.pk, tip_cents=cents, **given)  # type: ignore[arg-type]


def use_card(order: Order, number: str) -> None:
    """Let later charges go to another test card."""
    Payment.objects.filter(order=order).update(card_token=card(number).token)


def test_before_delivery_a_raise_is_a_hold_of_its_own_that_is_taken_at_the_door() -> None:
    order = placed()

    raised = tip(order, 800, now=EARLIER)
    held = Payment.objects.get(purpose="tip")
    deliver(order, now=DELIVERED)
    capture_payment(order_id=order.pk, now=DELIVERED)

    assert (raised.tip_cents, raised.total_cents) == (800, order.total_cents + 300)
    assert raised.hold_cents == order.hold_cents + 300
    assert (held.status, held.amount_cents) == (PaymentStatus.HELD, 300)
    assert owed(chart.TIPS_PAYABLE) == 800
    assert list(Payment.objects.order_by("pk").values_list("captured_cents", flat=True)) == [order.total_cents, 300]


def test_a_raise_on_a_card_that_asks_for_its_holder_is_promised_once_the_bank_is_content() -> None:
    order, key = placed(), uuid4()
    use_card(order, CHALLENGED)

    with pytest.raises(ActionNeeded) as asked:
        tip(order, 900, key=key, now=EARLIER)
    order.refresh_from_db()
    before = order.tip_cents
    answer_challenge(asked.value.payment, passed=True)
    after = resume_tip(payment_id=asked.value.payment.pk, now=EARLIER)

    assert (before, after.tip_cents) == (500, 900)
    assert tip(order, 900, key=key, now=EARLIER).tip_cents == 900


@pytest.mark.parametrize("number", [CHALLENGED_THEN_POOR, CHALLENGED])
def test_a_raise_whose_check_fails_changes_nothing(number: str) -> None:
    order = placed()
    use_card(order, number)

    with pytest.raises(ActionNeeded) as asked:
        tip(order, 900, now=EARLIER)
    answer_challenge(asked.value.payment, passed=number == CHALLENGED_THEN_POOR)
    with pytest.raises(TipDeclined):
        resume_tip(payment_id=asked.value.payment.pk, now=EARLIER)

    order.refresh_from_db()
    assert (order.tip_cents, TipChange.objects.count()) == (500, 0)


def test_a_raise_that_nobody_confirms_is_dropped_and_another_takes_its_place_at_once() -> None:
    order = placed()
    use_card(order, CHALLENGED)
    with pytest.raises(ActionNeeded) as first:
        tip(order, 900, now=EARLIER)
    with pytest.raises(ActionNeeded) as second:
        tip(order, 700, now=EARLIER)
    sweep_payments(now=EARLIER + timedelta(minutes=1))

    answer_challenge(first.value.payment, passed=True)  # too late: the other tab is the one that counts
    answer_challenge(second.value.payment, passed=True)
    sweep_payments(now=EARLIER + timedelta(minutes=16))
    with pytest.raises(TipNotConfirmed):
        resume_tip(payment_id=second.value.payment.pk, now=EARLIER + timedelta(minutes=17))

    order.refresh_from_db()
    assert order.tip_cents == 500
    assert set(Payment.objects.filter(purpose="tip").values_list("status", flat=True)) == {PaymentStatus.VOID}


def test_a_check_met_after_the_door_is_taken_before_it_is_promised() -> None:
    order = placed()
    use_card(order, CHALLENGED)
    with pytest.raises(ActionNeeded) as asked:
        tip(order, 900, now=DELIVERED - timedelta(minutes=3))
    answer_challenge(asked.value.payment, passed=True)
    deliver(order, now=DELIVERED)

    resume_tip(payment_id=asked.value.payment.pk, now=DELIVERED + timedelta(minutes=1))

    order.refresh_from_db()
    assert (order.tip_cents, order.offered_tip_cents) == (900, 500)
    assert Payment.objects.get(purpose="tip").captured_cents == 400


def test_an_order_called_off_lets_every_raise_go() -> None:
    order = placed()
    tip(order, 900, now=EARLIER)

    cancel_order(order_id=order.pk, by="user:sam", reason="-", now=EARLIER)
    release_payment(order_id=order.pk, now=EARLIER)

    assert set(Payment.objects.values_list("status", flat=True)) == {PaymentStatus.VOID}


def test_a_raise_that_the_bank_holds_and_does_not_pay_falls_off_the_tip_and_is_told() -> None:
    order = placed()
    use_card(order, CAPTURE_FAILS)
    tip(order, 4_000, now=EARLIER)

    deliver(order, now=DELIVERED, offered_tip_cents=4_000)
    capture_payment(order_id=order.pk, now=DELIVERED)

    order.refresh_from_db()
    lost = TipChange.objects.get(is_uncollected=True)
    assert order.tip_cents == 500
    assert (lost.from_cents, lost.to_cents, lost.made_good_cents) == (4_000, 500, 2_000)  # the rules' cap
    assert (owed(chart.TIPS_PAYABLE), balance(chart.TIPS_MADE_GOOD)) == (2_500, 2_000)
    assert Event.objects.filter(topic="payment.failed").count() == 1


def test_a_raise_after_the_claim_is_nobodys_loss_when_the_bank_does_not_pay_it() -> None:
    order = placed()
    use_card(order, CAPTURE_FAILS)
    tip(order, 4_000, now=EARLIER)

    deliver(order, now=DELIVERED, offered_tip_cents=500)
    capture_payment(order_id=order.pk, now=DELIVERED)

    assert (owed(chart.TIPS_PAYABLE), balance(chart.TIPS_MADE_GOOD)) == (500, 0)


def test_before_delivery_a_tip_cannot_fall() -> None:
    with pytest.raises(TipOnlyRises):
        tip(placed(), 400, reason="Slow", now=make.NOON + timedelta(hours=1))


def test_after_delivery_a_raise_is_its_own_charge() -> None:
    order = delivered()

    raised = tip(order, 900, after=timedelta(days=6))

    assert raised.tip_cents == 900
    charged = Payment.objects.get(purpose="tip")
    assert (charged.status, charged.captured_cents) == (PaymentStatus.CAPTURED, 400)
    assert owed(chart.TIPS_PAYABLE) == 900
    change = TipChange.objects.get()
    assert (change.from_cents, change.to_cents, change.made_good_cents) == (500, 900, 0)
    assert Event.objects.get(topic="tip.changed").payload == {"order_id": order.pk, "tip_change_id": change.pk}


def test_after_a_week_a_tip_stays() -> None:
    order = delivered()

    with pytest.raises(TipTooLate, match="7 days"):
        tip(order, 900, after=timedelta(days=7, seconds=1))


def test_a_repeated_raise_is_charged_once() -> None:
    order, key = delivered(), uuid4()

    for _ in range(3):
        tip(order, 900, key=key)

    assert Payment.objects.filter(purpose="tip").count() == 1
    assert balance(chart.GATEWAY) == order.total_cents + 400
    with pytest.raises(KeyUsed):
        tip(order, 1_000, key=key)


def test_a_raise_the_bank_refuses_changes_nothing_and_says_so_each_time() -> None:
    order, key = delivered(), uuid4()
    use_card(order, POOR)

    for _ in range(2):
        with pytest.raises(TipDeclined, match="Your tip is as it was"):
            tip(order, 900, key=key)

    order.refresh_from_db()
    assert (order.tip_cents, owed(chart.TIPS_PAYABLE)) == (500, 500)


def test_a_raise_whose_answer_is_lost_is_finished_by_the_sweep_once() -> None:
    order = delivered()
    use_card(order, ANSWER_LOST)

    with pytest.raises(GatewayAway, match="as soon as"):
        tip(order, 900)
    with pytest.raises(TipUnderWay):
        tip(order, 1_000)
    for minutes in (7, 8, 9):
        sweep_payments(now=DELIVERED + timedelta(minutes=minutes))

    order.refresh_from_db()
    assert (order.tip_cents, owed(chart.TIPS_PAYABLE)) == (900, 900)


def test_within_two_hours_a_tip_may_fall_with_a_reason_and_the_house_makes_the_offer_good() -> None:
    order = delivered()

    lowered = tip(order, 100, reason="Bags were torn")
    sweep_payments(now=DELIVERED + timedelta(hours=1))

    assert lowered.tip_cents == 100
    assert TipChange.objects.get().made_good_cents == 400
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.tip_cents) == (400, 400)
    assert refund.done_at is not None
    assert balance(chart.GATEWAY) == order.total_cents - 400
    assert balances([chart.TIPS_MADE_GOOD, chart.TIPS_PAYABLE]) == {chart.TIPS_MADE_GOOD: 400, chart.TIPS_PAYABLE: -500}


def test_what_was_raised_after_the_door_is_not_made_good_when_it_is_taken_back() -> None:
    order = delivered()

    tip(order, 2_500)
    tip(order, 500, reason="Too much")

    assert [change.made_good_cents for change in TipChange.objects.order_by("pk")] == [0, 0]
    assert owed(chart.TIPS_PAYABLE) == 2_500  # until the refund is paid
    sweep_payments(now=DELIVERED + timedelta(hours=1))
    assert owed(chart.TIPS_PAYABLE) == 500


def test_a_tip_taken_back_and_given_again_costs_the_house_nothing() -> None:
    order = delivered()

    tip(order, 0, reason="By mistake")
    tip(order, 500)
    sweep_payments(now=DELIVERED + timedelta(hours=1))

    assert [change.made_good_cents for change in TipChange.objects.order_by("pk")] == [500, -500]
    assert (balance(chart.TIPS_MADE_GOOD), owed(chart.TIPS_PAYABLE)) == (0, 500)


def test_the_house_makes_good_up_to_its_cap_over_all_changes() -> None:
    order = delivered(tip_cents=5_000)

    tip(order, 3_500, reason="Late")
    tip(order, 0, reason="Very late")

    assert list(TipChange.objects.order_by("pk").values_list("made_good_cents", flat=True)) == [1_500, 500]


@pytest.mark.parametrize(
    ("after", "reason", "refusal"),
    [(timedelta(hours=2, seconds=1), "Late", TipTooLate), (timedelta(hours=1), "  ", TipReasonNeeded)],
)
def test_a_fall_too_late_or_without_a_reason_is_refused(
    after: timedelta, reason: str, refusal: type[Exception]
) -> None:
    order = delivered()

    with pytest.raises(refusal):
        tip(order, 0, after=after, reason=reason)

    assert not TipChange.objects.exists()


def test_a_fall_before_the_capture_is_simply_not_taken() -> None:
    order = deliver(placed(), now=DELIVERED)

    tip(order, 100, reason="Bags were torn")
    capture_payment(order_id=order.pk, now=DELIVERED + timedelta(minutes=6))

    assert Payment.objects.get().captured_cents == order.total_cents - 400
    assert owed(chart.TIPS_PAYABLE) == 500  # the shopper's 100 and the house's 400
    assert not Refund.objects.exists()


def test_a_raise_taken_back_is_paid_back_from_its_own_charge_first() -> None:
    order = delivered()
    tip(order, 900)

    tip(order, 300, reason="Wrong house")
    sweep_payments(now=DELIVERED + timedelta(hours=1))

    back = Refund.objects.order_by("pk").values_list("payment__purpose", "amount_cents")
    assert list(back) == [("tip", 400), ("order", 200)]
    assert balance(chart.GATEWAY) == order.total_cents - 200


@pytest.mark.parametrize(("cents", "refusal"), [(-1, InvalidInput), (5_001, TipTooLarge)])
def test_a_tip_out_of_range_is_refused(cents: int, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        tip(delivered(), cents)


@pytest.mark.parametrize(("goods", "most"), [(0, 5_000), (4_999, 5_000), (12_345, 12_345), (99_999, 50_000)])
def test_a_tip_is_at_most_the_goods_or_fifty_dollars(goods: int, most: int) -> None:
    assert most_tip_cents(pack_for("tennessee", make.NOON.date()), goods) == most
