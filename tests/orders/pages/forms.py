"""The checkout's forms as a browser sends them."""

from orders.models import Cart
from orders.queries.checkout import checkout_of
from tests import make
from tests.orders.tills import GOOD


def total(cart: Cart) -> int:
    """What the page shows."""
    return checkout_of(cart_id=cart.pk, now=make.NOON).bill.total_cents


def pay_form(cart: Cart, number: str = GOOD, **extra: object) -> dict[str, object]:
    """The fields of the last section as a browser sends them."""
    card = {"card": "new", "number": number, "expires": "04 / 30", "cvc": "123"}
    return {"cart": cart.public_id, "shown_total_cents": total(cart), **card, **extra}
