"""What an evening came to, read from the rows it left; money is counted in more than one way and compared."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import fmean, quantiles
from typing import TypeVar

from django.db.models import F, Model, QuerySet, Sum

from dispatch.engine.explain import Reason
from dispatch.models import Consideration, Delivery, Offer, OfferItem, RunDelivery
from dispatch.simulator.replay.evening import Evening
from dispatch.states import DeliveryStatus
from ledger import chart
from ledger.queries import balance, ledger_sum
from orders.models import Order, Payment
from orders.states import PaymentStatus
from payouts.models import BankFile, Earning, Settlement, Statement

M = TypeVar("M", bound=Model)
NEVER_SEEN = "no trip was open"
NOT_TAKEN = "offered, not taken"
MATCHED = "matched, but the trip left before it was offered"
NOT_READY = "not ready in time"


@dataclass(frozen=True, slots=True)
class Spread:
    """Half of the values lie at or below `p50`, nine in ten at or below `p90`."""

    p50: float
    p90: float
    mean: float


@dataclass(frozen=True, slots=True)
class Money:
    """Cents, each sum beside another that must be the same."""

    captured: int
    gateway_balance: int
    offered: int
    paid: int
    short: int
    tips: int
    topups: int
    earned: int
    statements: int
    bank_file: int
    ledger_sum: int

    def faults(self) -> list[str]:
        """What does not add up; empty when all does."""
        pairs = {
            "the ledger does not sum to zero": (self.ledger_sum, 0),
            "captures differ from the gateway's account": (self.captured, self.gateway_balance),
            "somebody was paid less than offered": (self.short, 0),
            "what was paid differs from what was offered": (self.paid, self.offered),
            "statements differ from what was earned": (self.statements, self.earned),
            "the bank file differs from the statements": (self.bank_file, self.statements),
        }
        return [f"{what}: {one} and {other} cents" for what, (one, other) in pairs.items() if one != other]


@dataclass(frozen=True, slots=True)
class Figures:
    """One evening in numbers."""

    placed: int
    refused: Counter[str]
    trips: int
    ready: int
    offered: int
    offers: int
    served: int
    unserved: Counter[str]
    added_minutes: Spread
    added_miles: Spread
    pay_an_added_hour_cents: int
    pay_cents: Spread
    late: int
    worst_late: timedelta
    driver_wait_minutes: Spread
    money: Money


def spread(values: Sequence[float]) -> Spread:
    """Median, ninetieth percentile and mean; zeros of nothing."""
    if not values:
        return Spread(0, 0, 0)
    if len(values) == 1:
        return Spread(values[0], values[0], values[0])
    tenths = quantiles(values, n=10, method="inclusive")
    return Spread(tenths[4], tenths[8], fmean(values))


def figures_of(evening: Evening, settlement: Settlement) -> Figures:
    """Count everything once the evening is over and its week is paid."""
    served = Delivery.objects.filter(status=DeliveryStatus.DELIVERED)
    earned = list(Earning.objects.filter(kind=Earning.Kind.DELIVERY))
    seconds = sum(one.added_seconds for one in earned)
    late = [one.delivered_at - one.due_by for one in served if one.delivered_at and one.delivered_at > one.due_by]
    waits = [one.claimed_at - one.ready_at for one in served if one.claimed_at and one.ready_at]
    return Figures(
        placed=Order.objects.count(),
        refused=Counter(evening.tally.refused),
        trips=evening.tally.trips,
        ready=Order.objects.filter(ready_at__isnull=False).count(),
        offered=OfferItem.objects.values("delivery").distinct().count(),
        offers=Offer.objects.count(),
        served=served.count(),
        unserved=unserved_by_reason(),
        added_minutes=spread([one.added_seconds / 60 for one in earned]),
        added_miles=spread([one.added_metres / 1_609.344 for one in earned]),
        pay_an_added_hour_cents=sum(one.total_cents for one in earned) * 3_600 // max(1, seconds),
        pay_cents=spread([float(one.total_cents) for one in earned]),
        late=len(late),
        worst_late=max(late, default=timedelta()),
        driver_wait_minutes=spread([wait.total_seconds() / 60 for wait in waits]),
        money=money_of(settlement),
    )


def unserved_by_reason() -> Counter[str]:
    """Why each delivery that nobody brought was not: what stood against the trip that came nearest to fitting."""
    found: Counter[str] = Counter()
    for one in Delivery.objects.exclude(status=DeliveryStatus.DELIVERED).order_by("pk"):
        found[_reason(one)] += 1
    return found


def _reason(delivery: Delivery) -> str:
    if delivery.status != DeliveryStatus.READY:
        return NOT_READY if delivery.status == DeliveryStatus.PLANNED else f"left {delivery.status}"
    if OfferItem.objects.filter(delivery=delivery).exists():
        return NOT_TAKEN
    rows = Consideration.objects.filter(delivery=delivery).order_by(F("added_seconds").asc(nulls_last=True), "pk")
    nearest = rows.first()
    if nearest is None:
        return NEVER_SEEN
    return MATCHED if nearest.reason == Reason.CHOSEN else nearest.reason.replace("_", " ")


def money_of(settlement: Settlement) -> Money:
    """Every sum of the evening's money."""
    # The offer that was accepted by whoever brought it, read from the offer itself.
    carried = RunDelivery.objects.filter(delivery__status=DeliveryStatus.DELIVERED, dropped_at__isnull=True)
    accepted = OfferItem.objects.filter(delivery=F("offer__carried__delivery"), offer__carried__in=carried)
    deliveries = Earning.objects.filter(kind=Earning.Kind.DELIVERY)
    return Money(
        captured=_sum(Payment.objects.filter(status=PaymentStatus.CAPTURED), "captured_cents"),
        gateway_balance=balance(chart.GATEWAY),
        offered=_sum(accepted, "pay_cents") + _sum(accepted, "tip_cents"),
        paid=_sum(deliveries, "pay_cents") + _sum(deliveries, "tip_cents") + _sum(deliveries, "topup_cents"),
        short=sum(max(0, one.offered_cents - one.total_cents) for one in deliveries),
        tips=_sum(Earning.objects.all(), "tip_cents"),
        topups=_sum(Earning.objects.all(), "topup_cents"),
        earned=sum(one.total_cents for one in Earning.objects.all()),
        statements=_sum(Statement.objects.filter(settlement=settlement), "total_cents"),
        bank_file=_sum(BankFile.objects.filter(settlement=settlement), "total_cents"),
        ledger_sum=ledger_sum(),
    )


def _sum(rows: QuerySet[M], column: str) -> int:
    return int(rows.aggregate(total=Sum(column))["total"] or 0)
