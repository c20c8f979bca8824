"""One market at one moment, as dispatch sees it: what waits, who drives or will, and what was offered before."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Count, Exists, F, Max, OuterRef, Prefetch, Q, QuerySet

from dispatch.models import Consideration, Delivery, Ladder, Offer, OfferItem, Run, RunDelivery
from dispatch.queries.chances import trips_lately
from dispatch.queries.ladders import ladder_of
from dispatch.queries.under_way import RESERVED, UnderWay, runs_under_way
from dispatch.states import DeliveryStatus, OfferStatus, RunStatus
from drivers.models import Trip
from drivers.states import DriverStatus, TripStatus
from stores.models import Market, Store

TRIPS_AHEAD = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Declined:
    """What a driver once declined: pay of this delivery then, and how often it had been raised."""

    pay_cents: int
    raises: int


@dataclass(frozen=True, slots=True)
class OpenOffer:
    """An offer that can still be answered: since when, and the raises of all its deliveries together."""

    pk: int
    kind: str
    made_at: datetime
    raises: int


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What one cycle works on. Fourteen statements at most, however much waits.

    `trips` are those not begun, then those of `runs`, in their order. `declined` is keyed by (delivery, driver),
    `open_offers` by (trip, its deliveries), `kept_pay` by delivery: what a driver who gave it back was to be paid,
    below which it is not offered again; `weighed_at` is when each delivery was last held against the trips, `asked` for
    how many drivers it was reserved who did not take it. `lately` are the trips declared within the hour, a sample of
    those to come.
    """

    market: Market
    ladder: Ladder
    at: datetime
    deliveries: tuple[Delivery, ...]
    trips: tuple[Trip, ...]
    runs: tuple[UnderWay, ...]
    declined: Mapping[tuple[int, int], Declined]
    open_offers: Mapping[tuple[int, frozenset[int]], OpenOffer]
    kept_pay: Mapping[int, int]
    weighed_at: Mapping[int, datetime]
    asked: Mapping[int, int]
    lately: Sequence[Trip]

    @cached_property
    def shown_at(self) -> Mapping[int, datetime]:
        """When each delivery was last shown to somebody who can still claim it."""
        latest: dict[int, datetime] = {}
        for (_, deliveries), offer in self.open_offers.items():
            for pk in deliveries:
                latest[pk] = max(offer.made_at, latest.get(pk, offer.made_at))
        return latest

    def run_on(self, trip_index: int) -> UnderWay | None:
        """The run that one of the trips is under way with."""
        place = trip_index - (len(self.trips) - len(self.runs))
        return self.runs[place] if place >= 0 else None


def snapshot_of(*, market_id: int, now: datetime) -> Snapshot | None:
    """Read one market; None where nothing may be matched: the market is paused or nothing waits."""
    market = Market.objects.select_related("ladder", "pay_scheme").get(pk=market_id)
    if market.is_paused:
        return None
    ladder = ladder_of(market)
    waiting = tuple(waiting_deliveries(market=market, ladder=ladder, now=now))
    if not waiting:
        return None
    runs = tuple(runs_under_way(market=market, now=now))
    deliveries = _not_carried(waiting, runs)
    if not deliveries:
        return None
    pks = [delivery.pk for delivery in deliveries]
    return Snapshot(
        market=market,
        ladder=ladder,
        at=now,
        deliveries=deliveries,
        trips=(*_not_under_way(open_trips(market=market, now=now), runs), *(one.trip for one in runs)),
        runs=runs,
        declined=_declined(pks),
        open_offers=_open_offers(pks),
        kept_pay=kept_pay(pks),
        weighed_at=_weighed_at(pks),
        asked=_asked(pks),
        lately=trips_lately(market_id=market_id, now=now),
    )


def _not_carried(waiting: Sequence[Delivery], runs: Iterable[UnderWay]) -> tuple[Delivery, ...]:
    """What waits, without what a driver claimed after it was read: nothing may be offered to the run that carries it.

    The statements of a snapshot are read one after another, and claims do not wait for them.
    """
    carried = {stop.delivery_id for run in runs for stop in (*run.reached, *run.ahead)}
    return tuple(one for one in waiting if one.pk not in carried)


def _not_under_way(trips: Iterable[Trip], runs: Iterable[UnderWay]) -> list[Trip]:
    """Open trips, without one that was under way when the runs were read: a trip is there once."""
    driven = {run.trip.pk for run in runs}
    return [trip for trip in trips if trip.pk not in driven]


