"""Placing an order: everything at once or nothing at all, and once however often it is asked."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.errors import DomainError
from common.geo import Point
from events.models import Event, StatusChange
from orders.actions.checkout import place_order, resume_checkout
from orders.actions.codes import order_number
from orders.actions.holding import ActionNeeded, CardDeclined, CheckoutExpired, GatewayAway
from orders.actions.windows import hold_window, release_expired_holds
from orders.models import Cart, CartLine, Order, Payment
from orders.queries import checks
from orders.queries.checkout import checkout_of
from orders.states import OrderStatus, PaymentStatus
from providers.payments.builtin import BuiltinPayments
from providers.payments.gateway import gateway
from stores.models import ServiceZip, Store, StoreItem, Window
from tests import make
from tests.orders.tills import (
    ANSWER_LOST,
    CHALLENGED,
    CHALLENGED_THEN_POOR,
    DECLINED,
    GOOD,
    POOR,
    card,
    pay,
    ready_cart,
)

pytestmark = pytest.mark.django_db


def statuses() -> list[str]:
    """Where the payments stand, oldest first."""
    return list(Payment.objects.order_by("pk").values_list("status", flat=True))


def answer_bank(passed: bool) -> None:
    """Do what the cardholder does on the bank's page."""
    bank = gateway()
    assert isinstance(bank, BuiltinPayments)
    asked = Payment.objects.exclude(challenge_ref="").latest("pk")
    bank.answer(challenge_id=asked.challenge_ref, passed=passed)


def test_an_order_takes_stock_and_seat_and_holds_the_card() -> None:
    cart = ready_cart(tip_cents=500)

    order = pay(cart)

    line = order.lines.get()
    assert (order.status, order.subtotal_cents, order.tax_cents) == (OrderStatus.PLACED, 4_000, 250)
    assert order.total_cents == 4_000 + 995 + 250 + 500
    assert (line.quantity, line.price_cents, line.estimated_cents, line.tax_bp) == (10, 400, 4_000, 625)
    assert line.store_item.stock == 90
    assert order.window.taken == 1
    payment = order.payments.get()
    assert (payment.status, payment.amount_cents, payment.card_last4) == (PaymentStatus.HELD, order.hold_cents, "4242")
    assert order.hold_cents == order.total_cents + 638  # 15 % of goods and tax whose price may change
    assert Event.objects.filter(topic="order.placed", payload={"order_id": order.pk}).count() == 1
    assert StatusChange.objects.filter(kind="order", object_id=order.pk, to_status="placed").count() == 1


def test_the_same_basket_again_is_the_same_order() -> None:
    cart = ready_cart()

    first, second = pay(cart), pay(cart, shown_total_cents=1)

    assert first.pk == second.pk
    assert statuses() == [PaymentStatus.HELD]
    assert StoreItem.objects.get().stock == 90


def test_placing_takes_a_fixed_number_of_queries() -> None:
    cart = ready_cart()
    for _ in range(7):
        CartLine.objects.create(cart=cart, store_item=make.shelf(cart.store), quantity=1)
    given, shown = card(), checkout_of(cart_id=cart.pk, now=make.NOON).bill.total_cents

    with CaptureQueriesContext(connection) as queries:
        place_order(
            cart_id=cart.pk,
            shopper_id=cart.shopper_id or 0,
            card_token=given.token,
            card_brand=given.brand,
            card_last4=given.last4,
            shown_total_cents=shown,
            now=make.NOON,
        )

    # The test's own transaction turns two transactions into savepoints, two statements each.
    assert len([q for q in queries.captured_queries if "SAVEPOINT" not in q["sql"]]) == 18


def test_weighed_and_taxed_goods_are_estimated_from_the_shelf() -> None:
    store = make.store()
    soap = make.shelf(store, make.item("Soap", is_taxable=True, is_snap=False), price_cents=3_000)
    bananas = make.shelf(store, make.weighed_item(), price_cents=69)
    cart = ready_cart(at=store, lines=[(soap, 1), (bananas, 3)])

    order = pay(cart)

    line = order.lines.get(store_item=bananas)
    assert (line.is_weighed, str(line.estimated_pounds), line.estimated_cents) == (True, "1.500", 104)  # 103.5
    assert order.tax_cents == 278 + 7  # 9.25 % of $30.00 and 6.25 % of $1.04, each rounded once


def test_minnesota_puts_its_fee_on_the_receipt_in_its_own_words() -> None:
    store = make.store(make.market(rule_pack="minnesota"))
    cart = ready_cart(at=store, lines=[(make.shelf(store, make.item("Grill", is_taxable=True), price_cents=10_000), 1)])

    order = pay(cart)

    assert (order.statutory_fee_cents, order.statutory_fee_label) == (50, "Road Improvement and Food Delivery Fee")


def test_age_restricted_goods_are_handed_over_for_a_passcode_and_never_left() -> None:
    store = make.store()
    wine = make.shelf(store, make.item("Red wine", age_limit=21), price_cents=3_500)

    order = pay(ready_cart(at=store, lines=[(wine, 1)], leave_at_door=True))

    assert (order.age_limit, order.leave_at_door, len(order.passcode)) == (21, False, 4)


