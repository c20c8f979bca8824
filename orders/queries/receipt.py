"""One description of an order's money, from which its page, its PDF and its e-mail are made.

The lines add up to the goods, the sums to the total, the total less what came off it to what was paid; and what is
said of the card is what its payments did.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common.money import dollars, portion
from events.models import StatusChange
from orders.models import Line, Order, Payment, Refund, Substitution, TipChange
from orders.states import LineStatus, OrderStatus, PaymentStatus
from stores.models.places import Store

CARD_NAMES = {"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express", "discover": "Discover"}
NEVER_CHARGED = {OrderStatus.CANCELLED, OrderStatus.RETURNED}


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One line of a receipt: what was ordered, what came of it, what it costs."""

    name: str
    quantity: int
    note: str
    cents: int
    was_cents: int | None
    refunded_cents: int
    is_snap: bool
    tax_bp: int
    picture: str
    tint: str


@dataclass(frozen=True, slots=True)
class Amount:
    """One row of the sums: what it is for, a word on it, and its cents."""

    name: str
    cents: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """An order's money, every fee its own row. Amounts are final once picking has ended, estimates before."""

    number: str
    title: str
    facts: Sequence[str]
    store: Store
    address: Sequence[str]
    lines: Sequence[ReceiptLine]
    sums: Sequence[Amount]
    total: Amount
    off: Sequence[Amount]
    paid: Amount
    card: Sequence[str]
    is_final: bool
    has_snap: bool


@dataclass(frozen=True, slots=True)
class Money:
    """What an order's card payments, refunds and changes of tip came to."""

    order: Order
    payments: Sequence[Payment]
    refunds: Sequence[Refund]
    changes: Sequence[TipChange]
    moved_at: dict[tuple[int, str], datetime]

    @property
    def card(self) -> Payment | None:
        """The payment that the order was placed with."""
        return next((one for one in self.payments if one.purpose == Payment.Purpose.ORDER), None)

    @property
    def back_cents(self) -> int:
        """Goods and fees given back; a lowered tip has left the total already."""
        return sum(one.amount_cents - one.tip_cents for one in self.refunds)

    @property
    def is_settled(self) -> bool:
        """Whether the bank has given its last word on the order's own payment."""
        ended = {PaymentStatus.CAPTURED, PaymentStatus.VOIDING, PaymentStatus.VOID}
        return self.card is None or self.card.status in ended

    @property
    def kept_cents(self) -> int:
        """What was taken of all cards and not given back, nor promised to be."""
        taken = sum(one.captured_cents for one in self.payments)
        return taken - sum(one.amount_cents for one in self.refunds if not one.is_netted)

    def day(self, payment: Payment, status: str) -> str:
        """The day on which a payment came to a status, as its market writes it."""
        return self.written(self.moved_at.get((payment.pk, status)) or payment.updated_at)

    def written(self, moment: datetime) -> str:
        """A day on the clock of the order's market."""
        return written_day(moment.astimezone(self.order.store.market.zone).date())


def receipt_of(order: Order) -> Receipt:
    """What an order costs and what its card did; needs `store__market` and `window` read along. Six queries."""
    rows = Line.objects.filter(order=order).select_related("store_item__item__department").order_by("pk")
    swaps = {swap.line_id: swap for swap in Substitution.objects.filter(line__order=order)}
    lines = [_line(line, swaps.get(line.pk)) for line in rows]
    money = _money(order)
    sums = _sums(order, lines, money)
    is_final = order.final_total_cents is not None
    total = Amount(_("Total") if is_final else _("Total, estimated"), sum(one.cents for one in sums))
    off = _off(money, total.cents)
    paid = total.cents + sum(one.cents for one in off)
    return Receipt(
        number=order.number,
        title=_title(order, is_final),
        facts=_facts(order, money),
        store=order.store,
        address=_address(order),
        lines=lines,
        sums=sums,
        total=total,
        off=off,
        paid=Amount(_("You paid") if money.is_settled and order.status not in NEVER_CHARGED else _("You pay"), paid),
        card=_card(money),
        is_final=is_final,
        has_snap=any(line.is_snap for line in lines),
    )


def receipt_text(receipt: Receipt) -> str:
    """The receipt as the plain text of an e-mail."""
    rows = [f"{line.quantity} x {line.name}: {dollars(line.cents)}" for line in receipt.lines]
    amounts = [*receipt.sums, receipt.total, *receipt.off, *([receipt.paid] if receipt.off else [])]
    sums = [f"{one.name}: {dollars(one.cents)}{f' ({one.note})' if one.note else ''}" for one in amounts]
    head = f"{receipt.title} {receipt.number}"
    return "\n".join([head, *receipt.facts, "", *rows, "", *sums, "", *receipt.card])