def waiting_deliveries(*, market: Market, ladder: Ladder, now: datetime) -> QuerySet[Delivery]:
    """Staged deliveries whose time has come: `lead_seconds` before their window opens, whatever comes later.

    What one driver alone has to answer for waits for that answer: it would only take another's place in the plan.
    """
    reserved = OfferItem.objects.filter(
        delivery=OuterRef("pk"), offer__status=OfferStatus.OPEN, offer__kind__in=RESERVED
    )
    opens_by = now + timedelta(seconds=ladder.lead_seconds)
    return (
        Delivery.objects.filter(
            market=market,
            status=DeliveryStatus.READY,
            due_from__lte=opens_by,
            quarantined_at__isnull=True,
            store__is_paused=False,
        )
        .exclude(Exists(reserved))
        .select_related("store")
        .order_by("due_by", "pk")
    )


def open_trips(*, market: Market, now: datetime) -> QuerySet[Trip]:
    """Trips on which a run could begin: driver and papers in order, no run under way, nothing reserved on them."""
    today = now.astimezone(market.zone).date()
    leaves_later = Q(kind=Trip.Kind.ONLINE, arrive_by__gt=now) | Q(kind=Trip.Kind.DECLARED, departs_until__gte=now)
    reserved = Offer.objects.filter(driver=OuterRef("driver"), status=OfferStatus.OPEN, kind__in=RESERVED)
    return (
        Trip.objects.filter(
            leaves_later,
            market=market,
            van__isnull=True,
            status=TripStatus.OPEN,
            departs_at__lte=now + TRIPS_AHEAD,
            driver__status=DriverStatus.ACTIVE,
            driver__licence_expires_on__gte=today,
            driver__insurance_expires_on__gte=today,
        )
        .exclude(Exists(Run.objects.filter(driver=OuterRef("driver"), status=RunStatus.ACTIVE)))
        .exclude(Exists(reserved))
        .select_related("driver__vehicle", "driver__limits")
        .prefetch_related(Prefetch("driver__limits__excluded_stores", queryset=Store.objects.only("pk")))
        .order_by("pk")
    )


def _declined(deliveries: Sequence[int]) -> dict[tuple[int, int], Declined]:
    """What was declined, at its best: who refused ten dollars is not asked again for nine."""
    rows = (
        OfferItem.objects.filter(delivery__in=deliveries, offer__status=OfferStatus.DECLINED)
        .values_list("delivery", "offer__driver")
        .annotate(Max("pay_cents"), Max("raises"))
    )
    return {(delivery, driver): Declined(pay, raises) for delivery, driver, pay, raises in rows}


def _open_offers(deliveries: Sequence[int]) -> dict[tuple[int, frozenset[int]], OpenOffer]:
    touching = Offer.objects.filter(status=OfferStatus.OPEN, items__delivery__in=deliveries).values("pk")
    rows = OfferItem.objects.filter(offer__in=touching).values_list(
        "offer", "offer__trip", "offer__kind", "offer__made_at", "delivery", "raises"
    )
    return _by_trip_and_load(rows)


def _by_trip_and_load(
    rows: Iterable[tuple[int, int, str, datetime, int, int]],
) -> dict[tuple[int, frozenset[int]], OpenOffer]:
    loads: defaultdict[tuple[int, int, str, datetime], dict[int, int]] = defaultdict(dict)
    for offer, trip, kind, made_at, delivery, raises in rows:
        loads[offer, trip, kind, made_at][delivery] = raises
    return {
        (trip, frozenset(raises)): OpenOffer(offer, kind, made_at, sum(raises.values()))
        for (offer, trip, kind, made_at), raises in loads.items()
    }


def _weighed_at(deliveries: Sequence[int]) -> dict[int, datetime]:
    rows = Consideration.objects.filter(delivery__in=deliveries).values_list("delivery")
    return dict(rows.annotate(Max("at")))


def _asked(deliveries: Sequence[int]) -> dict[int, int]:
    """How often each was reserved for a driver who declined or let it pass; what we took back asked nobody."""
    not_taken = (OfferStatus.DECLINED, OfferStatus.EXPIRED)
    rows = OfferItem.objects.filter(
        delivery__in=deliveries, offer__kind=Offer.Kind.RESERVED, offer__status__in=not_taken
    )
    return dict(rows.values_list("delivery").annotate(Count("pk")))


def kept_pay(deliveries: Sequence[int]) -> dict[int, int]:
    """What each of some deliveries was to pay a driver who gave it back, at its best."""
    given_back = RunDelivery.objects.filter(delivery__in=deliveries, dropped_at__isnull=False)
    return dict(given_back.values_list("delivery").annotate(Max(F("pay_cents"))))