@pytest.mark.parametrize(("pieces", "wants", "digits"), [(10, False, 0), (10, True, 4), (50, False, 4)])
def test_a_passcode_is_asked_for_on_request_and_on_dear_orders(pieces: int, wants: bool, digits: int) -> None:
    store = make.store()

    order = pay(ready_cart(at=store, lines=[(make.shelf(store), pieces)], wants_passcode=wants))

    assert len(order.passcode) == digits


def empty(cart: Cart) -> None:
    cart.lines.all().delete()


def forget_address(cart: Cart) -> None:
    Cart.objects.filter(pk=cart.pk).update(address=None)


def leave_zip(cart: Cart) -> None:
    ServiceZip.objects.all().delete()


def move_store_away(cart: Cart) -> None:
    Store.objects.update(lat=Point(36.6, -86.7).lat)


def pause_store(cart: Cart) -> None:
    Store.objects.update(is_paused=True)


def sell_out(cart: Cart) -> None:
    StoreItem.objects.update(stock=2)


def shrink(cart: Cart) -> None:
    CartLine.objects.update(quantity=1)


def let_seat_go(cart: Cart) -> None:
    cart.holds.all().delete()


def close_window(cart: Cart) -> None:
    Window.objects.update(is_closed=True)


REFUSALS: list[tuple[Callable[[Cart], None], type[DomainError], str]] = [
    (empty, checks.EmptyBasket, "empty"),
    (forget_address, checks.AddressNeeded, "address"),
    (leave_zip, checks.OutsideArea, "does not deliver"),
    (move_store_away, checks.OutsideArea, "does not deliver"),
    (pause_store, checks.StorePaused, "taking orders"),
    (sell_out, checks.SoldOut, "Only 2 of Gala apples left"),
    (shrink, checks.BelowMinimum, r"\$26.00 more"),
    (let_seat_go, checks.WindowNeeded, "delivery time"),
    (close_window, checks.WindowClosed, "delivery time"),
]


@pytest.mark.parametrize(("change", "refusal", "words"), REFUSALS)
def test_what_cannot_be_ordered_is_refused_before_the_card_is_asked(
    change: Callable[[Cart], None], refusal: type[DomainError], words: str
) -> None:
    cart = ready_cart()
    change(cart)

    with pytest.raises(refusal, match=words):
        pay(cart)

    assert not Payment.objects.exists()
    assert not Order.objects.exists()
    assert refusal.code in {p.code for p in checkout_of(cart_id=cart.pk, now=make.NOON).problems}


def test_sold_out_names_every_item_and_what_is_left() -> None:
    store = make.store()
    milk, eggs = make.shelf(store, make.item("Milk"), stock=0), make.shelf(store, make.item("Eggs"), stock=3)
    cart = ready_cart(at=store, lines=[(milk, 5), (eggs, 9)])

    with pytest.raises(checks.SoldOut) as refused:
        pay(cart)

    assert refused.value.message.startswith("Milk is sold out, only 3 of Eggs left.")
    assert [(s.store_item_id, s.left) for s in refused.value.shortages] == [(milk.pk, 0), (eggs.pk, 3)]


def test_a_price_that_changed_is_shown_and_asked_again() -> None:
    cart = ready_cart()
    shown = checkout_of(cart_id=cart.pk, now=make.NOON).bill.total_cents
    StoreItem.objects.update(price_cents=450)

    with pytest.raises(checks.PriceChanged, match=r"now \$57.76 instead of \$52.45") as refused:
        pay(cart, shown_total_cents=shown)

    assert refused.value.bill.total_cents == 5_776
    assert pay(cart, shown_total_cents=5_776).total_cents == 5_776


@pytest.mark.parametrize(("number", "reason"), [(DECLINED, "card_declined"), (POOR, "insufficient_funds")])
def test_a_declined_card_loses_nothing_and_another_card_works(number: str, reason: str) -> None:
    cart = ready_cart()

    with pytest.raises(CardDeclined, match="basket is saved") as refused:
        pay(cart, number)
    order = pay(cart, GOOD)

    assert refused.value.reason == reason
    assert statuses() == [PaymentStatus.DECLINED, PaymentStatus.HELD]
    assert order.window.taken == 1


def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_key() -> None:
    cart = ready_cart()

    with pytest.raises(GatewayAway, match="basket is saved"):
        pay(cart, ANSWER_LOST)
    order = pay(cart, ANSWER_LOST)

    assert order.payments.count() == Payment.objects.count() == 1


def test_the_bank_asks_the_cardholder_and_then_the_order_is_placed() -> None:
    cart = ready_cart()

    with pytest.raises(ActionNeeded) as asked:
        pay(cart, CHALLENGED)
    assert asked.value.url.startswith("/pay/challenge/")
    answer_bank(passed=True)
    order = resume_checkout(payment_id=asked.value.payment.pk, shopper_id=cart.shopper_id or 0, now=make.NOON)
    again = resume_checkout(payment_id=asked.value.payment.pk, shopper_id=cart.shopper_id or 0, now=make.NOON)

    assert order.pk == again.pk
    assert statuses() == [PaymentStatus.HELD]


