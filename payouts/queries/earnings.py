"""What a driver's earnings page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from common.clock import local_day, zone_of
from drivers.models import Driver
from ledger import chart
from ledger.queries import owed
from payouts.models import Earning, PayoutAccount, Statement
from payouts.queries.periods import FIRST, LAST, week_of
from payouts.states import SettlementStatus
from rules.packs_on_file import pack_for

PAGE = 50
HOUR = 3_600
TENTHS_OF_A_MILE = 160.9344


@dataclass(frozen=True, slots=True)
class Day:
    """One bar: a day and what it brought."""

    on: date
    cents: int
    percent: int


@dataclass(frozen=True, slots=True)
class Week:
    """A week of one driver: what it brought, and what is left of it after the car (D28)."""

    starts_on: date
    last_on: date
    total_cents: int
    pay_cents: int
    tip_cents: int
    topup_cents: int
    deliveries: int
    engaged_seconds: int
    added_seconds: int
    added_metres: int
    mileage_cost_cents: int
    days: tuple[Day, ...]

    @property
    def net_cents(self) -> int:
        """After the cost of the added miles at the tax office's rate."""
        return self.total_cents - self.mileage_cost_cents

    @property
    def per_engaged_hour_cents(self) -> int | None:
        """Earnings for each hour from claim to door; unknown without any time."""
        return self.total_cents * HOUR // self.engaged_seconds if self.engaged_seconds else None

    @property
    def per_added_hour_cents(self) -> int | None:
        """Earnings for each hour a trip grew by; unknown without any."""
        return self.total_cents * HOUR // self.added_seconds if self.added_seconds else None


@dataclass(frozen=True, slots=True)
class EarningsPage:
    """All of the page; five queries whatever the number of earnings."""

    week: Week
    earnings: Sequence[Earning]
    statements: Sequence[Statement]
    account: PayoutAccount | None
    owed_cents: int
    zone: ZoneInfo
    paid_by: date  # the latest day on which what is earned this week is paid

    @property
    def on_its_way_cents(self) -> int:
        """What has been sent to the bank and has not settled yet."""
        return sum(one.total_cents for one in self.statements if is_on_its_way(one))


def earnings_page(driver: Driver, *, now: datetime, day: date | None = None) -> EarningsPage:
    """One driver's week, latest earnings, latest statements, and what is owed at this moment by the books.

    A day that no week of ours has is today.
    """
    zone = driver.market.zone
    shown = day if day and FIRST <= day < LAST else local_day(now, zone)
    ends_at = week_of(driver.engaged_by, local_day(now, zone))[1]
    within = pack_for(driver.market.rule_pack, local_day(now, zone)).pay_within_days
    return EarningsPage(
        week=week(driver, shown),
        earnings=list(driver.earnings.order_by("-earned_at", "-pk")[:PAGE]),
        statements=list(driver.statements.select_related("settlement").order_by("-settlement__ends_at")[:12]),
        account=PayoutAccount.objects.filter(driver=driver).first(),
        owed_cents=owed(chart.driver_payable(driver.public_id)),
        zone=zone,
        paid_by=local_day(ends_at, zone) + timedelta(days=within),
    )


def is_on_its_way(statement: Statement) -> bool:
    """Whether the bank has been told to pay a statement, and has not reported back."""
    return (
        statement.settlement.status == SettlementStatus.SENT
        and not statement.hold_reason
        and statement.returned_at is None
    )


@dataclass(frozen=True, slots=True)
class Worked:
    """What some offers brought their driver before tips, and for how long they were engaged."""

    pay_cents: int
    engaged_seconds: int


def worked(driver_id: int, offer_refs: Sequence[UUID]) -> Worked:
    """Pay of the deliveries and attempts of some offers, made good where it fell short, without tips or corrections."""
    kinds = (Earning.Kind.DELIVERY, Earning.Kind.ATTEMPT)
    rows = list(Earning.objects.filter(driver=driver_id, kind__in=kinds, offer_ref__in=offer_refs))
    return Worked(
        pay_cents=sum(max(one.pay_cents, one.offered_pay_cents) for one in rows),
        engaged_seconds=sum(one.engaged_seconds for one in rows),
    )


def week(driver: Driver, day: date) -> Week:
    """The week around a day, as the firm counts weeks; one query."""
    starts_at, ends_at = week_of(driver.engaged_by, day)
    zone = zone_of(driver.engaged_by.timezone)
    earned = list(driver.earnings.filter(earned_at__gte=starts_at, earned_at__lt=ends_at).order_by("earned_at"))
    metres = sum(one.added_metres for one in earned)
    pack = pack_for(driver.market.rule_pack, day)
    return Week(
        starts_on=starts_at.date(),
        last_on=(ends_at - timedelta(seconds=1)).astimezone(zone).date(),
        total_cents=sum(one.total_cents for one in earned),
        pay_cents=sum(one.pay_cents for one in earned),
        tip_cents=sum(one.tip_cents for one in earned),
        topup_cents=sum(one.topup_cents for one in earned),
        deliveries=sum(one.kind == Earning.Kind.DELIVERY for one in earned),
        engaged_seconds=sum(one.engaged_seconds for one in earned),
        added_seconds=sum(one.added_seconds for one in earned),
        added_metres=metres,
        mileage_cost_cents=round(metres / TENTHS_OF_A_MILE * pack.mileage_tenths / 100),
        days=bars(earned, starts_at.date(), zone),
    )


def bars(earned: Sequence[Earning], first: date, zone: ZoneInfo) -> tuple[Day, ...]:
    """Seven days with their sums, the tallest at 100 per cent."""
    sums = {first + timedelta(days=n): 0 for n in range(7)}
    for one in earned:
        sums[local_day(one.earned_at, zone)] += one.total_cents
    tallest = max(1, *sums.values())
    return tuple(Day(on, cents, max(0, cents) * 100 // tallest) for on, cents in sums.items())
