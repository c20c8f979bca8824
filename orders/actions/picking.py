"""Fetching an order from the shelves, line by line."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from common.errors import DomainError, InvalidInput
from common.money import portion, price
from common.transactions import needs_transaction
from events.actions.move import move
from events.actions.record import record
from orders.actions.locks import lock_order
from orders.actions.stock import bring_back, give_back, lock_shelves_of, strike_off
from orders.models import Line, Order, ShortReason, Substitution
from orders.states import LineStatus, OrderStatus
from stores.models import StoreItem

MOST_POUNDS = Decimal(200)


class NotBeingPicked(DomainError):
    """This order is not being picked now."""

    code = "not_being_picked"


class PickedByAnother(DomainError):
    """Somebody else is picking this order."""

    code = "picked_by_another"


class WrongItem(DomainError):
    """That is another item."""

    code = "wrong_item"


class WrongQuantity(InvalidInput):
    """That is not a number of pieces this line asks for."""

    code = "wrong_quantity"


class NeedsWeight(InvalidInput):
    """Put it on the scale and enter its weight in pounds."""

    code = "needs_weight"


class TooHeavy(DomainError):
    """That is more than the shopper's card covers."""

    code = "too_heavy"


class WaitsForShopper(DomainError):
    """The shopper was asked about a substitute for this line: wait for the answer, or take the question back."""

    code = "waits_for_shopper"


@transaction.atomic(durable=True)
def start_picking(*, order_id: int, picker_id: int, by: str, now: datetime, take_over: bool = False) -> Order:
    """Begin to pick a placed order, or go on with one's own; `take_over` goes on with somebody else's.

    Locks the order. A repeat changes nothing.

    Raises:
        PickedByAnother: another picker has it and it was not asked to take it over.
        NotBeingPicked: it is past picking, or cancelled.
    """
    order = lock_order(order_id)
    if order.status == OrderStatus.PLACED:
        move(order, OrderStatus.PICKING, now=now, by=by)
        order.picking_at = now
        record("order.picking", order_id=order.pk, at=now)
    elif order.status != OrderStatus.PICKING:
        raise NotBeingPicked
    elif order.picker_id not in {None, picker_id} and not take_over:
        raise PickedByAnother
    order.picker_id = picker_id
    order.save(update_fields=["picker", "picking_at"])
    return order


@transaction.atomic(durable=True)
def pick_line(
    *, line_id: int, quantity: int, picker_id: int, now: datetime, pounds: Decimal | None = None, scanned: str = ""
) -> Line:
    """Put some pieces of a line in the bag; fewer than asked for leaves the rest out and charges only these.

    Locks the order. `pounds` is the weight of all pieces together, for what is sold by weight. `scanned` is the code
    read off the article, when there was one. Picking again replaces what was picked before.

    Raises:
        WrongItem: the code belongs to another article.
        WrongQuantity, NeedsWeight: what was entered cannot be right.
        TooHeavy: the weight costs more than the hold allows for this line.
    """
    line = open_line(line_id)
    check_code(line, scanned)
    if not 1 <= quantity <= line.quantity:
        raise WrongQuantity(f"This line asks for {line.quantity}: pick between 1 and {line.quantity}.")
    start_over(line)
    line.final_cents = weighed_cents(line, quantity, pounds) if line.is_weighed else line.price_cents * quantity
    line.picked_pounds = pounds if line.is_weighed else None
    return decide(line, LineStatus.PICKED, quantity=quantity, picker_id=picker_id, now=now)


@transaction.atomic(durable=True)
def scan_piece(*, line_id: int, scanned: str, before: int, picker_id: int, now: datetime) -> Line:
    """Count one piece by its code; the last one finishes a line that needs no weight.

    Locks the order. `before` is how many were counted when the code was read: sent twice, it counts once.

    Raises:
        WrongItem: the code belongs to another article.
    """
    line = open_line(line_id)
    check_code(line, scanned)
    if line.status != LineStatus.TO_PICK or line.picked_quantity != before or before >= line.quantity:
        return line
    if before + 1 < line.quantity or line.is_weighed:
        line.picked_quantity = before + 1
        line.save(update_fields=["picked_quantity"])
        return line
    start_over(line)
    line.final_cents = line.price_cents * line.quantity
    return decide(line, LineStatus.PICKED, quantity=line.quantity, picker_id=picker_id, now=now)


