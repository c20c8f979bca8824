"""What orders write into the ledger: each thing that happened to a shopper's money, once."""

from datetime import datetime

from common.transactions import needs_transaction
from ledger import chart
from ledger.actions import Line, post
from orders.models import Order, Payment, Refund, TipChange


@needs_transaction
def book_capture(*, order: Order, taken_cents: int, tip_cents: int, now: datetime) -> None:
    """Book an order's sale against what was taken for it, `tip_cents` of that as tip.

    What that leaves short of goods and fees is the house's loss. Netted refunds were never taken.
    """
    goods, tax = charged_goods(order)
    netted = list(order.refunds.filter(is_netted=True))
    netted_tax = sum(refund.tax_cents for refund in netted)
    netted_tip = sum(refund.tip_cents for refund in netted)
    fees = {fee: sum(refund.amount_cents for refund in netted if refund.fee == fee) for fee in Refund.Fee.values}
    delivery = order.delivery_fee_cents - fees[Refund.Fee.DELIVERY]
    statutory = order.statutory_fee_cents - fees[Refund.Fee.STATUTORY]
    netted_goods = sum(refund.amount_cents for refund in netted if not refund.fee) - netted_tax - netted_tip
    owed = goods + tax + delivery + statutory - netted_goods - netted_tax
    lines = [
        Line(chart.GATEWAY, taken_cents),
        Line(chart.LOSSES, owed + tip_cents - taken_cents),
        Line(chart.SALES, -goods),
        Line(chart.REFUNDS, netted_goods),
        Line(chart.SALES_TAX_PAYABLE, netted_tax - tax),
        Line(chart.DELIVERY_FEES, -delivery),
        Line(chart.STATUTORY_FEES_PAYABLE, -statutory),
        Line(chart.TIPS_PAYABLE, -tip_cents),
    ]
    if any(line.amount_cents for line in lines):
        post(kind="order_captured", source=str(order.public_id), occurred_at=now, lines=lines, memo=order.number)


@needs_transaction
def net_refunds(payment: Payment, now: datetime) -> int:
    """Strike off refunds that were booked before anything was taken; returns their cents."""
    waiting = Refund.objects.filter(payment=payment, done_at__isnull=True)
    cents = sum(waiting.values_list("amount_cents", flat=True))
    waiting.update(is_netted=True, done_at=now)
    return cents


@needs_transaction
def book_tip_charge(*, payment: Payment, taken_cents: int, now: datetime) -> None:
    """Book a raise of a tip that was taken."""
    lines = [Line(chart.GATEWAY, taken_cents), Line(chart.TIPS_PAYABLE, -taken_cents)]
    post(kind="tip_charged", source=str(payment.public_id), occurred_at=now, lines=lines)


@needs_transaction
def book_tip_made_good(*, change: TipChange, now: datetime) -> None:
    """Book what the house adds when a tip falls or is not collected, or takes back when it is given again."""
    if change.made_good_cents:
        cents = change.made_good_cents
        lines = [Line(chart.TIPS_MADE_GOOD, cents), Line(chart.TIPS_PAYABLE, -cents)]
        post(kind="tip_made_good", source=str(change.key), occurred_at=now, lines=lines)


@needs_transaction
def book_refund(*, refund: Refund, now: datetime) -> None:
    """Book money that went back to a card, against what it was taken for."""
    against = {Refund.Fee.DELIVERY: chart.DELIVERY_FEES, Refund.Fee.STATUTORY: chart.STATUTORY_FEES_PAYABLE}
    lines = [
        Line(chart.GATEWAY, -refund.amount_cents),
        Line(
            against[Refund.Fee(refund.fee)] if refund.fee else chart.REFUNDS,
            refund.amount_cents - refund.tax_cents - refund.tip_cents,
        ),
        Line(chart.SALES_TAX_PAYABLE, refund.tax_cents),
        Line(chart.TIPS_PAYABLE, refund.tip_cents),
    ]
    post(kind="refund", source=str(refund.public_id), occurred_at=now, lines=lines, memo=refund.reason)


@needs_transaction
def book_dispute(*, payment: Payment, change_cents: int, look: int, now: datetime) -> None:
    """Book what a cardholder's bank takes back of a payment, or returns when the dispute is won."""
    lines = [Line(chart.GATEWAY, -change_cents), Line(chart.LOSSES, change_cents)]
    post(kind="payment_disputed", source=f"{payment.public_id}:{look}", occurred_at=now, lines=lines)


def charged_goods(order: Order) -> tuple[int, int]:
    """Cents of goods and of tax that an order came to; the estimate where nothing else was decided."""
    goods = order.subtotal_cents if order.final_subtotal_cents is None else order.final_subtotal_cents
    tax = order.tax_cents if order.final_tax_cents is None else order.final_tax_cents
    return goods, tax
