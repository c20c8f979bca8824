"""How orders, lines and payments move."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.states import table


class OrderStatus(models.TextChoices):
    """Where an order is."""

    PLACED = "placed", _("Placed")
    PICKING = "picking", _("Being picked")
    READY = "ready", _("Ready")
    HANDED_OVER = "handed_over", _("On its way")
    DELIVERED = "delivered", _("Delivered")
    CANCELLED = "cancelled", _("Cancelled")
    RETURNED = "returned", _("Returned")


ORDER_MOVES = table(
    {
        OrderStatus.PLACED: {OrderStatus.PICKING, OrderStatus.CANCELLED},
        OrderStatus.PICKING: {OrderStatus.READY, OrderStatus.CANCELLED},
        OrderStatus.READY: {OrderStatus.HANDED_OVER, OrderStatus.CANCELLED},
        OrderStatus.HANDED_OVER: {OrderStatus.DELIVERED, OrderStatus.RETURNED},
        OrderStatus.DELIVERED: set(),
        OrderStatus.CANCELLED: set(),
        OrderStatus.RETURNED: set(),
    }
)


class LineStatus(models.TextChoices):
    """What became of one line at the shelf."""

    TO_PICK = "to_pick", "To pick"
    PICKED = "picked", "Picked"
    SHORT = "short", "Not available"
    SUBSTITUTED = "substituted", "Substituted"


class PaymentStatus(models.TextChoices):
    """Where one payment is. The -ing codes are intents: written before the gateway is called, finished after."""

    HOLDING = "holding", "Being authorised"
    CHALLENGED = "challenged", "Waiting for the bank's check"
    HELD = "held", "Held"
    LAPSED = "lapsed", "Ran out, being asked again"
    DECLINED = "declined", "Declined"
    CAPTURING = "capturing", "Being taken"
    CAPTURED = "captured", "Taken"
    VOIDING = "voiding", "Being released"
    VOID = "void", "Released"


# A later tip is charged at once: holding -> captured. A bank that takes its word back at capture leaves nothing to
# take: capturing -> voiding, and the loss is booked. A hold that ran out is asked for again: back to where it was.
PAYMENT_MOVES = table(
    {
        PaymentStatus.HOLDING: {
            PaymentStatus.HELD,
            PaymentStatus.CHALLENGED,
            PaymentStatus.DECLINED,
            PaymentStatus.VOIDING,
            PaymentStatus.CAPTURED,
        },
        PaymentStatus.CHALLENGED: {PaymentStatus.HELD, PaymentStatus.DECLINED, PaymentStatus.VOIDING},
        PaymentStatus.HELD: {PaymentStatus.CAPTURING, PaymentStatus.VOIDING, PaymentStatus.LAPSED},
        PaymentStatus.LAPSED: {PaymentStatus.HELD, PaymentStatus.CAPTURING, PaymentStatus.VOIDING},
        PaymentStatus.CAPTURING: {PaymentStatus.CAPTURED, PaymentStatus.VOIDING, PaymentStatus.LAPSED},
        PaymentStatus.VOIDING: {PaymentStatus.VOID},
        PaymentStatus.DECLINED: set(),
        PaymentStatus.CAPTURED: set(),
        PaymentStatus.VOID: set(),
    }
)