@transaction.atomic(durable=True)
def short_line(*, line_id: int, picker_id: int, now: datetime, reason: ShortReason = ShortReason.NOT_ON_SHELF) -> Line:
    """Note that a line cannot be filled: nothing is charged for it.

    When it is not on the shelf, the shelf is counted as empty until an undo or a count. Damaged pieces say nothing
    about the others: the count stays. A repeat changes nothing.
    """
    line = open_line(line_id)
    if line.status == LineStatus.SHORT:
        return line
    start_over(line)
    if reason == ShortReason.NOT_ON_SHELF:
        strike_off(line, now=now)
    line.short_reason = reason
    line.save(update_fields=["short_reason"])
    line.final_cents, line.picked_pounds = 0, None
    return decide(line, LineStatus.SHORT, quantity=0, picker_id=picker_id, now=now)


@transaction.atomic(durable=True)
def undo_line(*, line_id: int, now: datetime) -> Line:
    """Put a line back on the list, as if nothing had been done about it: each shelf gets back exactly what it lost."""
    line = open_line(line_id, even_asked=True)
    start_over(line)
    line.status, line.picked_quantity, line.picked_pounds = LineStatus.TO_PICK, 0, None
    line.final_cents = line.picked_at = line.picked_by_id = None
    line.save(update_fields=["status", "picked_quantity", "picked_pounds", "final_cents", "picked_at", "picked_by"])
    return line


@needs_transaction
def start_over(line: Line) -> None:
    """Take back what was decided about a line: its substitute goes back, and its shelf has its count again."""
    lock_shelves_of(line)
    forget_substitution(line)
    bring_back(line)
    if line.short_reason:
        line.short_reason = ""
        line.save(update_fields=["short_reason"])


def check_code(line: Line, scanned: str) -> None:
    """Refuse the code of another article; no code at all is fine."""
    if scanned and scanned.lstrip("0") != line.store_item.item.upc.lstrip("0"):
        raise WrongItem(f"That is another item: this line asks for {line.name}.")


@needs_transaction
def open_line(line_id: int, *, even_asked: bool = False) -> Line:
    """One line of an order that is being picked; the order is locked, so the line is too.

    Raises:
        NotBeingPicked: the order is not, or no longer, being picked.
        WaitsForShopper: a question about it is open, unless `even_asked`.
    """
    order_id = Line.objects.values_list("order_id", flat=True).get(pk=line_id)
    order = lock_order(order_id)
    if order.status != OrderStatus.PICKING:
        raise NotBeingPicked
    line = Line.objects.select_related("store_item__item", "order__store").get(pk=line_id)
    asked = Substitution.objects.filter(line=line, status=Substitution.Status.PROPOSED).exists()
    if asked and not even_asked:
        raise WaitsForShopper
    return line


@needs_transaction
def decide(line: Line, status: LineStatus, *, quantity: int, picker_id: int | None, now: datetime) -> Line:
    """Write what became of a line; its price is set by the caller."""
    line.status, line.picked_quantity, line.picked_at, line.picked_by_id = status, quantity, now, picker_id
    line.save(
        update_fields=[
            "status", "picked_quantity", "picked_pounds", "picked_at", "picked_by", "final_cents", "tax_bp",
        ]
    )  # fmt: skip
    return line


@needs_transaction
def forget_substitution(line: Line) -> None:
    """Take a substitute out of the bag again: its pieces go back on the shelf, the line's own tax rate returns."""
    found = Substitution.objects.filter(line=line).first()
    if found is None:
        return
    give_back(found)
    found.delete()
    line.tax_bp = tax_bp_of(line.store_item, line.order)
    line.save(update_fields=["tax_bp"])


def tax_bp_of(store_item: StoreItem, order: Order) -> int:
    """The rate an article is taxed at in the order's store."""
    return order.store.general_tax_bp if store_item.item.is_taxable else order.store.grocery_tax_bp


def weighed_cents(line: Line, quantity: int, pounds: Decimal | None) -> int:
    """What some weighed pieces cost, if the weight is one a scale can show and the hold covers it."""
    if pounds is None or not pounds.is_finite() or not 0 < pounds <= MOST_POUNDS:
        raise NeedsWeight
    cents = price(line.price_cents, pounds)
    most = most_cents(line)
    if cents > most:
        fits = Decimal(most) / Decimal(line.price_cents)
        raise TooHeavy(f"That is more than the shopper's card covers: take at most {fits:.2f} lb.")
    return cents


def most_cents(line: Line) -> int:
    """The most a line may cost: its estimate with the buffer that was held for it."""
    return line.estimated_cents + portion(line.estimated_cents, line.order.store.hold_buffer_bp)
