"""The end of a run, and what becomes of its trip."""

from datetime import datetime, timedelta

from common.geo import Point
from common.transactions import needs_transaction
from dispatch.models import Position, Run
from dispatch.states import RunStatus
from drivers.actions.locking import lock_driver, lock_trip
from drivers.actions.trips import close_trip, resume_online
from drivers.models import Trip
from drivers.states import TripStatus
from events.actions.move import move
from events.actions.record import record

SHORTEST_REST = timedelta(minutes=20)  # an online driver with less time left than this is not asked again


@needs_transaction
def end_run_if_done(run: Run, *, at: Point, now: datetime) -> bool:
    """End a locked run whose stops are all done or dropped; tell whether it ended.

    The driver's place is forgotten at once, and the way there: they are known from claim to completion only. A
    position told at this moment waits for the run's lock and finds it over.
    """
    if run.status != RunStatus.ACTIVE or run.stops.filter(done_at__isnull=True, is_dropped=False).exists():
        return False
    to = RunStatus.GIVEN_UP if run.give_up_reason else RunStatus.FINISHED
    move(run, to, now=now, by=run.driver.user.actor, reason=run.give_up_reason)
    run.finished_at, run.lat, run.lng, run.heading = now, None, None, None
    run.save(update_fields=["finished_at", "lat", "lng", "heading"])
    Position.objects.filter(run=run).delete()
    record("run.ended", run_id=run.pk, driver_id=run.driver_id, at=now)
    end_trip(run, at=at, now=now)
    return True


@needs_transaction
def end_trip(run: Run, *, at: Point, now: datetime) -> None:
    """Close the trip of an ended run, or open it again where the driver can still be asked.

    An online driver goes on from where the run ended; a declared trip not yet left whose deliveries all fell away is
    as free as before. Who gives a run up in a block stays checked in: that costs nothing of its guarantee.
    """
    lock_driver(run.driver_id)
    trip = lock_trip(run.trip_id)
    if trip.status != TripStatus.COMMITTED:
        return
    actor = run.driver.user.actor
    if run.status == RunStatus.GIVEN_UP and trip.booking_id is None:
        close_trip(trip, TripStatus.CANCELLED, by=actor, now=now, reason=run.give_up_reason)
    elif trip.kind == Trip.Kind.ONLINE and trip.arrive_by - now >= SHORTEST_REST:
        resume_online(trip, lat=at.lat, lng=at.lng, now=now)
    elif not run.stops.filter(done_at__isnull=False).exists() and trip.departs_until > now:
        move(trip, TripStatus.OPEN, now=now, by=actor)
    else:
        close_trip(trip, TripStatus.FINISHED, by=actor, now=now)
