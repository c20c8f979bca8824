"""Telling open pages, after commit, that something about a run has changed."""

from collections.abc import Iterable
from functools import partial

from django.db import transaction

from common.live import publish
from common.transactions import needs_transaction
from dispatch.models import Delivery, Run


@needs_transaction
def tell(run: Run, deliveries: Iterable[Delivery], kind: str) -> None:
    """Nudge the shoppers' order pages, the stores' boards, the market's map and the driver's phone; once each."""
    rows = list(deliveries)
    channels = {f"market:{run.market_id}", f"driver:{run.driver_id}"}
    channels |= {f"order:{one.order.public_id}" for one in rows} | {f"store:{one.store_id}" for one in rows}
    for channel in sorted(channels):
        transaction.on_commit(partial(publish, channel, {"kind": kind}), robust=True)
