"""What looks for a driver in a simulated market, what its drivers have been offered, and how the ladder is climbed."""

from dataclasses import dataclass

from dispatch.models import Delivery
from dispatch.simulator.compare.journeys import Terms
from dispatch.simulator.compare.policy import Rungs
from dispatch.terms.batching import Waiting as OnRoute

Step = Delivery.Step


@dataclass(slots=True, eq=False)
class Shown:
    """An offer that can still be answered."""

    ride: int
    terms: Terms
    raises: int
    is_reserved: bool
    is_open: bool = True


@dataclass(slots=True)
class Waiting:
    """An order that looks for a driver.

    `since` is when its time on its step began. What joins a batch from the board keeps both while it is reserved.
    """

    step: Step
    since: int | None = None
    weighed_s: int = -1
    shown_s: int | None = None
    asked: int = 0
    is_reserved: bool = False

    def move(self, step: Step, now: int) -> None:
        """Put it on a step, from now on."""
        self.step, self.since = step, now

    def on_route(self, now: int, answer_s: int) -> OnRoute:
        """Where it stands, in the words of the rule that production asks as well."""
        is_being_read = self.shown_s is not None and now - self.shown_s < answer_s
        return OnRoute(self.step, self.asked, is_being_read)

    def next_step(self, rungs: Rungs, now: int, raises: int) -> Step | None:
        """Where it goes now, if anywhere."""
        if self.since is None or self.is_reserved:
            return None
        over = now - self.since
        if self.step == Step.NEW:
            return Step.BOARD if over >= max(1, rungs.reserve_s) else None
        stands = rungs.board_s if self.step == Step.BOARD else rungs.raise_s
        if self.step == Step.OPERATIONS or over < stands:
            return None
        return Step.RAISED if raises < rungs.max_raises else Step.OPERATIONS
