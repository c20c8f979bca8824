"""Which part of a planned route is reserved for its driver as one offer. Pure; the simulator asks it too."""

from collections.abc import Sequence
from dataclasses import dataclass

from dispatch.models import Delivery

ON_BOARD = (Delivery.Step.BOARD, Delivery.Step.RAISED, Delivery.Step.OPERATIONS)
JOINS = (Delivery.Step.BOARD, Delivery.Step.RAISED)  # what waits for operations is theirs to give


@dataclass(frozen=True, slots=True)
class Waiting:
    """Where a delivery of a route stands.

    `asked` is for how many drivers it was reserved who did not take it; `is_being_read` says that somebody was shown
    it on the board so lately that the law's time to answer is not over.
    """

    step: str
    asked: int = 0
    is_being_read: bool = False


def reserved_together(route: Sequence[Waiting], *, max_reserves: int) -> list[int]:
    """Say which deliveries of a route, by their places in it, are reserved for its driver together.

    All that is new, and what is on the board with it: taken apart, a batch is worth less to everybody. What so many
    drivers in turn did not take stays on the board, where its pay goes on being raised. One alone stays there as well.
    """
    fresh = [place for place, one in enumerate(route) if one.step == Delivery.Step.NEW]
    joining = [
        place
        for place, one in enumerate(route)
        if one.step in JOINS and one.asked < max_reserves and not one.is_being_read
    ]
    return sorted(fresh + joining) if fresh or len(joining) > 1 else []
