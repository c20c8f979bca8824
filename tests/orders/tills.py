"""Going to the till in tests: cards, and an order placed the whole way."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from events.actions.move import move
from orders.actions.checkout import place_order
from orders.actions.fulfil import finish_order, hand_over_order
from orders.actions.locks import lock_order
from orders.actions.windows import hold_window
from orders.models import Cart, Order, Payment
from orders.queries.checkout import checkout_of
from orders.states import OrderStatus
from providers.payments.base import Card
from providers.payments.builtin import BuiltinPayments
from providers.payments.gateway import gateway
from tests import make

GOOD = "4242424242424242"
DECLINED = "4000000000000002"
POOR = "4000000000009995"
CHALLENGED = "4000002760003184"
CHALLENGED_THEN_POOR = "4000008260003178"
ANSWER_LOST = "4000000000007031"
CAPTURE_FAILS = "4000000000007015"


def card(number: str = GOOD) -> Card:
    """A card as the checkout page gets it."""
    return gateway().tokenise(number=number, exp_month=12, exp_year=2040, cvc="123")


def ready_cart(**extra: Any) -> Cart:
    """A basket of ten apples at $4.00 with a window held."""
    cart = make.cart(**extra)
    hold_window(cart_id=cart.pk, window_id=make.window(cart.store).pk, now=make.NOON)
    return cart


def on_a_real_card(order: Order, number: str = GOOD) -> Order:
    """Hold the amount of an order that was made, not placed, on a card that the gateway knows."""
    held = Payment.objects.get(order=order, purpose=Payment.Purpose.ORDER)
    hold = gateway().authorise(amount_cents=held.amount_cents, card_token=card(number).token, key=held.key, metadata={})
    held.card_token, held.hold_ref = hold.card.token, hold.id
    held.save(update_fields=["card_token", "hold_ref"])
    return order


def answer_challenge(payment: Payment, *, passed: bool) -> None:
    """Be the cardholder on the bank's page."""
    bank = gateway()
    assert isinstance(bank, BuiltinPayments)
    bank.answer(challenge_id=Payment.objects.get(pk=payment.pk).challenge_ref, passed=passed)


def deliver(
    order: Order,
    *,
    now: datetime = make.NOON + timedelta(hours=5),
    offered_tip_cents: int | None = None,
    **finals: int,
) -> Order:
    """Take an order to its door, with what picking made of it."""
    with transaction.atomic():
        row = lock_order(order.pk)
        for name, cents in finals.items():
            setattr(row, name, cents)
        row.save()
        for status in (OrderStatus.PICKING, OrderStatus.READY):
            move(row, status, now=now)
        hand_over_order(row, by="system", now=now)
        finish_order(row, by="system", now=now, offered_tip_cents=offered_tip_cents)
    return row


def pay(cart: Cart, number: str = GOOD, *, now: datetime = make.NOON + timedelta(minutes=1), **extra: Any) -> Order:
    """Order a basket at the total it comes to."""
    assert cart.shopper_id is not None
    given = card(number)
    shown = extra.pop("shown_total_cents", None)
    return place_order(
        cart_id=cart.pk,
        shopper_id=cart.shopper_id,
        card_token=given.token,
        card_brand=given.brand,
        card_last4=given.last4,
        shown_total_cents=checkout_of(cart_id=cart.pk, now=now).bill.total_cents if shown is None else shown,
        now=now,
        **extra,
    )
