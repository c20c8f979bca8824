"""What the firm's desk shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncWeek

from common.clock import local_day, zone_of
from drivers.models import Driver, Firm
from drivers.states import DriverStatus
from ledger import chart
from ledger.queries import owed
from payouts.models import Earning, PayoutAccount, Settlement, Statement
from payouts.queries.periods import week_of
from payouts.states import SettlementStatus

EXPIRY_WARNING = timedelta(days=30)
SHOWN = 26


@dataclass(frozen=True, slots=True)
class OpenWeek:
    """A week with earnings that no settlement holds yet."""

    starts_at: datetime
    ends_at: datetime
    first_on: date
    last_on: date
    drivers: int
    deliveries: int
    total_cents: int
    is_over: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """A driver's paper that runs out soon or has run out."""

    driver: Driver
    name: str
    on: date
    days_left: int


@dataclass(frozen=True, slots=True)
class Desk:
    """The firm's first page; a fixed number of queries."""

    weeks: Sequence[OpenWeek]
    settlements: Sequence[Settlement]
    papers: Sequence[Paper]
    without_account: Sequence[Driver]
    active_drivers: int
    fees_owed_cents: int
    in_transit_cents: int


def firm_desk(firm: Firm, *, now: datetime) -> Desk:
    """What waits for the firm: weeks to close, settlements on their way, papers that run out, accounts missing."""
    today = local_day(now, zone_of(firm.timezone))
    drivers = Driver.objects.filter(firm=firm)
    active = drivers.filter(status__in=[DriverStatus.ACTIVE, DriverStatus.PAUSED])
    without = active.filter(~Q(pk__in=PayoutAccount.objects.values("driver"))).select_related("user", "market")
    return Desk(
        weeks=open_weeks(firm, now=now),
        settlements=list(settlements_of(firm)[:SHOWN]),
        papers=papers_running_out(active, today),
        without_account=list(without.order_by("first_name", "pk")[:SHOWN]),
        active_drivers=active.count(),
        fees_owed_cents=owed(chart.firm_payable(firm.public_id)),
        in_transit_cents=in_transit_cents(firm),
    )


def in_transit_cents(firm: Firm) -> int:
    """What is at the bank for one firm's drivers, sent and neither settled nor come back: the books know all firms'."""
    sent = Statement.objects.filter(settlement__firm=firm, settlement__status=SettlementStatus.SENT)
    under_way = sent.exclude(trace_number="").filter(returned_at=None)
    return int(under_way.aggregate(total=Coalesce(Sum("total_cents"), 0))["total"])


def settlements_of(firm: Firm) -> QuerySet[Settlement]:
    """A firm's settlements, newest first, with how many drivers each pays (`driver_count`) and holds (`held_count`)."""
    held = Count("statements", filter=~Q(statements__hold_reason=""))
    return firm.settlements.annotate(driver_count=Count("statements"), held_count=held).order_by("-starts_at")


def open_weeks(firm: Firm, *, now: datetime) -> list[OpenWeek]:
    """Weeks with unsettled earnings, oldest first, in one query; closing a week takes in all that is older."""
    zone = zone_of(firm.timezone)
    sums = (
        Earning.objects.filter(settlement=None, driver__firm=firm)
        .annotate(week=TruncWeek("earned_at", tzinfo=zone))
        .values("week")
        .annotate(
            drivers=Count("driver", distinct=True),
            deliveries=Count("pk", filter=Q(kind=Earning.Kind.DELIVERY)),
            total=Sum(F("pay_cents") + F("tip_cents") + F("topup_cents")),
        )
        .order_by("week")
    )
    return [open_week(firm, row, now) for row in sums]


def open_week(firm: Firm, row: Mapping[str, Any], now: datetime) -> OpenWeek:
    """One row of sums as a week."""
    starts_at, ends_at = week_of(firm, row["week"].date())
    return OpenWeek(
        starts_at=starts_at,
        ends_at=ends_at,
        first_on=starts_at.date(),
        last_on=ends_at.date() - timedelta(days=1),
        drivers=row["drivers"],
        deliveries=row["deliveries"],
        total_cents=row["total"],
        is_over=ends_at <= now,
    )


def papers_running_out(drivers: QuerySet[Driver], today: date) -> list[Paper]:
    """Licences and insurances that run out within thirty days or have run out (C6), the most urgent first."""
    limit = today + EXPIRY_WARNING
    soon = drivers.filter(Q(licence_expires_on__lte=limit) | Q(insurance_expires_on__lte=limit))
    papers = [
        Paper(driver, name, on, (on - today).days)
        for driver in soon.select_related("user", "market")[:500]
        for name, on in (("Licence", driver.licence_expires_on), ("Insurance", driver.insurance_expires_on))
        if on is not None and on <= limit
    ]
    return sorted(papers, key=lambda paper: (paper.on, paper.driver.pk))[:SHOWN]


def statements_of(settlement: Settlement) -> list[Statement]:
    """A settlement's statements by driver's name."""
    statements = settlement.statements.select_related("driver__user", "driver__market")
    return list(statements.order_by("driver__user__name", "pk"))
