"""Putting bags where the driver is handed them, and telling dispatch that they stand there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from common.errors import DomainError, InvalidInput
from common.transactions import needs_transaction
from events.actions.move import move
from events.actions.record import record
from orders.actions.locks import lock_order
from orders.actions.picking import NotBeingPicked
from orders.models import Line, Order, Staging
from orders.pricing import finals_of
from orders.states import LineStatus, OrderStatus
from stores.models.catalogue import ColdClass

MOST_BAGS = 60


class BadStaging(InvalidInput):
    """Say how many bags stand where: at least one bag, and a place of this store."""

    code = "bad_staging"


class LinesLeft(DomainError):
    """Some lines are not decided yet."""

    code = "lines_left"


class NotStaged(DomainError):
    """Some bags have no place yet."""

    code = "not_staged"


class NothingPicked(DomainError):
    """Nothing of this order is in a bag. Cancel the order instead."""

    code = "nothing_picked"


@dataclass(frozen=True, slots=True)
class Bags:
    """Some bags of one cold class in one place."""

    cold_class: str
    place: str
    bags: int


@transaction.atomic(durable=True)
def stage_bags(*, order_id: int, bags: Sequence[Bags], now: datetime) -> Order:
    """Note where an order's bags stand; said again, it replaces what was said before. Locks the order.

    Raises:
        BadStaging: no bags, an unknown cold class, or a place this store does not have.
    """
    order = lock_order(order_id)
    if order.status != OrderStatus.PICKING:
        raise NotBeingPicked
    places = Order.objects.values_list("store__staging_places", flat=True).get(pk=order.pk)
    for one in bags:
        known = places.get(one.cold_class, [])
        if (
            one.cold_class not in ColdClass.values
            or not 1 <= one.bags <= MOST_BAGS
            or (known and one.place not in known)
        ):
            raise BadStaging
    if len({one.cold_class for one in bags}) != len(bags) or not bags:
        raise BadStaging
    Staging.objects.filter(order=order).delete()
    Staging.objects.bulk_create(
        Staging(order=order, cold_class=one.cold_class, place=one.place[:20], bags=one.bags) for one in bags
    )
    order.bag_count = sum(one.bags for one in bags)
    order.save(update_fields=["bag_count"])
    return order


@transaction.atomic(durable=True)
def mark_ready(*, order_id: int, by: str, now: datetime) -> Order:
    """Finish an order that is picked and staged: its final total stands, and dispatch is told (T5).

    Locks the order. The final total never exceeds the hold: what scales or substitutes would put above it is taken off
    the last weighed or substituted lines, at the house's expense. A repeat changes nothing.

    Raises:
        LinesLeft: a line is neither picked, short nor substituted.
        NotStaged: a cold class in the bags has no place.
        NothingPicked: every line is short.
    """
    order = lock_order(order_id)
    if order.status == OrderStatus.READY:
        return order
    if order.status != OrderStatus.PICKING:
        raise NotBeingPicked
    lines = list(order.lines.select_related("substitution__store_item__item").order_by("pk"))
    check_lines(order, lines)
    write_finals(order, lines)
    order.ready_at = now
    order.save(update_fields=["ready_at", "final_subtotal_cents", "final_tax_cents", "final_total_cents"])
    move(order, OrderStatus.READY, now=now, by=by)
    record("order.ready", at=now, order_id=order.pk)
    return order


def check_lines(order: Order, lines: Sequence[Line]) -> None:
    """Refuse an order with a line undecided, a bag without a place, or nothing to bring."""
    left = sum(line.status == LineStatus.TO_PICK for line in lines)
    if left:
        raise LinesLeft(f"{left} {'line is' if left == 1 else 'lines are'} not decided yet.")
    picked = [line for line in lines if line.status != LineStatus.SHORT]
    if not picked:
        raise NothingPicked
    staged = set(Staging.objects.filter(order=order).values_list("cold_class", flat=True))
    missing = {cold_class_of(line) for line in picked} - staged
    if missing:
        raise NotStaged(f"Say where the {' and '.join(sorted(missing))} bags stand.")


def cold_class_of(line: Line) -> str:
    """How cold what is in the bag must stay."""
    if line.status == LineStatus.SUBSTITUTED:
        return line.substitution.store_item.item.cold_class
    return line.cold_class


@needs_transaction
def write_finals(order: Order, lines: Sequence[Line]) -> None:
    """Set an order's final totals, within its hold."""
    finals = finals_of(order, lines)
    for line in reversed(lines):
        over = finals.total_cents - order.hold_cents
        if over <= 0:
            break
        if line.final_cents and (line.is_weighed or line.status == LineStatus.SUBSTITUTED):
            line.final_cents = max(0, line.final_cents - over)
            line.save(update_fields=["final_cents"])
            finals = finals_of(order, lines)
    order.final_subtotal_cents = finals.subtotal_cents
    order.final_tax_cents = finals.tax_cents
    order.final_total_cents = finals.total_cents
