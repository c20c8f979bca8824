"""What became of a basket that was paid for by several presses at once."""

from orders.models import Cart, Order, Payment
from orders.states import PaymentStatus


def order_of_basket(cart: Cart) -> Order | None:
    """The order that a basket became, by whichever press."""
    return Order.objects.filter(shopper_id=cart.shopper_id, checkout_key=cart.checkout_key).first()


def is_being_paid(cart: Cart) -> bool:
    """Whether the bank is being asked for a basket's money at this moment, by some other press."""
    return Payment.objects.filter(cart=cart, order=None, status=PaymentStatus.HOLDING).exists()