def written_day(day: date) -> str:
    """A day as receipts write it: June 5, 2026."""
    return date_format(day, "DATE_FORMAT")


def card_name(brand: str) -> str:
    """A card's brand as it calls itself."""
    return CARD_NAMES.get(brand.lower(), brand.capitalize())


def weight(pounds: Decimal) -> str:
    """A weight as the scale says it: 1.32 lb."""
    return f"{pounds.normalize():f} lb"


def _money(order: Order) -> Money:
    payments = list(Payment.objects.filter(order=order).order_by("pk"))
    moves = StatusChange.objects.filter(kind="payment", object_id__in=[one.pk for one in payments]).order_by("pk")
    return Money(
        order=order,
        payments=payments,
        refunds=list(Refund.objects.filter(order=order).select_related("payment").order_by("created_at", "pk")),
        changes=list(TipChange.objects.filter(order=order).order_by("pk")),
        moved_at={(move.object_id, move.to_status): move.at for move in moves},
    )


def _title(order: Order, is_final: bool) -> str:
    if order.status == OrderStatus.CANCELLED:
        return _("Canceled order")
    if order.status == OrderStatus.RETURNED:
        return _("Returned order")
    return _("Receipt") if is_final else _("Order, with estimated amounts")


def _facts(order: Order, money: Money) -> list[str]:
    """What happened and when."""
    facts = [_("Placed on %(day)s") % {"day": money.written(order.placed_at)}]
    if order.delivered_at is not None:
        facts.append(_("Delivered on %(day)s") % {"day": money.written(order.delivered_at)})
    elif order.status == OrderStatus.CANCELLED:
        facts.append(_("Canceled: nothing is charged"))
    elif order.status == OrderStatus.RETURNED:
        facts.append(_("Returned to the store: nothing is charged"))
    else:
        facts.append(_("To be delivered on %(day)s") % {"day": money.written(order.window.starts_at)})
    return facts


def _address(order: Order) -> list[str]:
    street = f"{order.line1}, {order.line2}" if order.line2 else order.line1
    return [order.contact_name, street, f"{order.city}, {order.state} {order.zip_code}"]


def _sums(order: Order, lines: Sequence[ReceiptLine], money: Money) -> list[Amount]:
    """Goods, fees, tax and tip. Before picking has ended goods and tax are those of the lines as they stand."""
    goods, tax = order.final_subtotal_cents, order.final_tax_cents
    if goods is None or tax is None:
        is_touched = any(line.was_cents is not None for line in lines)
        goods = sum(line.cents for line in lines) if is_touched else order.subtotal_cents
        tax = sum(portion(line.cents, line.tax_bp) for line in lines) if is_touched else order.tax_cents
    sums = [Amount(_("Groceries"), goods), Amount(_("Delivery fee"), order.delivery_fee_cents)]
    if order.statutory_fee_cents:
        sums.append(Amount(order.statutory_fee_label, order.statutory_fee_cents))
    rates = sorted({line.tax_bp for line in lines if line.tax_bp and line.cents})
    sums.append(Amount(_("Tax"), tax, ", ".join(percent(bp) for bp in rates)))
    sums.append(Amount(_("Tip, goes to your driver in full"), order.tip_cents, _tip_note(money)))
    return sums


def percent(bp: int) -> str:
    """A rate as people read it: 9.75%."""
    return f"{Decimal(bp) / 100:f}".rstrip("0").rstrip(".") + "%" if bp % 100 else f"{bp // 100}%"


def _tip_note(money: Money) -> str:
    """What became of a tip that is less than it was."""
    notes = []
    for change in money.changes:
        facts = {"was": dollars(change.from_cents), "now": dollars(change.to_cents), "day": money.written(change.at)}
        facts["lost"] = dollars(change.from_cents - change.to_cents)
        if change.is_uncollected:
            notes.append(_("%(lost)s was not collected: your bank did not pay it") % facts)
        elif change.to_cents < change.from_cents:
            notes.append(_("lowered from %(was)s to %(now)s on %(day)s") % facts)
    return "; ".join(notes)


def _off(money: Money, total_cents: int) -> list[Amount]:
    """What comes off the total: what was given back, what is never charged, what the bank did not pay."""
    if money.order.status in NEVER_CHARGED:
        return [Amount(_("Not charged"), -total_cents)]
    off = [_refund(one, money) for one in money.refunds if one.amount_cents > one.tip_cents]
    lost = total_cents - money.back_cents - money.kept_cents if money.is_settled and money.card else 0
    if lost > 0:
        off.append(Amount(_("Not collected: your bank did not pay it"), -lost))
    return off


