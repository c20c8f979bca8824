"""What picking takes off a shelf's count and gives back: each number stands in a row, so that an undo is exact.

A shelf's stock counts pieces not promised to anybody. Of one shelf, stock + pieces of lines + substitutes taken +
pieces struck off as missing never changes, whatever a picker does and in whichever order, until somebody counts anew.
"""

from datetime import datetime

from django.db.models import F

from common.errors import DomainError
from common.transactions import needs_transaction
from orders.actions.locks import lock_shelves
from orders.models import Line, Substitution
from stores.models import StoreItem


class NotThatMany(DomainError):
    """There are not that many on the shelf."""

    code = "not_that_many"


@needs_transaction
def lock_shelves_of(line: Line, *others: int) -> None:
    """Lock a line's own shelf, that of its substitute and some others, in one order."""
    substitutes = Substitution.objects.filter(line=line).values_list("store_item_id", flat=True)
    lock_shelves([line.store_item_id, *substitutes, *others])


@needs_transaction
def strike_off(line: Line, *, now: datetime) -> None:
    """Count a line's shelf as empty, and remember in the line how many pieces that took off. Needs the shelf's lock."""
    shelf = StoreItem.objects.get(pk=line.store_item_id)
    line.written_off, line.written_off_at = shelf.stock, now
    StoreItem.objects.filter(pk=shelf.pk).update(stock=0)
    line.save(update_fields=["written_off", "written_off_at"])


@needs_transaction
def bring_back(line: Line) -> None:
    """Put back on a shelf's count what a line struck off, unless somebody counted the shelf since. Needs its lock."""
    if line.written_off_at is None:
        return
    shelf = StoreItem.objects.get(pk=line.store_item_id)
    if shelf.counted_at is None or shelf.counted_at < line.written_off_at:
        StoreItem.objects.filter(pk=shelf.pk).update(stock=F("stock") + line.written_off)
    line.written_off, line.written_off_at = 0, None
    line.save(update_fields=["written_off", "written_off_at"])


@needs_transaction
def take(found: Substitution) -> None:
    """Take a substitute's pieces off its shelf and note it in its row. Needs the shelf's lock.

    Raises:
        NotThatMany: fewer are left that nobody else was promised.
    """
    left = StoreItem.objects.values_list("stock", flat=True).get(pk=found.store_item_id)
    if found.quantity > left:
        raise NotThatMany(f"Only {left} of {found.name} can be taken." if left else f"No {found.name} is left.")
    StoreItem.objects.filter(pk=found.store_item_id).update(stock=F("stock") - found.quantity)
    found.taken = found.quantity


@needs_transaction
def give_back(found: Substitution) -> None:
    """Put a substitute's pieces back on its shelf: as many as were taken. Needs the shelf's lock."""
    StoreItem.objects.filter(pk=found.store_item_id).update(stock=F("stock") + found.taken)
    found.taken = 0
