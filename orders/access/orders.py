"""The only road from an id in a request to a shopper's own orders, lines, payments and addresses: else 404."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from orders.models import Address, Line, Order, Payment


def order_of(*, shopper_id: int, public_id: UUID) -> Order:
    """An order of this shopper."""
    orders = Order.objects.select_related("store__market", "window")
    return get_object_or_404(orders, public_id=public_id, shopper_id=shopper_id)


def line_of(*, shopper_id: int, public_id: UUID) -> Line:
    """A line in an order of this shopper."""
    return get_object_or_404(Line.objects.select_related("order"), public_id=public_id, order__shopper_id=shopper_id)


def payment_of(*, shopper_id: int, public_id: UUID) -> Payment:
    """A card payment of this shopper."""
    return get_object_or_404(Payment.objects.select_related("order"), public_id=public_id, shopper_id=shopper_id)


def payment_by_challenge(*, shopper_id: int, challenge_ref: str) -> Payment:
    """The payment of this shopper that a bank's check belongs to."""
    payments = Payment.objects.select_related("order")
    return get_object_or_404(payments, challenge_ref=challenge_ref, shopper_id=shopper_id)


def address_of(*, shopper_id: int, public_id: UUID) -> Address:
    """An address of this shopper."""
    return get_object_or_404(Address, public_id=public_id, shopper_id=shopper_id)