def _refund(refund: Refund, money: Money) -> Amount:
    note = money.written(refund.done_at) if refund.done_at else _("on its way to your card")
    if refund.is_netted:
        note = _("taken off before your card was charged")
    words = _("Refund: %(reason)s") % {"reason": _(refund.reason)}
    return Amount(words, refund.tip_cents - refund.amount_cents, note)


def _card(money: Money) -> list[str]:
    """What every card payment did, in its order, and what went back."""
    said = [_payment(one, money) for one in money.payments]
    for refund in money.refunds:
        if not refund.is_netted:
            facts = _card_of(refund.payment) | {"cents": dollars(refund.amount_cents)}
            if refund.done_at:
                facts["day"] = money.written(refund.done_at)
                said.append(_("%(cents)s went back to %(brand)s ending %(last4)s on %(day)s.") % facts)
            else:
                said.append(_("%(cents)s is on its way back to %(brand)s ending %(last4)s.") % facts)
    return [words for words in said if words]


def _card_of(payment: Payment) -> dict[str, str]:
    return {"brand": card_name(payment.card_brand), "last4": payment.card_last4}


def _payment(payment: Payment, money: Money) -> str:
    facts = _card_of(payment) | {
        "held": dollars(payment.amount_cents),
        "taken": dollars(payment.captured_cents or payment.to_capture_cents or 0),
        "day": money.day(payment, payment.status),
    }
    if payment.purpose == Payment.Purpose.TIP:
        return _of_raise(payment) % facts
    return _of_order(payment, money.order) % facts


def _of_raise(payment: Payment) -> str:
    words = {
        PaymentStatus.HELD: _("%(held)s more is held on %(brand)s ending %(last4)s for your raised tip."),
        PaymentStatus.CAPTURING: _("%(taken)s for your raised tip is being charged to %(brand)s ending %(last4)s."),
        PaymentStatus.CAPTURED: _(
            "%(taken)s for your raised tip was charged to %(brand)s ending %(last4)s on %(day)s."
        ),
        PaymentStatus.DECLINED: _("Raising your tip by %(held)s was declined on %(day)s; nothing was charged for it."),
        PaymentStatus.CHALLENGED: _("Raising your tip by %(held)s waits for your bank's check."),
    }
    if payment.status in {PaymentStatus.VOIDING, PaymentStatus.VOID} and payment.refusal:
        return _("%(held)s for your raised tip was not collected: your bank did not pay it.")
    return words.get(PaymentStatus(payment.status), "")


def _of_order(payment: Payment, order: Order) -> str:
    words = {
        PaymentStatus.HELD: _("Up to %(held)s is held on %(brand)s ending %(last4)s; you pay the final total."),
        PaymentStatus.LAPSED: _(
            "The hold on %(brand)s ending %(last4)s has run out. "
            "We are asking your bank for another; see that the card can pay."
        ),
        PaymentStatus.CAPTURING: _("%(taken)s is being charged to %(brand)s ending %(last4)s."),
        PaymentStatus.CAPTURED: _("%(taken)s was charged to %(brand)s ending %(last4)s on %(day)s."),
    }
    if order.status in NEVER_CHARGED and payment.status in {PaymentStatus.HELD, PaymentStatus.LAPSED}:
        return _("The hold on %(brand)s ending %(last4)s is being released; nothing is charged.")
    if payment.status in {PaymentStatus.VOIDING, PaymentStatus.VOID}:
        if payment.refusal and order.status not in NEVER_CHARGED:
            return _("Your bank did not pay what it had authorized on %(brand)s ending %(last4)s. Nothing was charged.")
        return _("The hold on %(brand)s ending %(last4)s was released on %(day)s. Nothing was charged.")
    return words.get(PaymentStatus(payment.status), "")


def _line(line: Line, swap: Substitution | None) -> ReceiptLine:
    item = line.store_item.item
    cents = line.estimated_cents if line.final_cents is None else line.final_cents
    changed = line.final_cents is not None and line.final_cents != line.estimated_cents
    return ReceiptLine(
        name=line.name,
        quantity=line.quantity,
        note=_note(line, swap),
        cents=cents,
        was_cents=line.estimated_cents if changed else None,
        refunded_cents=line.refunded_cents,
        is_snap=line.is_snap,
        tax_bp=line.tax_bp,
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
