"""A snapshot as the engine's rows: what waits, what is claimed already, and every trip that could take something."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.engine.build import DeliveryRow, TripRow, build_problem
from dispatch.engine.problem import Problem
from dispatch.queries.rows import barred_deliveries, delivery_rows, trip_row
from dispatch.queries.run_rows import bound_deliveries, bound_rows, run_row
from dispatch.queries.snapshot import Snapshot
from providers.routing.base import Routing


@dataclass(frozen=True, slots=True)
class CycleRows:
    """Rows of one cycle. In a problem the bound deliveries come after those that wait."""

    waiting: list[DeliveryRow]
    bound: list[DeliveryRow]
    trips: list[TripRow]

    def problem(
        self, some: Sequence[DeliveryRow], over: Sequence[TripRow], *, routing: Routing, at: datetime
    ) -> Problem:
        """The problem of some of the waiting deliveries: what is claimed is always part of it."""
        by = len(some) - len(self.waiting)
        trips = [_renumbered(trip, by) if by else trip for trip in over]
        return build_problem([*some, *self.bound], trips, routing=routing, at=at)


def cycle_rows(snapshot: Snapshot, routing: Routing) -> CycleRows:
    """Everything the engine is given. One question to the road engine per store, and two or three per run."""
    barred, at, waiting = barred_deliveries(snapshot), snapshot.at, delivery_rows(snapshot, routing)
    begins_at = len(snapshot.trips) - len(snapshot.runs)
    free = [trip_row(trip, at, barred.get(trip.driver_id, ())) for trip in snapshot.trips[:begins_at]]
    numbers = bound_numbers(snapshot)
    under_way = [run_row(one, numbers, routing, at, barred.get(one.trip.driver_id, ())) for one in snapshot.runs]
    trips = {one.trip.pk: begins_at + i for i, one in enumerate(snapshot.runs)}
    return CycleRows(waiting, bound_rows(snapshot.runs, trips, routing, at), [*free, *under_way])


def bound_numbers(snapshot: Snapshot) -> Mapping[int, int]:
    """The engine's number of each claimed delivery, by its pk."""
    return {one.pk: i for i, one in enumerate(bound_deliveries(snapshot.runs), start=len(snapshot.deliveries))}


def _renumbered(trip: TripRow, by: int) -> TripRow:
    return replace(trip, stops=tuple((delivery + by, is_drop) for delivery, is_drop in trip.stops))
