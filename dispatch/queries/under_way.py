"""Runs that could take something along: what is left of them, who drives, and what their drivers may still add."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from dispatch.models import Delivery, Offer, Run, Stop
from dispatch.states import OfferStatus, RunStatus
from drivers.models import Trip
from drivers.states import DriverStatus, TripStatus
from stores.models import Market, Store

RESERVED = (Offer.Kind.RESERVED, Offer.Kind.ASSIGNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """A run as an add-on finds it.

    `reached` are the stops at which the driver is or was, `ahead` those still to come, each in driving order; what is
    fetched or handed over at a stop already reached counts as done. `deliveries` are those with a stop ahead.
    `added_seconds` and `added_metres` are what the accepted offers of the run add to the trip.
    """

    run: Run
    reached: tuple[Stop, ...]
    ahead: tuple[Stop, ...]
    deliveries: tuple[Delivery, ...]
    added_seconds: int
    added_metres: int

    @property
    def trip(self) -> Trip:
        """The trip that it goes along."""
        return self.run.trip

    @property
    def spare_seconds(self) -> int:
        """What the driver still adds at most: the trip's budget without what accepted offers use of it."""
        return max(0, self.trip.max_extra_seconds - self.added_seconds)

    @property
    def spare_metres(self) -> int:
        """What the driver still adds at most, in metres."""
        return max(0, self.trip.max_extra_metres - self.added_metres)

    @property
    def returns(self) -> dict[int, Stop]:
        """What could not be handed over and goes back to its store: the stop ahead, by delivery."""
        return {stop.delivery_id: stop for stop in self.ahead if stop.kind == Stop.Kind.RETURN}

    @property
    def is_full(self) -> bool:
        """Whether as many orders are on it as the driver takes at once."""
        return len({stop.delivery_id for stop in (*self.ahead, *self._at_hand)}) >= self.trip.max_orders

    @property
    def last_reached(self) -> Stop | None:
        """Where the driver is or was last."""
        return max(self.reached, key=lambda stop: (stop.done_at or stop.arrived_at, stop.position), default=None)

    @property
    def _at_hand(self) -> list[Stop]:
        return [stop for stop in self.reached if stop.done_at is None]


def runs_under_way(*, market: Market, now: datetime, trip_id: int | None = None) -> list[UnderWay]:
    """Active runs of a market, or that of one trip, with room for another order. Four statements, however many.

    A run that was given up is left alone, and so is a driver who has a reserved offer to answer or whose papers have
    run out. What goes back to a store has its stop among those ahead, and its place in the car until then.
    """
    found = open_runs(market=market, now=now)
    runs = list(found if trip_id is None else found.filter(trip=trip_id))
    stops: defaultdict[int, list[Stop]] = defaultdict(list)
    rows = Stop.objects.filter(run__in=runs, is_dropped=False).select_related("delivery__store").order_by("position")
    for stop in rows:
        stops[stop.run_id].append(stop)
    added = added_by_offers(runs)
    read = [under_way(run, stops[run.pk], added.get(run.pk, (0, 0))) for run in runs]
    return [one for one in read if not one.is_full]


def open_runs(*, market: Market, now: datetime) -> QuerySet[Run]:
    """Active runs whose driver may be asked for more."""
    today = now.astimezone(market.zone).date()
    reserved = Offer.objects.filter(driver=OuterRef("driver"), status=OfferStatus.OPEN, kind__in=RESERVED)
    return (
        Run.objects.filter(
            market=market,
            status=RunStatus.ACTIVE,
            give_up_reason="",
            trip__van__isnull=True,
            trip__status=TripStatus.COMMITTED,
            trip__arrive_by__gt=now,
            driver__status=DriverStatus.ACTIVE,
            driver__licence_expires_on__gte=today,
            driver__insurance_expires_on__gte=today,
        )
        .exclude(Exists(reserved))
        .select_related("trip__driver__vehicle", "trip__driver__limits")
        .prefetch_related(Prefetch("trip__driver__limits__excluded_stores", queryset=Store.objects.only("pk")))
        .order_by("pk")
    )


def under_way(run: Run, stops: Sequence[Stop], added: tuple[int, int]) -> UnderWay:
    """A run from its live stops, in their order, and from what its offers added."""
    ahead = tuple(stop for stop in stops if stop.arrived_at is None)
    return UnderWay(
        run=run,
        reached=tuple(stop for stop in stops if stop.arrived_at is not None),
        ahead=ahead,
        deliveries=tuple({stop.delivery_id: stop.delivery for stop in ahead}.values()),
        added_seconds=added[0],
        added_metres=added[1],
    )


def added_by_offers(runs: Iterable[Run]) -> dict[int, tuple[int, int]]:
    """Seconds and metres that the accepted offers of some runs add, by run.

    What an order that fell out would have added stays counted: what a driver agreed to is never stretched by it.
    """
    carrying = Q(carried__run__in=list(runs))
    found: dict[int, tuple[int, int]] = {}
    rows = Offer.objects.filter(carrying).values_list("pk", "carried__run", "added_seconds", "added_metres").distinct()
    for _, run, seconds, metres in rows:
        before = found.get(run, (0, 0))
        found[run] = before[0] + seconds, before[1] + metres
    return found
