"""Nudging the pages that show an order: the shopper's and the store's."""

from functools import partial

from django.db import transaction

from common.live import publish
from common.transactions import needs_transaction
from orders.models import Order


@needs_transaction
def nudge_pages(order: Order) -> None:
    """After commit, ask open pages of an order to read it again."""
    told = {"kind": "order", "order": str(order.public_id)}
    for channel in (f"order:{order.public_id}", f"store:{order.store_id}"):
        transaction.on_commit(partial(publish, channel, told), robust=True)
