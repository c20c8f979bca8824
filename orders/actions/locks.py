"""Locks on the roots of what is ordered.

Always in this order: cart, order, payment, shelf rows by pk, windows by pk.
"""

from collections.abc import Iterable

from django.db.models import QuerySet

from common.transactions import needs_transaction
from orders.models import Cart, Order, Payment
from stores.models import StoreItem


def locked_carts() -> QuerySet[Cart]:
    """Carts that are locked as they are read."""
    return Cart.objects.select_for_update(no_key=True, of=("self",))


@needs_transaction
def lock_cart(cart_id: int) -> Cart:
    """Lock a basket until the transaction ends."""
    return locked_carts().get(pk=cart_id)


@needs_transaction
def lock_order(order_id: int) -> Order:
    """Lock an order until the transaction ends."""
    return Order.objects.select_for_update(no_key=True, of=("self",)).get(pk=order_id)


@needs_transaction
def lock_payment(payment_id: int) -> Payment:
    """Lock a payment until the transaction ends."""
    return Payment.objects.select_for_update(no_key=True, of=("self",)).get(pk=payment_id)


@needs_transaction
def lock_with_order(payment_id: int) -> tuple[Order | None, Payment]:
    """Lock the order of a payment, if it has one, and then the payment."""
    order_id = Payment.objects.values_list("order_id", flat=True).get(pk=payment_id)
    order = None if order_id is None else lock_order(order_id)
    return order, lock_payment(payment_id)


@needs_transaction
def lock_card_of(order_id: int) -> Payment | None:
    """Lock the card payment an order was placed with; one that was placed without has none."""
    found = Payment.objects.select_for_update(no_key=True, of=("self",))
    return found.filter(order_id=order_id, purpose=Payment.Purpose.ORDER).first()


def locked_payments(order_id: int) -> QuerySet[Payment]:
    """Payments of an order that are locked as they are read, in order of pk."""
    found = Payment.objects.select_for_update(no_key=True, of=("self",))
    return found.filter(order_id=order_id).order_by("pk")


@needs_transaction
def lock_shelves(store_item_ids: Iterable[int]) -> None:
    """Lock shelf rows until the transaction ends, in order of pk, so that nobody waits for another in a ring."""
    rows = StoreItem.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=set(store_item_ids))
    list(rows.order_by("pk").values_list("pk", flat=True))


@needs_transaction
def lock_carts(cart_ids: Iterable[int]) -> None:
    """Lock several baskets until the transaction ends, in order of pk."""
    list(locked_carts().filter(pk__in=set(cart_ids)).order_by("pk").values_list("pk", flat=True))
