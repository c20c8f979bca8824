"""A shopper's past orders, and what a receipt says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Sum
from django.utils.translation import gettext as _

from common.money import dollars
from orders.models import Line, Order, Payment, Refund, Substitution
from orders.states import LineStatus, OrderStatus
from stores.models.places import Store

PAGE_SIZE = 20
LIVE = [OrderStatus.PLACED, OrderStatus.PICKING, OrderStatus.READY, OrderStatus.HANDED_OVER]


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One line of a receipt: what was ordered, what came of it, what it costs."""

    name: str
    quantity: int
    note: str
    cents: int
    was_cents: int | None
    refunded_cents: int
    picture: str
    tint: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """An order's money, every fee its own line. Amounts are final once picking has ended, estimates before."""

    order: Order
    store: Store
    lines: Sequence[ReceiptLine]
    subtotal_cents: int
    tax_cents: int
    total_cents: int
    refunds: Sequence[Refund]
    payment: Payment | None
    is_final: bool

    @property
    def refunded_cents(self) -> int:
        """What was given back."""
        return sum(refund.amount_cents for refund in self.refunds)

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to the order."""
        return self.order.status not in LIVE


def orders_of(shopper_id: int, number: int) -> "Page[Any]":
    """One page of a shopper's orders, newest first, each with its `pieces`. Two queries."""
    rows = Order.objects.filter(shopper_id=shopper_id).select_related("store__market", "window")
    rows = rows.order_by("-placed_at", "-pk")
    return Paginator(rows.annotate(pieces=Sum("lines__quantity")), PAGE_SIZE).get_page(number)


def receipt_of(order: Order) -> Receipt:
    """What an order costs, line by line; needs `store__market` read along. Four queries."""
    rows = Line.objects.filter(order=order).select_related("store_item__item__department").order_by("pk")
    swaps = {swap.line_id: swap for swap in Substitution.objects.filter(line__order=order)}
    lines = [_receipt_line(line, swaps.get(line.pk)) for line in rows]
    is_final = order.final_total_cents is not None
    return Receipt(
        order=order,
        store=order.store,
        lines=lines,
        subtotal_cents=_either(order.final_subtotal_cents, order.subtotal_cents),
        tax_cents=_either(order.final_tax_cents, order.tax_cents),
        total_cents=_either(order.final_total_cents, order.total_cents),
        refunds=list(Refund.objects.filter(order=order).order_by("created_at")),
        payment=Payment.objects.filter(order=order, purpose=Payment.Purpose.ORDER).first(),
        is_final=is_final,
    )


def _either(final: int | None, estimated: int) -> int:
    return estimated if final is None else final


def _receipt_line(line: Line, swap: Substitution | None) -> ReceiptLine:
    item = line.store_item.item
    cents = _either(line.final_cents, line.estimated_cents)
    changed = line.final_cents is not None and line.final_cents != line.estimated_cents
    return ReceiptLine(
        name=line.name,
        quantity=line.quantity,
        note=_note(line, swap),
        cents=cents,
        was_cents=line.estimated_cents if changed else None,
        refunded_cents=line.refunded_cents,
        picture=item.tile,
        tint=item.department.code,
    )


def _note(line: Line, swap: Substitution | None) -> str:
    """What a shopper should know of a line: weight, shortage, what came instead."""
    if line.status == LineStatus.SHORT:
        return _("Out of stock, not charged")
    if swap is not None and swap.status != Substitution.Status.REFUSED and line.status == LineStatus.SUBSTITUTED:
        return _("Replaced by %(count)s of %(name)s") % {"count": swap.quantity, "name": swap.name}
    if line.is_weighed and line.picked_pounds is not None:
        return _("%(weight)s at %(price)s / lb") % {
            "weight": weight(line.picked_pounds),
            "price": dollars(line.price_cents),
        }
    if line.is_weighed and line.estimated_pounds:
        return _("about %(weight)s at %(price)s / lb, final price depends on weight") % {
            "weight": weight(line.estimated_pounds),
            "price": dollars(line.price_cents),
        }
    if line.status == LineStatus.PICKED and line.picked_quantity < line.quantity:
        return _("%(picked)s of %(wanted)s were available") % {
            "picked": line.picked_quantity,
            "wanted": line.quantity,
        }
    return ""


def weight(pounds: Decimal) -> str:
    """A weight as the scale says it: 1.32 lb."""
    return f"{pounds.normalize():f} lb"


def when_placed(order: Order) -> datetime:
    """The moment of an order on the clock of its market."""
    return order.placed_at.astimezone(order.store.market.zone)
