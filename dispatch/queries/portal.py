"""What a driver finds on opening the portal."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.models import Run
from dispatch.queries.cards import OfferCard, card_of
from dispatch.queries.offers import open_offers_of
from dispatch.states import RunStatus
from drivers.actions.fitness import why_barred
from drivers.models import Booking, Driver, Trip
from drivers.queries.blocks import booking_soon
from drivers.queries.trips import TripLine, next_trip
from payouts.models import Earning

JUST_NOW = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class PortalHome:
    """Trip, offers, a block about to start, and what stands in the way of them, if anything."""

    line: TripLine | None
    cards: list[OfferCard]
    run: Run | None
    barred: str
    booking: Booking | None

    @property
    def is_online(self) -> bool:
        """Whether the driver is online without a destination."""
        return self.line is not None and self.line.trip.kind == Trip.Kind.ONLINE


@dataclass(frozen=True, slots=True)
class EndedRun:
    """A run that has just ended, and what it earned."""

    run: Run
    earned_cents: int
    pay_cents: int
    tip_cents: int
    deliveries: int


def portal_home(driver: Driver, now: datetime, language: str) -> PortalHome:
    """The home page of a driver. Its queries do not grow with the number of offers."""
    today = now.astimezone(driver.market.zone).date()
    run = Run.objects.filter(driver=driver, status=RunStatus.ACTIVE).first()
    return PortalHome(
        line=next_trip(driver, now),
        cards=offer_cards(driver, run, now, language),
        run=run,
        barred=why_barred(driver, today),
        booking=booking_soon(driver, now),
    )


def offer_cards(driver: Driver, run: Run | None, now: datetime, language: str) -> list[OfferCard]:
    """What a driver can answer now; on a run only what would join it. Two queries."""
    offers = [offer for offer in open_offers_of(driver, now) if offer.run_id == (run.pk if run else None)]
    return [card_of(offer, now, language) for offer in offers]


def just_ended(driver: Driver, now: datetime) -> EndedRun | None:
    """The run that a driver has just finished or given up, with its earnings."""
    run = (
        Run.objects.filter(driver=driver, finished_at__gt=now - JUST_NOW)
        .exclude(status=RunStatus.ACTIVE)
        .order_by("-finished_at")
        .first()
    )
    if run is None:
        return None
    refs = run.carried.values_list("delivery__public_id", flat=True)
    rows = list(Earning.objects.filter(driver=driver, delivery_ref__in=refs, earned_at__gte=run.started_at))
    return EndedRun(
        run=run,
        earned_cents=sum(row.total_cents for row in rows),
        pay_cents=sum(row.pay_cents + row.topup_cents for row in rows),
        tip_cents=sum(row.tip_cents for row in rows),
        deliveries=len(rows),
    )
