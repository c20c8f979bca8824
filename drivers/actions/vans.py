"""Taking a store's van out, by somebody who works there."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction

from accounts.models import User
from common.errors import DomainError
from common.transactions import needs_transaction
from drivers.actions.overlaps import LIVE
from drivers.actions.trips import go_offline
from drivers.models import Driver, Trip, Van, Vehicle
from drivers.states import DriverStatus
from events.actions.move import note_status
from events.actions.record import nudge, record

MOST_ORDERS = 4
FAR_METRES = 500_000  # a van goes where its hours let it


class VanNotFree(DomainError):
    """Somebody else is out with this van, or you are out with another one."""

    code = "van_not_free"


class VanOffHours(DomainError):
    """This van does not go out at this hour."""

    code = "van_off_hours"


class NotOutWithIt(DomainError):
    """You are not out with this van."""

    code = "not_out_with_it"


class DrivesForAFirm(DomainError):
    """You drive for a contractor firm with this account. For the store's van you need another one."""

    code = "drives_for_a_firm"


@transaction.atomic(durable=True)
def take_van(*, van_id: int, user_id: int, may_check_ages: bool, now: datetime) -> Trip:
    """Be out with a van until its hours end: what no driver takes comes along. Asking again is the same trip.

    Locks the van, then the driver. Whoever takes a van out for the first time becomes a driver employed by its store.

    Raises:
        VanOffHours: too early, too late, or the van is laid up.
        VanNotFree: it is out already, or its driver is.
        DrivesForAFirm: the account belongs to an independent driver.
    """
    rows = Van.objects.select_for_update(no_key=True, of=("self",)).select_related("store__market")
    van = rows.get(pk=van_id)
    driver = _employed(van, User.objects.get(pk=user_id), may_check_ages)
    out = Trip.objects.filter(van=van, status__in=LIVE).first()
    if out is not None and out.driver_id == driver.pk:
        return out
    if out is not None or Trip.objects.filter(driver=driver, status__in=LIVE).exists():
        raise VanNotFree
    opens, closes = van.hours_on(now)
    if not van.is_active or not opens <= now < closes:
        raise VanOffHours
    trip = Trip.objects.create(
        driver=driver,
        market=van.store.market,
        van=van,
        kind=Trip.Kind.ONLINE,
        declare_key=uuid4(),
        from_label=van.store.name,
        from_lat=van.store.lat,
        from_lng=van.store.lng,
        departs_at=now,
        departs_until=closes,
        arrive_by=closes,
        max_extra_seconds=int((closes - now).total_seconds()),
        max_extra_metres=FAR_METRES,
        room=van.room,
        max_orders=MOST_ORDERS,
        has_cold_box=van.has_cold_box,
        created_at=now,
    )
    note_status(trip, now=now, by=driver.user.actor)
    record("van.out", trip_id=trip.pk, van_id=van.pk, at=now)
    nudge("dispatch.tasks.match_market", market_id=trip.market_id)
    return trip


def bring_van_back(*, van_id: int, user_id: int, now: datetime) -> Trip | None:
    """End being out with a van; None when a repeat finds it back already. At closing time it ends by itself.

    Raises:
        NotOutWithIt: somebody else drives it, or nobody.
        TripUnderWay: something is in it still.
    """
    trip = Trip.objects.filter(van=van_id, driver__user=user_id).select_related("driver__user").order_by("-pk").first()
    if trip is None:
        raise NotOutWithIt
    return go_offline(driver_id=trip.driver_id, by=trip.driver.user.actor, now=now)


@needs_transaction
def _employed(van: Van, user: User, may_check_ages: bool) -> Driver:
    """Whoever drives the van, locked, with the van as their vehicle."""
    driver, _ = Driver.objects.get_or_create(
        user=user,
        defaults={
            "employer": van.store,
            "market": van.store.market,
            "first_name": (user.name.split() or [van.store.name])[0][:40],
            "status": DriverStatus.ACTIVE,
        },
    )
    if not driver.is_employed:
        raise DrivesForAFirm
    driver = Driver.objects.select_for_update(no_key=True, of=("self",)).select_related("user").get(pk=driver.pk)
    driver.is_age_verified = may_check_ages
    driver.save(update_fields=["is_age_verified"])
    Vehicle.objects.update_or_create(
        driver=driver,
        defaults={
            "description": van.name,
            "plate": van.plate,
            "room": van.room,
            "max_grams": van.max_grams,
            "has_cold_box": van.has_cold_box,
        },
    )
    return driver
