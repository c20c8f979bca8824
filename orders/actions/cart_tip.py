"""Choosing a tip at the checkout, within what is taken for the basket."""

from datetime import datetime

from django.db import transaction

from common.errors import InvalidInput
from orders.actions.locks import locked_carts
from orders.models import Cart
from orders.queries.checkout import carts_for_checkout, lines_of, read_basket
from orders.queries.checks import TipTooLarge


@transaction.atomic(durable=True)
def choose_tip(*, cart_id: int, tip_cents: int, now: datetime) -> Cart:
    """Set the tip of a basket; what is refused leaves the one that was chosen before.

    Raises:
        TipTooLarge: above the rules' share of the goods in the basket.
        InvalidInput: below zero, or the basket is an order already.
    """
    cart = carts_for_checkout(locked_carts()).filter(pk=cart_id, ordered_at__isnull=True).first()
    if cart is None or tip_cents < 0:
        raise InvalidInput
    most = read_basket(cart, lines_of(cart), now=now).bill.most_tip_cents
    if tip_cents > most:
        raise TipTooLarge(most)
    cart.tip_cents = tip_cents
    cart.save(update_fields=["tip_cents"])
    return cart
