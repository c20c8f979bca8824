"""One evening lived through in simulated time: every order, answer and stop at its moment, by the real actions."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from itertools import count
from random import Random
from uuid import UUID

from django.db.models import Count, Max, Sum

from common.clock import moment
from common.errors import DomainError
from dispatch import tasks
from dispatch.actions.claiming import accept_offer, decline_offer
from dispatch.actions.matching import match_market
from dispatch.engine.plan import Plan
from dispatch.engine.problem import Problem
from dispatch.engine.solve import solve
from dispatch.models import Delivery, Offer, Stop
from dispatch.simulator.clock import Clock
from dispatch.simulator.goods import articles_of
from dispatch.simulator.inline import relay_here
from dispatch.simulator.picking import pick_order
from dispatch.simulator.replay.drivers import Drivers
from dispatch.simulator.replay.world import BAG, CUTOFF_MINUTES, WINDOWS, Commuter, World
from dispatch.simulator.shopping import GOOD_CARDS, NothingToOrder, Trolley, order_groceries
from dispatch.states import DeliveryStatus, OfferStatus
from dispatch.terms.searching import Solve
from drivers.actions.overlaps import LIVE
from drivers.actions.trip_plans import Place
from drivers.actions.trips import declare_trip
from drivers.models import Trip
from drivers.states import TripStatus
from drivers.tasks import sweep_trips
from orders.models import Address, Order
from orders.tasks.money import sweep_payments
from orders.tasks.shop import sweep_holds
from providers.routing.gateway import gateway
from stores.models import Store, Window

ITERATIONS = 400  # of each search: a count, not a time, so that every machine finds the same plan
MATCH_EVERY = timedelta(seconds=60)
SWEEP_EVERY, SWEEP_BEFORE_EVERY = timedelta(seconds=60), timedelta(minutes=20)
OPENS, ENDS_AFTER = timedelta(hours=-4), timedelta(hours=2)  # from the first window's start; after the last one's end
LEAST_AN_HOUR = (1_500, 4_500)  # cents of an added hour below which a driver says no: each has their own
OVERLOOKED = 0.08
FLEXIBLE = timedelta(minutes=20)
SLACK = timedelta(minutes=25)
METRES_A_SECOND = 14  # what an extra second allows in extra metres
# Minutes before the window: mostly staged when matching begins, an hour before, so that trips carry several at once.
STAGED_BEFORE = (45, 110)
Do = Callable[[], None]


@dataclass(slots=True)
class Tally:
    """What the rows of an evening do not tell afterwards."""

    refused: list[str] = field(default_factory=list)
    trips: int = 0


class Evening:
    """All that happens, in order of time; the same seed, the same evening."""

    def __init__(self, world: World, on: date, clock: Clock, dice: Random, solver: Solve | None = None) -> None:
        """Plan who orders and who drives when; everything else follows from that."""
        self.world, self.clock, self.tally = world, clock, Tally()
        self._dice, self._numbers, self._solver = dice, count(), solver or steady
        self._queue: list[tuple[datetime, int, Do]] = []
        self._answering: set[int] = set()
        self._drivers = Drivers(world, clock, dice, self._at)
        self._matched: tuple[object, ...] = ()
        self._wanted = {one.driver.pk: dice.randint(*LEAST_AN_HOUR) for one in world.commuters}
        zone = world.market.zone
        self._windows = [(moment(on, starts, zone), moment(on, ends, zone)) for starts, ends in WINDOWS]
        self.starts_at, self.ends_at = self._windows[0][0] + OPENS, self._windows[-1][1] + ENDS_AFTER
        self._plan_orders()
        self._plan_trips(on)
        self._at(self.starts_at, self._sweep)
        self._matching_from = self._windows[0][0] - timedelta(hours=1)
        self._at(self._matching_from, self._match)

    def live(self, tell: Callable[[datetime], None]) -> None:
        """Let everything happen; `tell` hears the simulated time as it goes by."""
        while self._queue and self._queue[0][0] <= self.ends_at:
            at, _, do = heappop(self._queue)
            self.clock.now = max(self.clock.now, at)
            do()
            relay_here(self.clock)
            tell(self.clock.now)

    def _at(self, when: datetime, do: Do) -> None:
        heappush(self._queue, (when, next(self._numbers), do))

    # --- Orders -----------------------------------------------------------------------------------------------------

    def _plan_orders(self) -> None:
        """Windows fill as drivers come by: most orders are for the first one, when most people drive home."""
        for number, home in enumerate(self.world.homes):
            starts_at, _ = self._windows[self._dice.choices((0, 1), weights=(85, 15))[0]]
            cutoff = starts_at - timedelta(minutes=CUTOFF_MINUTES + 5)
            placed_at = self.starts_at + (cutoff - self.starts_at) * self._dice.random()
            self._at(placed_at, partial(self._order, number, home, starts_at))

    def _order(self, number: int, home: tuple[Address, Store], starts_at: datetime) -> None:
        address, store = home
        window = Window.objects.get(store=store, starts_at=starts_at)
        card = GOOD_CARDS[number % len(GOOD_CARDS)]
        trolley = Trolley(address.shopper_id, address, store, articles_of(store), card, window.pk)
        try:
            order = order_groceries(trolley, self._dice, now=self.clock.now)
        except (DomainError, NothingToOrder) as refusal:
            self.tally.refused.append(getattr(refusal, "code", "nothing_to_order"))
            return
        ready_at = starts_at - timedelta(minutes=self._dice.randint(*STAGED_BEFORE))
        self._at(max(self.clock.now + timedelta(minutes=12), ready_at), partial(self._pick, order.pk))

    def _pick(self, order_id: int) -> None:
        order = Order.objects.select_related("store").get(pk=order_id)
        picker = self.world.pickers[order.store_id]
        pick_order(order, picker.pk, picker.actor, self._dice, now=self.clock.now)

    # --- Trips ------------------------------------------------------------------------------------------------------

    def _plan_trips(self, on: date) -> None:
        zone = self.world.market.zone
        for one in self.world.commuters:
            departs_at = moment(on, one.commute.leaves_work, zone)
            ahead = timedelta(minutes=self._dice.randint(20, 150))
            self._at(max(self.starts_at, departs_at - ahead), partial(self._declare, one, departs_at))

    def _declare(self, one: Commuter, departs_at: datetime) -> None:
        commute, car = one.commute, one.driver.vehicle
        direct = gateway().leg(commute.work, commute.home, departs_at)
        try:
            declare_trip(
                driver_id=one.driver.pk,
                declare_key=UUID(int=self._dice.getrandbits(128), version=4),
                origin=Place("Work", commute.work),
                destination=Place("Home", commute.home),
                departs_at=departs_at,
                departs_until=departs_at + FLEXIBLE,
                arrive_by=departs_at + timedelta(seconds=direct.seconds + one.extra_seconds) + SLACK,
                max_extra_seconds=one.extra_seconds,
                max_extra_metres=one.extra_seconds * METRES_A_SECOND,
                room=one.bags * BAG,
                max_orders=one.most_orders,
                has_cold_box=car.has_cold_box,
                now=self.clock.now,
            )
        except DomainError as refusal:
            self.tally.refused.append(refusal.code)
            return
        self.tally.trips += 1

    # --- Dispatch ---------------------------------------------------------------------------------------------------

    def _sweep(self) -> None:
        """What beat asks for every few seconds."""
        for sweep in (tasks.sweep_offers, tasks.sweep_runs, sweep_trips, sweep_holds, sweep_payments):
            sweep()
        is_quiet = self.clock.now < self._matching_from
        self._at(self.clock.now + (SWEEP_BEFORE_EVERY if is_quiet else SWEEP_EVERY), self._sweep)
        if self.clock.now > self._windows[-1][0] and not self._anybody_drives():
            self.ends_at = self.clock.now

    def _anybody_drives(self) -> bool:
        return Trip.objects.filter(market=self.world.market, status__in=LIVE).exists()

    def _match(self) -> None:
        market = self.world.market.pk
        if self._matched != what_waits(market):
            seed = int(self.clock.now.timestamp())
            match_market(market_id=market, now=self.clock.now, seed=seed, solver=self._solver)
            self._matched = what_waits(market)
            self._show_offers()
        self._at(self.clock.now + MATCH_EVERY, self._match)

    def _show_offers(self) -> None:
        """Let every driver with a new offer look at it for a while."""
        rows = Offer.objects.filter(market=self.world.market, status=OfferStatus.OPEN).order_by("pk")
        for offer_id in rows.exclude(pk__in=self._answering).values_list("pk", flat=True):
            self._answering.add(offer_id)
            looks = timedelta(seconds=self._dice.randint(4, 55))
            self._at(self.clock.now + looks, partial(self._answer, offer_id))

    def _answer(self, offer_id: int) -> None:
        offer = Offer.objects.get(pk=offer_id)
        if offer.status != OfferStatus.OPEN or self._dice.random() < OVERLOOKED:
            return
        pays = offer.total_cents * 3600 >= self._wanted[offer.driver_id] * offer.added_seconds
        try:
            if pays:
                run = accept_offer(offer_id=offer_id, now=self.clock.now)
                self._drivers.turn(run, offer) if offer.run_id else self._drivers.set_off(run, offer)
            elif offer.kind != Offer.Kind.BOARD:
                decline_offer(offer_id=offer_id, reason="", now=self.clock.now)
        except DomainError:
            return  # somebody was quicker


def what_waits(market_id: int) -> tuple[object, ...]:
    """What a cycle would see: while it stays the same, another cycle would find what the last one found."""
    ready = Delivery.objects.filter(market=market_id, status=DeliveryStatus.READY)
    trips = Trip.objects.filter(market=market_id, status=TripStatus.OPEN)
    offers = Offer.objects.filter(market=market_id, status=OfferStatus.OPEN)
    done = Stop.objects.filter(run__market=market_id, done_at__isnull=False)
    return (
        done.count(),
        *ready.aggregate(n=Count("pk"), steps=Max("step_at"), raises=Sum("raises")).values(),
        *trips.aggregate(n=Count("pk"), last=Max("pk")).values(),
        *offers.aggregate(n=Count("pk"), last=Max("pk")).values(),
    )


def steady(problem: Problem, *, seed: int, seconds: float | None = None, warm: Plan | None = None) -> Plan:
    """The engine with a number of steps instead of a time: the same plan on every machine."""
    return solve(problem, seed=seed, iterations=ITERATIONS, warm=warm)
