"""How much of a delivery fee goes to the driver, before anybody tips (S22)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, Count

from common.clock import local_day
from payouts.models import Earning
from payouts.queries.rates import plan_of
from payouts.quote import Parcel, Work, quote_run
from rules.packs_on_file import pack_for
from stores.models import Market

LOOK_BACK = timedelta(days=28)
ENOUGH = 20
# A delivery as the pilot had them, until the market has its own figures: 7 minutes and 2.3 miles more, one stop.
TYPICAL = Work(
    added_seconds=420,
    added_metres=3_700,
    engaged_seconds=1_500,
    engaged_metres=9_600,
    parcels=(Parcel(grams=12_000, units=18),),
)


@dataclass(frozen=True, slots=True)
class FeeShare:
    """Where a delivery fee goes: to the driver, and to the store; `extra_cents` is what the store adds to the fee.

    `is_measured` tells an average of real deliveries from the rates applied to a typical one.
    """

    fee_cents: int
    driver_cents: int
    store_cents: int
    extra_cents: int
    is_measured: bool

    @property
    def pay_cents(self) -> int:
        """What a driver gets for a delivery on average, tip aside."""
        return self.driver_cents + self.extra_cents


def fee_share(market: Market, fee_cents: int, now: datetime) -> FeeShare:
    """Share out a fee by what drivers were paid here in the last four weeks, tips aside. Two queries at most."""
    recent = Earning.objects.filter(market=market, kind=Earning.Kind.DELIVERY, earned_at__gte=now - LOOK_BACK)
    found = recent.aggregate(mean=Avg("pay_cents"), count=Count("pk"))
    is_measured = found["count"] >= ENOUGH
    pay = round(found["mean"]) if is_measured else _typical_pay(market, now)
    driver = min(pay, fee_cents)
    return FeeShare(fee_cents, driver, fee_cents - driver, pay - driver, is_measured)


def _typical_pay(market: Market, now: datetime) -> int:
    pack = pack_for(market.rule_pack, local_day(now, market.zone))
    return quote_run(plan_of(market), pack, TYPICAL).whole.total_cents
