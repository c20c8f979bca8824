"""What the engine answers: who drives what, in which order, at what times."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """One halt. Seconds after the problem's zero: wheels stop, service starts (after any wait), wheels roll."""

    delivery: int
    is_drop: bool
    arrive_s: int
    start_s: int
    leave_s: int


@dataclass(frozen=True, slots=True)
class TripPlan:
    """One trip with its stops, committed ones included.

    `added_s` and `added_m` are what the new deliveries add to the drive as it stands now (what an offer says);
    `extra_s` and `extra_m` are the whole detour against the direct way (what the driver's budget limits).
    """

    trip: int
    stops: tuple[PlannedStop, ...]
    deliveries: tuple[int, ...]  # the new ones, in order of their pick-up
    depart_s: int  # latest start that keeps every stop's time
    finish_s: int  # at the destination, or done with the last stop
    added_s: int
    added_m: int
    extra_s: int
    extra_m: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Answer to one problem. Deliveries are in exactly one of: some trip's `deliveries`, `unserved`, `invalid`.

    Committed deliveries stay with their trips and are in none of the three.
    """

    trips: tuple[TripPlan, ...]  # those with a new delivery or a committed stop, by trip
    unserved: tuple[int, ...]
    invalid: tuple[int, ...]  # deliveries whose row is unusable: not a number, nowhere, negative
    invalid_trips: tuple[int, ...]
    iterations: int = 0
    seed: int = 0
    version: str = "1"

    @property
    def served(self) -> int:
        """Number of new deliveries given to a trip."""
        return sum(len(trip.deliveries) for trip in self.trips)

    @property
    def extra_s(self) -> int:
        """Seconds of detour over all trips that the new deliveries add."""
        return sum(trip.added_s for trip in self.trips)

    def trip_of(self, delivery: int) -> TripPlan | None:
        """The trip that a new delivery was given to."""
        return next((trip for trip in self.trips if delivery in trip.deliveries), None)
