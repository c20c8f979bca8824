"""Firms, drivers and trips."""

from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import User
from common.geo import Point
from drivers.models import Driver, Firm, FirmMember, FirmRole, Limits, Trip, Vehicle
from drivers.states import DriverStatus
from stores.models import (
    Market,
)
from tests.makers.basics import DOWNTOWN, MADISON, NOON, next_number
from tests.makers.people import user
from tests.makers.places import market


def firm(name: str = "") -> Firm:
    """A contractor firm with a bank."""
    return Firm.objects.create(
        name=name or f"Fair Road Contractors {next_number()}",
        company_id="1234567890",
        bank_name="FIRST EXAMPLE BANK",
        bank_routing="091000019",
    )


def firm_member(of: Firm, name: str = "Flo Firm", role: FirmRole = FirmRole.OWNER, person: User | None = None) -> User:
    """Somebody working for a firm: its owner, unless said otherwise."""
    person = person or user(name)
    FirmMember.objects.create(user=person, firm=of, role=role)
    return person


def driver(name: str = "Ann", *, in_market: Market | None = None, of: Firm | None = None, **extra: Any) -> Driver:
    """An active driver with papers in force, a car and no limits."""
    made = Driver.objects.create(
        **{
            "user": user(f"{name} Driver"),
            "firm": of or firm(),
            "market": in_market or market(),
            "first_name": name,
            "status": DriverStatus.ACTIVE,
            "licence_expires_on": date(2027, 1, 1),
            "insurance_expires_on": date(2027, 1, 1),
            "is_age_verified": True,
            **extra,
        }
    )
    Vehicle.objects.create(driver=made, description="blue hatchback", has_cold_box=True)
    Limits.objects.create(driver=made)
    return made


def trip(
    of: Driver | None = None,
    *,
    start: Point = DOWNTOWN,
    end: Point | None = MADISON,
    departs_at: datetime = NOON + timedelta(hours=4),
    **extra: Any,
) -> Trip:
    """A commute from downtown to Madison at four, past East Nashville; without an end, an online driver."""
    of_driver = of or driver()
    return Trip.objects.create(
        **{
            "driver": of_driver,
            "market": of_driver.market,
            "kind": Trip.Kind.DECLARED if end else Trip.Kind.ONLINE,
            "from_label": "Downtown",
            "from_lat": start.lat,
            "from_lng": start.lng,
            "to_label": "Madison" if end else "",
            "to_lat": end.lat if end else None,
            "to_lng": end.lng if end else None,
            "departs_at": departs_at,
            "departs_until": departs_at + timedelta(minutes=15),
            "arrive_by": departs_at + timedelta(minutes=90),
            "max_extra_seconds": 30 * 60,
            "max_extra_metres": 16_000,
            "direct_seconds": 18 * 60 if end else 0,
            "direct_metres": 12_500 if end else 0,
            "room": 192,
            "has_cold_box": True,
            "created_at": NOON,
            **extra,
        }
    )
