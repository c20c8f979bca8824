"""Firms, drivers, trips and blocks."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F

from accounts.models import User
from common.geo import Point
from drivers.models import Block, Booking, Driver, Firm, FirmMember, FirmRole, Limits, Trip, Van, Vehicle
from drivers.states import DriverStatus
from stores.models import Market, Store
from tests.makers.basics import DOWNTOWN, MADISON, NOON, next_number
from tests.makers.people import user
from tests.makers.places import market, store


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


def block(at: Store | None = None, *, starts_at: datetime = NOON + timedelta(hours=4), **extra: Any) -> Block:
    """Three hours at a store from four on: one place, sixty dollars guaranteed, released freely until 3:15."""
    return Block.objects.create(
        **{
            "store": at or store(),
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=3),
            "guarantee_cents": 6_000,
            "release_minutes": 45,
            **extra,
        }
    )


def booking(of: Driver | None = None, *, on: Block | None = None, **extra: Any) -> Booking:
    """A place that a driver has booked in a block of their market."""
    of_driver = of or driver()
    in_block = on or block(store(in_market=of_driver.market))
    Block.objects.filter(pk=in_block.pk).update(booked=F("booked") + 1)
    return Booking.objects.create(
        **{
            "block": in_block,
            "driver": of_driver,
            "starts_at": in_block.starts_at,
            "ends_at": in_block.ends_at,
            "free_until": in_block.starts_at - timedelta(minutes=in_block.release_minutes),
            "check_in_by": in_block.starts_at + timedelta(minutes=in_block.check_in_minutes),
            "guarantee_cents": in_block.guarantee_cents,
            "booked_at": NOON,
            **extra,
        }
    )


def van(of: Store, **extra: Any) -> Van:
    """A store's van with a cold box that may be out from morning to night."""
    return Van.objects.create(
        **{"store": of, "name": f"white van {next_number()}", "opens": time(7), "closes": time(22), **extra}
    )
