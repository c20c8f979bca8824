"""What a route adds, what it pays, and how it goes when it is driven. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dispatch.engine.problem import NONE
from dispatch.engine.travel import Travel
from dispatch.queries.rows import DROP_SECONDS, PICK_SECONDS
from dispatch.simulator.compare import habits
from dispatch.simulator.compare.chance import DOOR, PACE, PICK, TRAFFIC, between
from dispatch.simulator.compare.rows import Rows
from dispatch.simulator.compare.scenario import Scenario
from dispatch.terms.pay import Raise, raised
from payouts.quote import Parcel, PayQuote, Work, quote_run

Codes = tuple[int, ...]  # 2 * order for its store, 2 * order + 1 for its door


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an offer says: what it adds, what it pays for each order, and the work the law looks at."""

    codes: Codes
    orders: tuple[int, ...]
    added_s: int
    added_m: int
    engaged_s: int
    engaged_m: int
    shares: tuple[PayQuote, ...]
    tip_cents: int

    @property
    def pay_cents(self) -> int:
        """All but the tips."""
        return sum(share.total_cents for share in self.shares)


@dataclass(frozen=True, slots=True)
class Driven:
    """A run as it went: when each order came to its door, when it was over, and how long driving took in all."""

    delivered_s: dict[int, int]
    over_s: int
    seconds: int


class Journeys:
    """Routes of one day under one policy: asked about by ride and stop codes."""

    def __init__(self, day: Scenario, rows: Rows) -> None:
        """Keep what is the same for every route."""
        self._day, self._rows, self._sites = day, rows, day.places
        self._plan = replace(day.pay, raise_steps_cents=(0,))

    def terms(self, ride: int, codes: Codes, *, now: int, raises: Sequence[int]) -> Terms:
        """Work out an offer as `terms/pay.py` does: the raise comes on top of the floor that the law sets."""
        roads = self._sites.roads(now)
        orders = tuple(code // 2 for code in codes if code % 2 == 0)
        driven_s, driven_m = self._way(ride, codes, roads)
        direct_s, direct_m = self._way(ride, (), roads)
        engaged_s, engaged_m = self._engaged(ride, codes, roads, now)
        work = Work(
            added_seconds=max(0, driven_s - direct_s),
            added_metres=max(0, driven_m - direct_m),
            engaged_seconds=engaged_s,
            engaged_metres=engaged_m,
            parcels=tuple(self._parcel(ride, codes, one, driven_s, roads) for one in orders),
        )
        quote = quote_run(self._plan, self._day.pack, work)
        steps = [Raise(self._day.ladder.raise_cents * raises[one]) for one in orders]
        return Terms(
            codes=codes,
            orders=orders,
            added_s=work.added_seconds,
            added_m=work.added_metres,
            engaged_s=engaged_s,
            engaged_m=engaged_m,
            shares=tuple(raised(share, by) for share, by in zip(quote.shares, steps, strict=True)),
            tip_cents=sum(self._day.orders[one].tip_cents for one in orders),
        )

    def leaves_at(self, ride: int, codes: Codes, now: int) -> int:
        """Set off as late as the first pick-up allows without a wait there, within the driver's own window."""
        earliest = max(now, int(self._rows.depart[ride]))
        there, _ = self._sites.roads(now).leg(int(self._rows.origin[ride]), self._place(codes[0]))
        on_time = int(self._rows.earliest[codes[0] // 2]) - there
        return max(earliest, min(on_time, self._day.rides[ride].leave_by_s))

    def drive(self, ride: int, codes: Codes, leaves_s: int) -> Driven:
        """Live through a run, a little slower or faster than the road engine says."""
        seed, here, clock, rolling = self._day.seed, int(self._rows.origin[ride]), float(leaves_s), 0.0
        pace = between(*habits.PACE, seed, PACE, ride)
        delivered: dict[int, int] = {}
        for code in codes:
            leg, _ = self._sites.roads(clock).leg(here, self._place(code))
            takes = leg * pace * between(*habits.TRAFFIC, seed, TRAFFIC, ride, code)
            here, clock, rolling = self._place(code), clock + takes, rolling + takes
            if code % 2:
                clock = max(clock, self._rows.due_from[code // 2]) + between(*habits.AT_DOOR, seed, DOOR, code)
                delivered[code // 2] = int(clock)
            else:
                clock = max(clock, self._rows.earliest[code // 2]) + between(*habits.AT_STORE, seed, PICK, code)
        end = int(self._sites.destination[ride])
        if end != NONE:
            home = self._sites.roads(clock).leg(here, end)[0] * pace
            clock, rolling = clock + home, rolling + home
        return Driven(delivered, int(clock), int(rolling))

    def _place(self, code: int) -> int:
        return int((self._sites.drop if code % 2 else self._sites.pickup)[code // 2])

    def _way(self, ride: int, codes: Codes, roads: Travel) -> tuple[int, int]:
        """Seconds and metres of a ride through some stops."""
        here, seconds, metres = int(self._rows.origin[ride]), 0, 0
        end = int(self._sites.destination[ride])
        for there in (*(self._place(code) for code in codes), *([] if end == NONE else [end])):
            leg_s, leg_m = roads.leg(here, there)
            here, seconds, metres = there, seconds + leg_s, metres + leg_m
        return seconds, metres

    def _engaged(self, ride: int, codes: Codes, roads: Travel, now: int) -> tuple[int, int]:
        """Seconds and metres from setting off to the last door, as planned."""
        leaves = clock = self.leaves_at(ride, codes, now)
        here, metres = int(self._rows.origin[ride]), 0
        for code in codes:
            leg_s, leg_m = roads.leg(here, self._place(code))
            here, clock, metres = self._place(code), clock + leg_s, metres + leg_m
            if code % 2 == 0:
                clock = max(clock, int(self._rows.earliest[code // 2]))
            clock += DROP_SECONDS if code % 2 else PICK_SECONDS
        return clock - leaves, metres

    def _parcel(self, ride: int, codes: Codes, order: int, driven_s: int, roads: Travel) -> Parcel:
        """One order's load, and how much shorter the way through all the others would be."""
        placed = self._day.orders[order]
        others = tuple(code for code in codes if code // 2 != order)
        marginal = max(0, driven_s - self._way(ride, others, roads)[0])
        return Parcel(grams=placed.grams, units=placed.units, added_seconds=marginal)