def test_a_check_that_outlives_its_basket_charges_nothing() -> None:
    cart = ready_cart()
    with pytest.raises(ActionNeeded) as asked:
        pay(cart, CHALLENGED)
    answer_bank(passed=True)
    cart.delete()  # it went into another one

    for _ in range(2):
        with pytest.raises(CheckoutExpired):
            resume_checkout(payment_id=asked.value.payment.pk, shopper_id=cart.shopper_id or 0, now=make.NOON)

    assert statuses() == [PaymentStatus.VOID]


def test_before_the_bank_is_answered_every_tap_leads_to_its_page() -> None:
    cart = ready_cart()

    for _ in range(2):
        with pytest.raises(ActionNeeded):
            pay(cart, CHALLENGED)

    assert statuses() == [PaymentStatus.CHALLENGED]


@pytest.mark.parametrize(("number", "passed"), [(CHALLENGED, False), (CHALLENGED_THEN_POOR, True)])
def test_a_failed_check_is_a_declined_card(number: str, passed: bool) -> None:
    cart = ready_cart()
    with pytest.raises(ActionNeeded) as asked:
        pay(cart, number)

    answer_bank(passed)
    for _ in range(2):
        with pytest.raises(CardDeclined):
            resume_checkout(payment_id=asked.value.payment.pk, shopper_id=cart.shopper_id or 0, now=make.NOON)

    assert statuses() == [PaymentStatus.DECLINED]
    assert pay(cart, GOOD).status == OrderStatus.PLACED


def test_what_sells_out_while_the_bank_is_asked_is_refused_and_the_hold_let_go() -> None:
    cart = ready_cart()
    with pytest.raises(ActionNeeded) as asked:
        pay(cart, CHALLENGED)
    StoreItem.objects.update(stock=3)
    answer_bank(passed=True)

    with pytest.raises(checks.SoldOut, match="Only 3 of Gala apples"):
        resume_checkout(payment_id=asked.value.payment.pk, shopper_id=cart.shopper_id or 0, now=make.NOON)

    assert statuses() == [PaymentStatus.VOID]
    assert StoreItem.objects.get().stock == 3
    assert CartLine.objects.get().quantity == 10


def test_another_card_lets_the_first_hold_go() -> None:
    cart = ready_cart()
    with pytest.raises(ActionNeeded) as asked:
        pay(cart, CHALLENGED)

    order = pay(cart, GOOD)
    answer_bank(passed=True)
    late = resume_checkout(payment_id=asked.value.payment.pk, shopper_id=cart.shopper_id or 0, now=make.NOON)

    assert late.pk == order.pk
    assert statuses() == [PaymentStatus.VOIDING, PaymentStatus.HELD]


def test_a_checkout_that_was_let_go_can_start_again() -> None:
    cart = ready_cart()
    with pytest.raises(ActionNeeded) as asked:
        pay(cart, CHALLENGED)
    Payment.objects.update(status=PaymentStatus.VOIDING)

    with pytest.raises(CheckoutExpired):
        resume_checkout(payment_id=asked.value.payment.pk, shopper_id=cart.shopper_id or 0, now=make.NOON)

    assert pay(cart, GOOD).status == OrderStatus.PLACED


def test_a_seat_whose_hold_ran_out_is_taken_again_if_one_is_left() -> None:
    cart = ready_cart()
    later = make.NOON + timedelta(minutes=11)
    release_expired_holds(now=later)

    order = pay(cart, now=later)

    order.window.refresh_from_db()
    assert order.window.taken == 1


def test_a_seat_whose_hold_ran_out_and_that_another_took_is_refused() -> None:
    cart = ready_cart()
    later = make.NOON + timedelta(minutes=11)
    release_expired_holds(now=later)
    Window.objects.update(seats=1, taken=1)

    with pytest.raises(checks.WindowFull, match="basket is unchanged"):
        pay(cart, now=later)

    assert not Payment.objects.exists()


def test_a_window_may_be_named_with_the_order() -> None:
    cart = make.cart()
    window = make.window(cart.store)
    hold_window(
        cart_id=cart.pk, window_id=make.window(cart.store, starts_at=make.NOON + timedelta(hours=8)).pk, now=make.NOON
    )

    order = pay(cart, window_id=window.pk)

    assert order.window == window
    assert sorted(Window.objects.values_list("taken", flat=True)) == [0, 1]


def test_numbers_are_short_and_never_the_same() -> None:
    numbers = {order_number(serial) for serial in range(1, 20_001)}

    assert len(numbers) == 20_000
    assert all(len(number) == 8 for number in numbers)


def test_a_stranger_cannot_order_from_anothers_basket() -> None:
    cart = ready_cart()

    with pytest.raises(Cart.DoesNotExist):
        place_order(
            cart_id=cart.pk, shopper_id=make.user("Eve").pk, card_token=str(uuid4()), shown_total_cents=1, now=make.NOON
        )
