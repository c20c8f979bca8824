"""Placing an order: intent, hold, then everything at once; and again, as often as somebody taps, the same order."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from common.errors import DomainError
from common.patience import refuse_when_busy
from common.transactions import outside_transaction
from events.actions.move import move
from orders.actions.carts import BasketClosed
from orders.actions.holding import (
    ABANDONED_AFTER,
    Answer,
    CardDeclined,
    CardGiven,
    CheckoutExpired,
    ask_for_hold,
    note_no,
    void_payment,
)
from orders.actions.locks import lock_payment, locked_carts
from orders.actions.placing import write_order
from orders.actions.windows import keep_seat
from orders.models import Cart, CartLine, Order, Payment
from orders.queries.checkout import carts_for_checkout, lines_of, read_basket
from orders.queries.checks import Basket, PriceChanged, refusals
from orders.states import PaymentStatus
from providers.payments.base import Hold, Refused

ANSWER = ("hold_ref", "card_token", "card_brand", "card_last4", "updated_at")
UNDER_WAY = {PaymentStatus.HOLDING, PaymentStatus.CHALLENGED, PaymentStatus.HELD}


@refuse_when_busy
@outside_transaction
def place_order(
    *,
    cart_id: int,
    shopper_id: int,
    card_token: str,
    card_brand: str = "",
    card_last4: str = "",
    shown_total_cents: int,
    window_id: int | None = None,
    now: datetime,
) -> Order:
    """Turn a basket into an order paid by a held card; the same basket again is the same order.

    Prices are read from the shelf; `shown_total_cents` is only compared with what they come to. The seat is the one
    the basket holds; a `window_id` is held first, as by `hold_window`. The intent is committed before the gateway
    is asked, so a crash anywhere leaves something that a repeat continues and the sweep ends.

    Raises:
        EmptyBasket, AddressNeeded, OutsideArea, StorePaused, SoldOut, BelowMinimum, WindowNeeded, WindowFull,
        WindowClosed, PriceChanged: before any card is asked, or after, when it changed in between: then the hold
            is let go.
        CardDeclined, GatewayAway, CheckoutExpired: nothing is charged; another try may follow at once.
        ActionNeeded: the bank wants to see the cardholder; continue with `resume_checkout`.
        Busy: a lock could not be had in time; the order may stand all the same, placed by another press.
    """
    card = CardGiven(card_token, card_brand, card_last4)
    begun = _begin(cart_id, shopper_id, card, shown_total_cents, window_id, now)
    if isinstance(begun, Order):
        return begun
    return _hold_and_finish(begun, now)


@refuse_when_busy
@outside_transaction
def resume_checkout(*, payment_id: int, shopper_id: int, now: datetime) -> Order:
    """Continue a checkout after the bank's check; a repeat returns the same order.

    Raises:
        ActionNeeded: the check is not done yet.
        And whatever `place_order` raises once the card is asked.
    """
    payment = Payment.objects.select_related("order").get(pk=payment_id, shopper_id=shopper_id)
    if payment.order is not None:
        return payment.order
    if payment.status == PaymentStatus.DECLINED:
        raise CardDeclined(payment.refusal_code, payment.refusal)
    return _hold_and_finish(payment, now)


@transaction.atomic(durable=True)
def _begin(
    cart_id: int, shopper_id: int, card: CardGiven, shown_cents: int, window_id: int | None, now: datetime
) -> Order | Payment:
    """Check the basket and write the intent, or find what an earlier tap has written."""
    cart = carts_for_checkout(locked_carts()).get(pk=cart_id, shopper_id=shopper_id)
    if cart.ordered_at is not None:
        return _order_of(cart)
    if window_id is not None:
        keep_seat(cart, window_id, now=now)  # now, so that it is still there when the bank has answered
    basket = read_basket(cart, lines_of(cart), now=now)
    _check(basket, shown_cents, now)
    return _intent(basket, card, shown_cents, now)


def _order_of(cart: Cart) -> Order:
    order = Order.objects.filter(shopper_id=cart.shopper_id, checkout_key=cart.checkout_key).first()
    if order is None:
        raise BasketClosed
    return order


def _check(basket: Basket, shown_cents: int | None, now: datetime) -> None:
    for refusal in refusals(basket, now):
        raise refusal
    if shown_cents is not None and basket.bill.total_cents != shown_cents:
        raise PriceChanged(basket.bill, shown_cents)


def _intent(basket: Basket, card: CardGiven, shown_cents: int, now: datetime) -> Payment:
    """Join the payment of an earlier tap, or write a new one; one that no longer fits is let go.

    A second tap has the same card by brand and last digits, though its token may be new.
    """
    cart, hold_cents = basket.cart, basket.bill.hold_cents
    assert cart.shopper is not None  # found by its shopper
    payments = Payment.objects.select_for_update(no_key=True, of=("self",)).filter(cart=cart)
    last = payments.order_by("-pk").first()
    if last is not None and last.status in UNDER_WAY:
        fits = (last.amount_cents, last.shown_cents) == (hold_cents, shown_cents)
        if fits and (last.card_brand, last.card_last4) == (card.brand, card.last4):
            return last
        _let_go(last, now)
    attempt = int(last.key.rsplit(":", 1)[1]) + 1 if last else 1
    return Payment.objects.create(
        cart=cart,
        shopper=cart.shopper,
        key=f"order:{cart.checkout_key}:{attempt}",
        card_token=card.token,
        card_brand=card.brand,
        card_last4=card.last4,
        amount_cents=hold_cents,
        shown_cents=shown_cents,
        retry_at=now + ABANDONED_AFTER,
        created_at=now,
        updated_at=now,
    )


def _hold_and_finish(payment: Payment, now: datetime) -> Order:
    outcome = _finish(payment, ask_for_hold(payment), now)
    if isinstance(outcome, Order):
        return outcome
    void_payment(payment_id=payment.pk, now=now)  # returns at once unless the hold is to be let go
    raise outcome


@transaction.atomic(durable=True)
def _finish(asked: Payment, answer: Answer, now: datetime) -> Order | DomainError:
    """Write the bank's answer and, when it is yes, the order; a refusal is returned, so that both are committed."""
    cart = carts_for_checkout(locked_carts()).filter(pk=asked.cart_id or 0).first()
    payment = lock_payment(asked.pk)
    if cart is None:
        return _after_its_basket(payment, now)
    if cart.ordered_at is not None:
        return _after_other_tap(cart, payment, now)
    if payment.status not in UNDER_WAY:
        return CardDeclined(payment.refusal_code, payment.refusal) if payment.refusal_code else CheckoutExpired()
    if isinstance(answer, Refused):
        _let_go(payment, now)
        return CheckoutExpired()
    if not isinstance(answer, Hold):
        return note_no(payment, answer, now=now)
    payment.hold_ref, payment.card_token = answer.id, answer.card.token
    payment.card_brand, payment.card_last4 = answer.card.brand, answer.card.last4
    return _place(cart, payment, now)


