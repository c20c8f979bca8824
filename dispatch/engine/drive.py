"""Drive a list of stops in plain Python and hold it against the limits: for the validator and the explainer.

The solver uses none of this, so a mistake in one of the two shows as a difference between them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dispatch.engine.problem import NO_LIMIT, NONE, Deliveries, Need, Problem, Trips


@dataclass(slots=True)
class Drive:
    """What driving a list of stops comes to."""

    arrive: list[int]
    start: list[int]
    leave: list[int]
    finish: int
    seconds: int
    metres: int
    most_units: int
    most_grams: int
    rides: dict[int, int]


@dataclass(frozen=True, slots=True)
class Broken:
    """A limit that driving some stops would break."""

    code: str
    delivery: int
    value: int
    limit: int

    @property
    def share(self) -> float:
        """How far beyond the limit, as a share of it: what tells a near miss from a far one."""
        return (self.value - self.limit) / max(60.0, abs(float(self.limit)))


def drive(problem: Problem, trip: int, codes: Sequence[int], depart: int) -> Drive:
    """Drive stop codes in order from the trip's origin to its destination."""
    d, t, travel = problem.deliveries, problem.trips, problem.travel
    with_pickup = {code // 2 for code in codes if code % 2 == 0}
    aboard = [code // 2 for code in codes if code % 2 and code // 2 not in with_pickup]
    units, grams = int(sum(d.units[i] for i in aboard)), int(sum(d.grams[i] for i in aboard))
    drive = Drive([], [], [], depart, 0, 0, units, grams, {})
    here, clock = int(t.origin[trip]), depart
    for code in codes:
        i, is_drop = divmod(code, 2)
        there = int(d.dropoff[i] if is_drop else d.pickup[i])
        seconds, metres = travel.leg(here, there)
        here, clock = there, clock + seconds
        drive.seconds, drive.metres = drive.seconds + seconds, drive.metres + metres
        drive.arrive.append(clock)
        clock = max(clock, int(d.drop_from_s[i] if is_drop else d.ready_s[i]))
        drive.start.append(clock)
        if is_drop and i in with_pickup:
            picked = list(codes).index(2 * i)
            drive.rides[i] = clock - drive.leave[picked]
        clock += int(d.drop_s[i] if is_drop else d.pick_s[i])
        drive.leave.append(clock)
        units += int(d.units[i]) * (-1 if is_drop else 1)
        grams += int(d.grams[i]) * (-1 if is_drop else 1)
        drive.most_units, drive.most_grams = max(drive.most_units, units), max(drive.most_grams, grams)
    if int(t.destination[trip]) != NONE:
        seconds, metres = travel.leg(here, int(t.destination[trip]))
        clock, drive.seconds, drive.metres = clock + seconds, drive.seconds + seconds, drive.metres + metres
    drive.finish = clock
    return drive


def broken_limits(problem: Problem, trip: int, codes: Sequence[int], now: Drive, before: Drive) -> Iterator[Broken]:
    """List the limits that a drive breaks; what the committed stops (`before`) already break may not get worse."""
    t = problem.trips
    committed = problem.committed(trip)
    direct_s, direct_m = problem.direct(trip)
    yield from _late_or_warm(problem, trip, codes, now, before)
    for code, value, limit, already in (
        ("arrives_after_latest", now.finish, int(t.latest_s[trip]), before.finish),
        ("too_long_seconds", now.seconds, direct_s + int(t.extra_s[trip]), before.seconds),
        ("too_far_metres", now.metres, direct_m + int(t.extra_m[trip]), before.metres),
        ("route_too_far", now.metres, int(t.route_m[trip]), before.metres),
        ("no_capacity", now.most_units, int(t.units[trip]), before.most_units),
        ("too_heavy", now.most_grams, int(t.grams[trip]), before.most_grams),
        ("too_many_orders", len({c // 2 for c in codes}), int(t.max_orders[trip]), len({c // 2 for c in committed})),
    ):
        allowed = max(limit, already) if committed else limit
        if value > allowed:
            yield Broken(code, NONE, value, allowed)


def _late_or_warm(problem: Problem, trip: int, codes: Sequence[int], now: Drive, before: Drive) -> Iterator[Broken]:
    """Drops after their time, and goods too long without a cold box."""
    d, committed = problem.deliveries, problem.committed(trip)
    for k, code in enumerate(codes):
        was = before.start[committed.index(code)] if code in committed else -NO_LIMIT
        by = max(int(d.due_s[code // 2] if code % 2 else d.pick_by_s[code // 2]), was)
        if now.start[k] > by:
            yield Broken("too_late" if code % 2 else "store_closed", code // 2, now.start[k], by)
    if not int(problem.trips.refuses[trip]) & Need.COLD_BOX:
        return
    for i, ride in now.rides.items():
        limit = max(int(d.ride_s[i]), before.rides.get(i, 0))
        if ride > limit:
            yield Broken("cold_chain", i, ride, limit)


@dataclass(frozen=True, slots=True)
class Refusals:
    """What one trip never takes."""

    needs: Need
    item_grams: int
    stores: frozenset[int]
    deliveries: frozenset[int]

    @classmethod
    def of(cls, trips: Trips, trip: int) -> "Refusals":
        """Read them from the columns."""
        return cls(
            needs=Need(int(trips.refuses[trip])),
            item_grams=int(trips.item_grams[trip]),
            stores=frozenset(int(s) for t, s in trips.barred_stores.reshape(-1, 2) if t == trip),
            deliveries=frozenset(int(d) for t, d in trips.barred_deliveries.reshape(-1, 2) if t == trip),
        )

    def of_delivery(self, deliveries: Deliveries, i: int) -> list[str]:
        """Codes of the refusals that a delivery meets."""
        met = [f"no_{need.name.lower()}" for need in self.needs & Need(int(deliveries.needs[i])) if need.name]
        if int(deliveries.heaviest_grams[i]) > self.item_grams:
            met.append("item_too_heavy")
        if int(deliveries.store[i]) in self.stores:
            met.append("store_excluded")
        if i in self.deliveries:
            met.append("declined")
        return met
