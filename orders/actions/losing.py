"""What becomes of a delivered order's money when its bank does not pay what it had authorised."""

from datetime import datetime

from common.transactions import needs_transaction
from events.actions.record import record
from orders.actions.books import book_capture, net_refunds
from orders.actions.tip_parts import lose_tip
from orders.models import Order, Payment, TipChange


@needs_transaction
def lose_payment(order: Order, payment: Payment, *, now: datetime) -> None:
    """Book a locked payment as lost: the house bears goods and fees, the tip falls, and operations are told.

    What was promised back meanwhile was never taken: there is nothing to pay it from. A raise that nobody was promised
    yet is no loss.
    """
    if payment.purpose == Payment.Purpose.TIP and not TipChange.objects.filter(key=payment.tip_key).exists():
        return
    net_refunds(payment, now)
    if payment.purpose == Payment.Purpose.ORDER:
        book_capture(order=order, taken_cents=0, tip_cents=0, now=now)
    lose_tip(order, payment, now=now)
    record("payment.failed", at=now, order_id=order.pk, payment_id=payment.pk)