def _place(cart: Cart, payment: Payment, now: datetime) -> Order | DomainError:
    """Check again under lock what may have changed while the bank was asked, and write everything at once."""
    basket = read_basket(cart, _with_locked_shelf(cart), now=now)
    try:
        _check(basket, payment.shown_cents, now)
        assert basket.window is not None  # checked: WindowNeeded
        order = write_order(basket=basket, window=basket.window, payment=payment, now=now)
    except DomainError as refusal:
        _let_go(payment, now)
        return refusal
    payment.order, payment.tip_cents, payment.retry_at, payment.updated_at = order, order.tip_cents, None, now
    move(payment, PaymentStatus.HELD, now=now, also=[*ANSWER, "order", "tip_cents", "retry_at"])
    return order


def _after_its_basket(payment: Payment, now: datetime) -> DomainError:
    """The basket went into another one meanwhile, by signing in or changing the store: the hold is let go."""
    if payment.status in UNDER_WAY:
        _let_go(payment, now)
    return CheckoutExpired()


def _after_other_tap(cart: Cart, payment: Payment, now: datetime) -> Order:
    """The basket became an order meanwhile: by this payment, or by another, and then this one is let go."""
    if payment.order_id is None and payment.status in UNDER_WAY:
        _let_go(payment, now)
    return _order_of(cart)


def _with_locked_shelf(cart: Cart) -> QuerySet[CartLine]:
    """Lines with their shelf rows locked in order of pk, so that baskets never wait for one another in a ring (R3)."""
    return lines_of(cart).select_for_update(no_key=True, of=("store_item",)).order_by("store_item_id")


def _let_go(payment: Payment, now: datetime) -> None:
    payment.retry_at, payment.updated_at = now, now
    move(payment, PaymentStatus.VOIDING, now=now, also=[*ANSWER, "retry_at"])
