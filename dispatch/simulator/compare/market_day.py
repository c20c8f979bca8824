"""One day of one market under one policy: events in order of time, and a cycle every minute in which something moved.

It follows the ladder of `actions/ladder.py` and the offers of `terms/proposing.py`, without rows: that is what makes
twenty thousand orders a matter of a minute or two.
"""

from collections.abc import Callable, Iterable
from functools import partial
from heapq import heappop, heappush
from itertools import count

import numpy as np

from dispatch.engine.acceptance import Acceptance
from dispatch.engine.problem import NONE, Problem
from dispatch.simulator.compare import habits
from dispatch.simulator.compare.alone import Alone
from dispatch.simulator.compare.chance import ANSWER, LOOK, NO_SHOW, OVERLOOK, between, unit
from dispatch.simulator.compare.journeys import Codes, Journeys, Terms
from dispatch.simulator.compare.lived import Carried, Fate, Lived
from dispatch.simulator.compare.policy import AHEAD_S, Policy
from dispatch.simulator.compare.rows import GRACE_S, MARGIN_S, Rows, promise_of
from dispatch.simulator.compare.scenario import Scenario
from dispatch.simulator.compare.waiting import Shown, Step, Waiting
from dispatch.terms.batching import ON_BOARD, reserved_together

CYCLE_S = 60
POSTED_A_CYCLE = 40  # deliveries on the board that are held against the rides of one cycle, longest ago first
SHOWN_TO = 6  # rides that see one of them then, smallest detour first
Tell = Callable[[int], None]


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
        self._waiting: dict[int, Waiting] = {}
        self._raises = [0] * len(day.orders)
        self._open: dict[int, None] = {}
        self._reserved: dict[int, Shown] = {}
        self._posted: dict[int, list[Shown]] = {}
        self._asked_s = [ride.declared_s for ride in day.rides]
        self._barred: dict[int, dict[int, int]] = {}  # by order: how often raised when a ride declined it
        self._shown: dict[tuple[int, tuple[int, ...]], int] = {}
        self._queue: list[tuple[int, int, Callable[[], None]]] = []
        self._numbers, self._now = count(), 0
        self._next_cycle: int | None = None
        self._held: set[int] = set()
        self._seen: tuple[object, ...] | None = None
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
            self._waiting[number] = Waiting(step)
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
        orders = sorted(n for n, one in self._waiting.items() if not one.is_reserved)
        rides = sorted(ride for ride in self._open if ride not in self._reserved)
        if orders and rides and self._looks_different(orders, rides):
            problem = self._rows.problem(
                orders, rides, now=now, raises=self._raises, asked_s=self._asked_s, barred=self._barred
            )
            self._propose(problem, orders, rides)
        self._start_clocks()
        if self._waiting:
            self._stir()

    def _looks_different(self, orders: list[int], rides: list[int]) -> bool:
        """Whether a cycle could find anything that the last one did not: time alone rarely gives chances."""
        posted = sum(self._waiting[n].step in ON_BOARD for n in orders)
        left = self._rows.last_call - self._now
        waits = [(self._raises[n], self._waiting[n].step, left[n] > 0, left[n] > MARGIN_S) for n in orders]
        seen = (orders, rides, waits, sum(self._leaves_later(ride) for ride in rides))
        is_same, self._seen = seen == self._seen, seen
        return not is_same or posted > POSTED_A_CYCLE

    def _climb(self) -> None:
        """Take every waiting order whose time on its step is up to the next one."""
        for number, one in self._waiting.items():
            step = one.next_step(self.rungs, self._now, self._raises[number])
            if step is not None:
                one.move(step, self._now)
                self._raises[number] += step == Step.RAISED

    def _leaves_later(self, ride: int) -> bool:
        """Whether there is time to look for something better before a driver must be asked."""
        return self.policy.has_board and self.day.rides[ride].depart_s > self._now + self.rungs.ahead_s

    def _start_clocks(self) -> None:
        """The time on the first step begins when it gets short, save for what is kept for a trip that leaves later."""
        for number, one in self._waiting.items():
            is_pressing = self._rows.due_by[number] <= self._now + self.rungs.lead_s
            if one.since is None and is_pressing and number not in self._held:
                one.since = self._now

    def _propose(self, problem: Problem, orders: list[int], rides: list[int]) -> None:
        """Offer what the plan says, then show the rest of the board to the rides it fits."""
        plan = self.policy.choose(problem, self._now)
        self._held.clear()
        for trip in plan.trips:
            ride = rides[trip.trip]
            codes = [2 * orders[stop.delivery] + stop.is_drop for stop in trip.stops]
            if self._leaves_later(ride):
                self._held.update(code // 2 for code in codes)
            else:
                self._offer_route(ride, codes)
        if self.policy.has_board:
            self._show_board(problem, orders, rides)

    def _offer_route(self, ride: int, codes: list[int]) -> None:
        """Reserve a planned route as production does, or all of it where there is no board."""
        route = list(dict.fromkeys(code // 2 for code in codes))
        waits = [self._waiting[one].on_route(self._now, self.day.pack.min_answer_seconds) for one in route]
        places = reserved_together(waits, max_reserves=self.rungs.max_reserves)
        together = {route[place] for place in places} if self.policy.has_board else set(route)
        posted = tuple(code for code in codes if code // 2 not in together)
        if together:
            self._offer(ride, tuple(code for code in codes if code // 2 in together), is_reserved=True)
        if len(posted) > 2 and ride not in self._reserved:
            self._offer(ride, posted, is_reserved=False)

    def _show_board(self, problem: Problem, orders: list[int], rides: list[int]) -> None:
        waits = [self._waiting[n] for n in orders]
        posted = [k for k, one in enumerate(waits) if one.step in ON_BOARD and not one.is_reserved]
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
        offer = Shown(ride, terms, raises, is_reserved)
        self._shown[ride, orders] = raises
        self._asked_s[ride] = self._now
        self.lived.offers[ride] += 1
        if is_reserved:
            self._reserved[ride] = offer
            for one in orders:
                self._waiting[one].is_reserved = True
            stands = max(self.rungs.reserve_s, self.day.pack.min_answer_seconds)
            self._at(self._now + stands, lambda: self._refuse(offer))
        else:
            self._posted.setdefault(ride, []).append(offer)
            for one in orders:
                self._waiting[one].shown_s = self._now
        seed = self.day.seed
        if unit(seed, OVERLOOK, ride, orders[0], raises) >= habits.OVERLOOKED:
            looks = between(*habits.LOOKS_AFTER, seed, LOOK, ride, orders[0])
            self._at(self._now + looks, lambda: self._look(offer))

    def _has_declined(self, ride: int, orders: Iterable[int]) -> bool:
        return any(self._barred.get(one, {}).get(ride, -1) >= self._raises[one] for one in orders)

    def _look(self, offer: Shown) -> None:
        """A driver looks: at what is reserved for them, or at all that the board shows them, the best paid first."""
        if offer.is_reserved:
            self._answer(offer)
            return
        shown = self._posted.pop(offer.ride, [])
        for one in sorted(shown, key=lambda one: -(one.terms.pay_cents + one.terms.tip_cents)):
            self._answer(one)

    def _answer(self, offer: Shown) -> None:
        """Is it still there, and is it worth the while?"""
        ride, terms = offer.ride, offer.terms
        is_gone = ride not in self._open or (not offer.is_reserved and ride in self._reserved)
        if not offer.is_open or is_gone or not all(one in self._waiting for one in terms.orders):
            return
        if not offer.is_reserved and any(self._waiting[one].is_reserved for one in terms.orders):
            self._shown.pop((ride, terms.orders), None)  # it was taken back, and is shown again when it is free again
            return
        likely = self._belief.probability(pay_cents=terms.pay_cents + terms.tip_cents, added_s=terms.added_s)
        if unit(self.day.seed, ANSWER, ride, min(terms.orders)) < likely:
            self._claim(offer)
            return
        for one in terms.orders:
            self._barred.setdefault(one, {})[ride] = self._raises[one]
        if offer.is_reserved:
            self._refuse(offer)

    def _refuse(self, offer: Shown) -> None:
        """Declined, or not answered in time: on to the board, or with no board to whoever is next."""
        if not offer.is_open:
            return
        offer.is_open = False
        if self._reserved.get(offer.ride) is offer:
            del self._reserved[offer.ride]
        for one in offer.terms.orders:
            if one in self._waiting and self._waiting[one].is_reserved:
                self._let_go(self._waiting[one])
        self._stir()

    def _let_go(self, one: Waiting) -> None:
        """One driver did not take it: what is new goes to the board, what came from there is there still."""
        one.is_reserved, one.asked, one.shown_s = False, one.asked + 1, None
        if one.step == Step.NEW:
            one.move(Step.BOARD, self._now)

    # --- Runs -------------------------------------------------------------------------------------------------------

    def _claim(self, offer: Shown) -> None:
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
