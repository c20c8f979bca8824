"""Changing what stands on a store's shelf and what it costs."""

from datetime import datetime

from django.db import transaction

from common.errors import InvalidInput
from events.actions.record import record
from stores.models import Aisle, StoreItem

MOST_PIECES = 100_000
MOST_CENTS = 10_000_00


@transaction.atomic(durable=True)
def change_shelf(
    *,
    store_item_id: int,
    now: datetime,
    price_cents: int | None = None,
    stock: int | None = None,
    is_available: bool | None = None,
    aisle_id: int | None = None,
) -> StoreItem:
    """Change what is named of one item on one shelf; orders placed keep the price they were placed at.

    Locks the shelf row, so that pieces sold at the same moment are counted. A new price is an event. A count stands
    against what pickers found missing before it.

    Raises:
        InvalidInput: no such price, number of pieces, or aisle.
    """
    shelf = StoreItem.objects.select_for_update(no_key=True, of=("self",)).get(pk=store_item_id)
    if price_cents is not None and not 0 < price_cents <= MOST_CENTS:
        raise InvalidInput("A price is between one cent and $10,000.")
    if stock is not None and not 0 <= stock <= MOST_PIECES:
        raise InvalidInput("Count the pieces on the shelf: none or more.")
    if aisle_id is not None and not Aisle.objects.filter(pk=aisle_id, store_id=shelf.store_id).exists():
        raise InvalidInput("That aisle is another store's.")
    changes = {"price_cents": price_cents, "stock": stock, "is_available": is_available, "aisle_id": aisle_id}
    named = {name: value for name, value in changes.items() if value is not None and value != getattr(shelf, name)}
    for name, value in named.items():
        setattr(shelf, name, value)
    if stock is not None:
        shelf.counted_at = now
    if named or stock is not None:
        shelf.save(update_fields=[*(name.removesuffix("_id") for name in named), "counted_at"])
    if "price_cents" in named:
        record("shelf.repriced", at=now, store_item_id=shelf.pk)
    return shelf
