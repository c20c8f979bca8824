"""The sweep that forgets: each kind in small batches, as far as it comes in its time."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime

from common.pruning import prune_batch
from common.sweeping import each
from common.transactions import outside_transaction
from config.retention import Retention, retentions
from events.actions.record import beat_heart

BATCH = 500
SECONDS = 30.0  # a task's soft limit is 45
HEART = "prune"


@outside_transaction
def prune(
    *,
    now: datetime,
    seconds: float = SECONDS,
    kinds: Sequence[Retention] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> dict[str, int]:
    """Forget rows whose time is over; return how many of each kind went.

    Kinds take turns batch by batch, so that a long backlog of one does not starve the others; one that fails is
    logged and left out. What time does not allow the next sweep finds again. Leaves a sign of life for `doctor`.
    """
    until = clock() + seconds
    gone = {retention.kind: 0 for retention in kinds or retentions()}
    going = {retention.kind: retention for retention in kinds or retentions()}

    def step(kind: str) -> None:
        count = prune_batch(going[kind].over(now), most=BATCH)
        gone[kind] += count
        if count < BATCH:
            del going[kind]

    while going and clock() < until:
        for broken in each(list(going), step, sweep="prune"):
            del going[broken]
    told = ", ".join(f"{count} {kind}" for kind, count in gone.items() if count) or "nothing to forget"
    beat_heart(name=HEART, now=now, detail=f"{told}{'; more is waiting' if going else ''}")
    return gone
