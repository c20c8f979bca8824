"""Allowing more on a trip that gets no offers."""

from datetime import datetime
from uuid import UUID, uuid5

from common.geo import METRES_PER_MILE
from drivers.actions.trip_plans import BadTrip, Place, TripPlan
from drivers.actions.trips import change_trip
from drivers.models import Trip

MORE_SECONDS, MOST_SECONDS = 10 * 60, 240 * 60
MORE_METRES, MOST_METRES = round(5 * METRES_PER_MILE), round(150 * METRES_PER_MILE)


class WideEnough(BadTrip):
    """This trip already allows as much as a trip can."""

    code = "wide_enough"


def widen_trip(*, trip_id: int, declare_key: UUID, now: datetime) -> Trip:
    """Replace an open trip by one that allows ten more minutes and five more miles, at the same points and times.

    The key is that of the trip as it was seen: a doubled tap is the same trip, a later tap one more.

    Raises:
        WideEnough: nothing more can be allowed.
        TripUnderWay, TripOfBlock, NotAllowedNow, BadTrip, TripOverlaps: as for `change_trip`; the trip stays.
    """
    trip = Trip.objects.get(pk=trip_id)
    if trip.destination is None or (trip.max_extra_seconds >= MOST_SECONDS and trip.max_extra_metres >= MOST_METRES):
        raise WideEnough
    plan = TripPlan(
        origin=Place(trip.from_label, trip.origin),
        destination=Place(trip.to_label, trip.destination),
        departs_at=trip.departs_at,
        departs_until=trip.departs_until,
        arrive_by=trip.arrive_by,
        max_extra_seconds=max(trip.max_extra_seconds, min(trip.max_extra_seconds + MORE_SECONDS, MOST_SECONDS)),
        max_extra_metres=max(trip.max_extra_metres, min(trip.max_extra_metres + MORE_METRES, MOST_METRES)),
        room=trip.room,
        max_orders=trip.max_orders,
        has_cold_box=trip.has_cold_box,
    )
    return change_trip(trip_id=trip.pk, declare_key=uuid5(declare_key, "more"), plan=plan, now=now)
