"""One day of one market under one policy: events in order of time, and a cycle every minute in which something moved.

It follows the ladder of `actions/ladder.py` and the offers of `terms/proposing.py`, without rows: that is what makes
twenty thousand orders a matter of a minute or two.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from heapq import heappop, heappush
from itertools import count

import numpy as np

from dispatch.engine.acceptance import Acceptance
from dispatch.engine.problem import NONE, Problem
from dispatch.models import Delivery
from dispatch.queries.snapshot import TRIPS_AHEAD
from dispatch.simulator.compare import habits
from dispatch.simulator.compare.alone import Alone
from dispatch.simulator.compare.chance import ANSWER, LOOK, NO_SHOW, OVERLOOK, between, unit
from dispatch.simulator.compare.journeys import Codes, Journeys, Terms
from dispatch.simulator.compare.lived import Carried, Fate, Lived
from dispatch.simulator.compare.policy import Policy
from dispatch.simulator.compare.rows import GRACE_S, Rows, promise_of
from dispatch.simulator.compare.scenario import Scenario

CYCLE_S = 60
AHEAD_S = int(TRIPS_AHEAD.total_seconds())
POSTED_A_CYCLE = 40  # deliveries on the board that are held against the rides of one cycle, longest ago first
SHOWN_TO = 6  # rides that see one of them then, smallest detour first
Step = Delivery.Step
ON_BOARD = (Step.BOARD, Step.RAISED, Step.OPERATIONS)
Tell = Callable[[int], None]


@dataclass(slots=True, eq=False)
class _Offer:
    """An offer that can still be answered."""

    ride: int
    terms: Terms
    raises: int
    is_reserved: bool
    is_open: bool = True


@dataclass(slots=True)
class _Waiting:
    """An order that looks for a driver."""

    step: Step
    since: int | None = None
    weighed_s: int = -1


class MarketDay:
    """Lives one day; `live` may be called once."""

    def __init__(self, day: Scenario, policy: Policy) -> None:
        """Put on the calendar whatever does not depend on the policy's decisions."""
        self.day, self.policy, self.rungs = day, policy, policy.rungs(day.ladder)
        promises = [promise_of(order, policy.window_hours) for order in day.orders]
        self.lived = Lived(day, promises, [Fate.WAITING] * len(day.orders))
        self._rows = Rows(day, promises)
        self._journeys = Journeys(day, self._rows)
        self._belief = Acceptance.prior()
        self._waiting: dict[int, _Waiting] = {}
        self._raises = [0] * len(day.orders)
        self._open: dict[int, None] = {}
        self._reserved: dict[int, _Offer] = {}
        self._posted: dict[int, list[_Offer]] = {}
        self._asked_s = [ride.declared_s for ride in day.rides]
        self._barred: dict[int, dict[int, int]] = {}  # by order: how often raised when a ride declined it
        self._shown: dict[tuple[int, tuple[int, ...]], int] = {}
        self._queue: list[tuple[int, int, Callable[[], None]]] = []
        self._numbers, self._now = count(), 0
        self._next_cycle: int | None = None
        self._seen: tuple[list[int], list[int], list[tuple[int, Step, bool]]] | None = None
        for number, order in enumerate(day.orders):
            joins = max(promises[number].ready_s, promises[number].due_from_s - day.ladder.lead_seconds)
            self._at(joins, partial(self._join, number))
            if order.cancelled_s is not None:
                self._at(order.cancelled_s, partial(self._cancel, number))
        for number, ride in enumerate(day.rides):
            self._at(max(ride.declared_s, ride.depart_s - AHEAD_S), partial(self._declare, number))

    def live(self, tell: Tell = lambda _second: None) -> Lived:
        """Let everything happen; `tell` hears the second of the day as it goes by."""
        while self._queue:
            self._now, _, do = heappop(self._queue)
            do()
            tell(self._now)
        for number in list(self._waiting):
            self._leave(number, Fate.UNSERVED)
        return self.lived

    # --- The calendar -----------------------------------------------------------------------------------------------

    def _at(self, second: float, do: Callable[[], None]) -> None:
        heappush(self._queue, (int(second), next(self._numbers), do))

    def _stir(self) -> None:
        """Something moved: look at the market at the next full cycle, and on until nothing waits."""
        if self._next_cycle is None:
            self._next_cycle = (self._now // CYCLE_S + 1) * CYCLE_S
            self._at(self._next_cycle, self._cycle)

    def _join(self, number: int) -> None:
        if self.lived.fate[number] is Fate.WAITING:
            step = Step.NEW if self.rungs.reserve_s or not self.policy.has_board else Step.BOARD
            self._waiting[number] = _Waiting(step)
            self._stir()

    def _cancel(self, number: int) -> None:
        if self.lived.fate[number] is Fate.WAITING:
            self._leave(number, Fate.CANCELLED)

    def _declare(self, ride: int) -> None:
        if self.day.rides[ride].leave_by_s >= self._now:
            self._open[ride] = None
            self._stir()

    def _leave(self, number: int, fate: Fate) -> None:
        self._waiting.pop(number, None)
        self.lived.fate[number] = fate

    # --- A cycle ----------------------------------------------------------------------------------------------------

    def _cycle(self) -> None:
        self._next_cycle, now = None, self._now
        self.lived.cycles += 1
        for number in [n for n in self._waiting if self._rows.last_call[n] + GRACE_S < now]:
            self._leave(number, Fate.UNSERVED)
        for ride in [r for r in self._open if self.day.rides[r].leave_by_s < now]:
            del self._open[ride]
        self._climb()
        orders = sorted(n for n, one in self._waiting.items() if one.step != Step.RESERVED)
        rides = sorted(ride for ride in self._open if ride not in self._reserved)
        if orders and rides and self._looks_different(orders, rides):
            problem = self._rows.problem(
                orders, rides, now=now, raises=self._raises, asked_s=self._asked_s, barred=self._barred
            )
            self._propose(problem, orders, rides)
        if self._waiting:
            self._stir()

    def _looks_different(self, orders: list[int], rides: list[int]) -> bool:
        """Whether a cycle could find anything that the last one did not, as time alone only takes chances away."""
        posted = sum(self._waiting[n].step in ON_BOARD for n in orders)
        seen = (orders, rides, [(self._raises[n], self._waiting[n].step, self._rows.last_call[n] > self._now)
                                for n in orders])  # fmt: skip
        is_same, self._seen = seen == self._seen, seen
        return not is_same or posted > POSTED_A_CYCLE

    def _climb(self) -> None:
        """Take every waiting order whose time on its step is up to the next one."""
        for one in self._waiting.values():
            one.since = self._now if one.since is None else one.since
        for number, one in self._waiting.items():
            over = self._now - (one.since or 0)
            if one.step == Step.NEW and over >= max(1, self.rungs.reserve_s):
                self._step(one, Step.BOARD)
            elif (one.step == Step.BOARD and over >= self.rungs.board_s) or (
                one.step == Step.RAISED and over >= self.rungs.raise_s
            ):
                is_raised = self._raises[number] < self.rungs.max_raises
                self._step(one, Step.RAISED if is_raised else Step.OPERATIONS)
                self._raises[number] += is_raised

    def _step(self, one: _Waiting, step: Step) -> None:
        one.step, one.since = step, self._now

    def _propose(self, problem: Problem, orders: list[int], rides: list[int]) -> None:
        """Offer what the plan says, then show the rest of the board to the rides it fits."""
        plan = self.policy.choose(problem, self._now)
        for trip in plan.trips:
            ride = rides[trip.trip]
            codes = [2 * orders[stop.delivery] + stop.is_drop for stop in trip.stops]
            fresh = tuple(code for code in codes if self._is_reserved_for_one(code // 2))
            posted = tuple(code for code in codes if not self._is_reserved_for_one(code // 2))
            if self.policy.keeps_batches:
                self._offer(ride, tuple(codes), is_reserved=True)
            elif fresh:
                self._offer(ride, fresh, is_reserved=True)
            elif posted:
                self._offer(ride, posted, is_reserved=False)
        if self.policy.has_board:
            self._show_board(problem, orders, rides)

    def _is_reserved_for_one(self, number: int) -> bool:
        return self._waiting[number].step in (Step.NEW, Step.RESERVED) or not self.policy.has_board

    def _show_board(self, problem: Problem, orders: list[int], rides: list[int]) -> None:
        posted = [k for k, n in enumerate(orders) if self._waiting[n].step in ON_BOARD]
        posted.sort(key=lambda k: self._waiting[orders[k]].weighed_s)
        alone = Alone(problem)
        for k in posted[:POSTED_A_CYCLE]:
            self._waiting[orders[k]].weighed_s = self._now
            fits, added = alone.look(k)
            fitting = np.flatnonzero(fits)
            for trip in fitting[np.argsort(added[fitting], kind="stable")][:SHOWN_TO].tolist():
                if rides[trip] not in self._reserved:
                    self._offer(rides[trip], (2 * orders[k], 2 * orders[k] + 1), is_reserved=False)

    # --- Offers -----------------------------------------------------------------------------------------------------

    def _offer(self, ride: int, codes: Codes, *, is_reserved: bool) -> None:
        """Make an offer, unless the ride has been shown the same for as much, or declined a part of it."""
        orders = tuple(dict.fromkeys(code // 2 for code in codes))
        raises = sum(self._raises[one] for one in orders)
        if self._shown.get((ride, orders), -1) >= raises or self._has_declined(ride, orders):
            return
        terms = self._journeys.terms(ride, codes, now=self._now, raises=self._raises)
        offer = _Offer(ride, terms, raises, is_reserved)
        self._shown[ride, orders] = raises
        self._asked_s[ride] = self._now
        self.lived.offers[ride] += 1
        if is_reserved:
            self._reserved[ride] = offer
            for one in orders:
                self._step(self._waiting[one], Step.RESERVED)
            stands = max(self.rungs.reserve_s, self.day.pack.min_answer_seconds)
            self._at(self._now + stands, lambda: self._refuse(offer))
        else:
            self._posted.setdefault(ride, []).append(offer)
        seed = self.day.seed
        if unit(seed, OVERLOOK, ride, orders[0], raises) >= habits.OVERLOOKED:
            looks = between(*habits.LOOKS_AFTER, seed, LOOK, ride, orders[0])
            self._at(self._now + looks, lambda: self._look(offer))

    def _has_declined(self, ride: int, orders: Iterable[int]) -> bool:
        return any(self._barred.get(one, {}).get(ride, -1) >= self._raises[one] for one in orders)

    def _look(self, offer: _Offer) -> None:
        """A driver looks: at what is reserved for them, or at all that the board shows them, the best paid first."""
        if offer.is_reserved:
            self._answer(offer)
            return
        shown = self._posted.pop(offer.ride, [])
        for one in sorted(shown, key=lambda one: -(one.terms.pay_cents + one.terms.tip_cents)):
            self._answer(one)

    def _answer(self, offer: _Offer) -> None:
        """Is it still there, and is it worth the while?"""
        ride, terms = offer.ride, offer.terms
        is_gone = ride not in self._open or (not offer.is_reserved and ride in self._reserved)
        if not offer.is_open or is_gone or not all(one in self._waiting for one in terms.orders):
            return
        if not offer.is_reserved and any(self._waiting[one].step == Step.RESERVED for one in terms.orders):
            return
        likely = self._belief.probability(pay_cents=terms.pay_cents + terms.tip_cents, added_s=terms.added_s)
        if unit(self.day.seed, ANSWER, ride, min(terms.orders)) < likely:
            self._claim(offer)
            return
        for one in terms.orders:
            self._barred.setdefault(one, {})[ride] = self._raises[one]
        if offer.is_reserved:
            self._refuse(offer)

    def _refuse(self, offer: _Offer) -> None:
        """Declined, or not answered in time: on to the board, or with no board to whoever is next."""
        if not offer.is_open:
            return
        offer.is_open = False
        if self._reserved.get(offer.ride) is offer:
            del self._reserved[offer.ride]
        for one in offer.terms.orders:
            if one in self._waiting and self._waiting[one].step == Step.RESERVED:
                self._step(self._waiting[one], Step.BOARD)
        self._stir()

    # --- Runs -------------------------------------------------------------------------------------------------------

    def _claim(self, offer: _Offer) -> None:
        ride, terms, seed = offer.ride, offer.terms, self.day.seed
        offer.is_open = False
        self._reserved.pop(ride, None)
        self._open.pop(ride, None)
        for one in terms.orders:
            self._leave(one, Fate.CLAIMED)
            self.lived.claimed_s[one] = self._now
        leaves = self._journeys.leaves_at(ride, terms.codes, self._now)
        comes = unit(seed, NO_SHOW, ride) >= habits.NO_SHOWS
        self.lived.carried.append(Carried(ride, terms, self._now, comes))
        if not comes:
            self._at(leaves + self.day.ladder.no_show_seconds, lambda: self._reopen(terms))
            return
        driven = self._journeys.drive(ride, terms.codes, leaves)
        for one, at in driven.delivered_s.items():
            self.lived.fate[one] = Fate.SERVED
            self.lived.delivered_s[one] = at
        if int(self.day.places.destination[ride]) == NONE:
            self._at(driven.over_s, lambda: self._online_again(ride, terms.codes[-1] // 2))

    def _reopen(self, terms: Terms) -> None:
        """Nobody came: look for another driver from the first step on, at a raised pay."""
        for one in terms.orders:
            self.lived.fate[one] = Fate.WAITING
            self.lived.claimed_s.pop(one, None)
            self._raises[one] += self._raises[one] < self.rungs.max_raises
            self._join(one)

    def _online_again(self, ride: int, last: int) -> None:
        """A driver who is online goes on from the last door."""
        self._rows.origin[ride] = self.day.places.drop[last]
        self._rows.depart[ride] = self._now
        self._declare(ride)
