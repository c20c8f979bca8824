"""The demo's contractor firm, and its drivers: screened, insured, with a car, limits and a bank account."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from accounts.models import User
from common.geo import Point
from drivers.actions.recurring import RecurringPlan, declare_recurring_trip
from drivers.actions.trip_plans import Place
from drivers.models import Driver, Firm, FirmMember, FirmRole, Limits, Vehicle
from drivers.states import DriverStatus
from events.actions.move import move_all, note_all
from payouts.actions.accounts import set_payout_account
from stores.models import Market
from stores.world_data import WEEKDAYS, DriverFacts, people

PAPERS_LAST = timedelta(days=400)
ROUTING = "064000101"  # right by its check digit; no bank has it
# When each step of joining the firm came, after the application.
JOINED = {
    DriverStatus.SCREENING: timedelta(days=2),
    DriverStatus.APPROVED: timedelta(days=10),
    DriverStatus.ACTIVE: timedelta(days=12),
}
APPLIED = timedelta(days=62)
ACCOUNT_SET = timedelta(days=49)
FLEXIBLE_MINUTES = 20
ALLOWED_MINUTES = 75  # a commute may last this long with its deliveries


def seed_firm(users: dict[str, User]) -> Firm:
    """Make the firm that screens and pays the drivers, with the people who work there."""
    facts = people().firms[0]
    firm, _ = Firm.objects.get_or_create(
        name=facts.name,
        defaults={"company_id": "1620000000", "bank_name": "CUMBERLAND EXAMPLE BANK", "bank_routing": ROUTING},
    )
    members = [one for one in people().office if one.role.startswith("firm_")]
    roles = {"firm_manager": FirmRole.OWNER, "firm_reviewer": FirmRole.BOOKKEEPER}
    rows = [FirmMember(user=users[one.email], firm=firm, role=roles[one.role]) for one in members]
    FirmMember.objects.bulk_create(rows, update_conflicts=True, unique_fields=["user", "firm"], update_fields=["role"])
    return firm


def seed_drivers(users: dict[str, User], firm: Firm, *, now: datetime) -> list[Driver]:
    """Make the drivers that are not there yet, ready to drive; return them all."""
    known = set(Driver.objects.values_list("user__email", flat=True))
    missing = [one for one in people().drivers if one.email not in known]
    if missing:
        _hire(missing, users, firm, now=now)
    emails = [one.email for one in people().drivers]
    rows = Driver.objects.filter(user__email__in=emails).select_related("user", "payout_account")
    drivers = list(rows.order_by("pk"))
    for number, driver in enumerate(drivers):
        if not hasattr(driver, "payout_account"):
            _open_account(driver, number, now=now)
    _repeat_first_commute(drivers)
    return drivers


@transaction.atomic
def _hire(facts: Sequence[DriverFacts], users: dict[str, User], firm: Firm, *, now: datetime) -> None:
    """Take drivers from their application to being active, step by step as the firm does."""
    markets = Market.objects.in_bulk(field_name="code")
    expires_on = (now + PAPERS_LAST).date()
    drivers = [
        Driver(
            user=users[one.email],
            firm=firm,
            market=markets[one.market],
            first_name=one.name.split(" ")[0],
            licence_expires_on=expires_on,
            insurance_expires_on=expires_on,
            is_age_verified=True,
        )
        for one in facts
    ]
    activate(drivers, now=now - APPLIED)
    Vehicle.objects.bulk_create(_vehicle(driver, one) for driver, one in zip(drivers, facts, strict=True))
    Limits.objects.bulk_create(
        Limits(driver=driver, no_alcohol=one.no_alcohol, no_stairs=one.no_stairs)
        for driver, one in zip(drivers, facts, strict=True)
    )


@transaction.atomic
def activate(drivers: Sequence[Driver], *, now: datetime) -> None:
    """Write drivers who apply now, and take them through every step until they are active, as a firm does."""
    Driver.objects.bulk_create(drivers)
    note_all(drivers, now=now)
    for status, after in JOINED.items():
        move_all(drivers, status, now=now + after)


def _vehicle(driver: Driver, one: DriverFacts) -> Vehicle:
    car = one.vehicle
    return Vehicle(
        driver=driver,
        description=car.description,
        plate=car.plate,
        room=car.room,
        max_grams=car.max_grams,
        has_cold_box=car.has_cold_box,
    )


def _open_account(driver: Driver, number: int, *, now: datetime) -> None:
    set_payout_account(
        driver_id=driver.pk,
        routing=ROUTING,
        number=f"{7_000_100 + number}",
        holder=driver.user.name,
        is_savings=number % 7 == 0,
        now=now - ACCOUNT_SET,
    )


def _repeat_first_commute(drivers: Sequence[Driver]) -> None:
    """Let the driver whom visitors sign in as have a commute that repeats, for the pages that show one."""
    facts = people().drivers[0]
    driver = next((one for one in drivers if one.user.email == facts.email), None)
    if driver is None:
        return
    leaves = facts.leaves_work
    plan = RecurringPlan(
        weekdays=[WEEKDAYS.index(day) for day in facts.weekdays],
        origin=Place(facts.work.label, Point(facts.work.lat, facts.work.lng)),
        destination=Place(facts.home.label, Point(facts.home.lat, facts.home.lng)),
        departs=leaves,
        flexible_minutes=FLEXIBLE_MINUTES,
        arrives_by=_later(leaves, ALLOWED_MINUTES),
        max_extra_seconds=facts.max_extra_seconds,
        max_extra_metres=facts.max_extra_metres,
        room=facts.vehicle.room,
        max_orders=facts.max_orders,
        has_cold_box=facts.vehicle.has_cold_box,
    )
    declare_recurring_trip(driver_id=driver.pk, declare_key=uuid5(NAMESPACE_URL, f"commute:{facts.email}"), plan=plan)


def _later(clock: time, minutes: int) -> time:
    """A time of day some minutes on; not past midnight."""
    minute = min(clock.hour * 60 + clock.minute + minutes, 24 * 60 - 1)
    return time(minute // 60, minute % 60)
