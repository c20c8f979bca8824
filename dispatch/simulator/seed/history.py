"""The demo's past: deliveries of the last weeks, made by the real actions at the moments they are dated."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import uuid4
from zoneinfo import ZoneInfo

from accounts.models import User
from common.geo import Point
from dispatch.actions.claiming import accept_offer
from dispatch.actions.matching import match_market
from dispatch.models import Offer
from dispatch.simulator.clock import Clock, living_at
from dispatch.simulator.dice import dice as fair_dice
from dispatch.simulator.goods import articles_of
from dispatch.simulator.inline import relay_here, without_workers
from dispatch.simulator.picking import pick_order
from dispatch.simulator.shopping import GOOD_CARDS, Trolley, order_groceries
from dispatch.simulator.steps import arrive_at_stop, do_stop, next_stop
from dispatch.states import OfferStatus
from drivers.actions.overlaps import LIVE
from drivers.actions.trip_plans import Place
from drivers.actions.trips import declare_trip, sweep_trips
from drivers.models import Driver, Firm, FirmRole, Trip
from events.actions.move import SYSTEM
from orders.actions.cancel import cancel_order
from orders.models import Address, Order
from payouts.actions.bank import send_settlement, settle_settlement
from payouts.actions.settlements import approve_settlement, close_settlement
from payouts.models import Earning
from payouts.queries.periods import week_of
from stores.actions.windows import make_windows
from stores.models import ServiceZip, Store, StoreStaff
from stores.world_data import DriverFacts, people

DAYS = 17  # far enough back for one week that is paid and one that can be closed
PAST_DELIVERIES = 26
WAITING_ORDERS = 8
ASKED = 3  # drivers with a trip when an order waits: those for whom it is least of a detour
STEP = timedelta(minutes=3)
PATIENCE = timedelta(minutes=40)


@dataclass(frozen=True, slots=True)
class _Cast:
    """Who may act in the past: shoppers with an address and a store that serves it, drivers with their commute."""

    homes: list[tuple[Address, Store]]
    drivers: list[tuple[Driver, DriverFacts]]
    pickers: dict[int, User]


def seed_history(*, now: datetime) -> int:
    """Live through the last weeks if nobody has ordered yet; return how many orders were delivered."""
    if Order.objects.exists():
        return 0
    dice = fair_dice(2018)  # the year of the pilot
    clock = Clock(now - timedelta(days=DAYS))
    delivered = 0
    with living_at(clock), without_workers():
        for back in range(DAYS, 0, -7):
            make_windows(now=now - timedelta(days=back))
        cast = _cast()
        for turn, placed_at in enumerate(_moments(now, dice)):
            clock.now = placed_at
            delivered += _one_delivery(cast, turn, clock, dice)
        _pay_old_week(clock, now)
        clock.now = now - timedelta(minutes=6)
        _waiting_orders(cast, clock, dice)
    return delivered


def _moments(now: datetime, dice: Random) -> Iterator[datetime]:
    """When past orders were placed: spread over the days, the last one some hours ago."""
    first, last = now - timedelta(days=DAYS - 1), now - timedelta(hours=4)
    step = (last - first) / (PAST_DELIVERIES - 1)
    for number in range(PAST_DELIVERIES):
        yield first + number * step + timedelta(minutes=dice.randint(0, 50))


def _cast() -> _Cast:
    facts = {one.email: one for one in people().drivers}
    drivers = Driver.objects.filter(user__email__in=facts).select_related("user", "market").order_by("pk")
    pickers = StoreStaff.objects.select_related("user").order_by("-pk")
    return _Cast(
        homes=list(_homes()),
        drivers=[(driver, facts[driver.user.email]) for driver in drivers],
        pickers={one.store_id: one.user for one in pickers},
    )


def _homes() -> Iterator[tuple[Address, Store]]:
    """Addresses with their nearest store, the login's own first."""
    stores = Store.objects.select_related("market").in_bulk()
    serving: dict[str, list[Store]] = {}
    for row in ServiceZip.objects.order_by("pk"):
        serving.setdefault(row.zip_code, []).append(stores[row.store_id])
    for address in Address.objects.order_by("pk"):
        here = Point(address.lat, address.lng)
        near = [one for one in serving.get(address.zip_code, ()) if one.point.metres_to(here) <= one.radius_metres]
        if near:
            yield address, min(near, key=lambda store: store.point.metres_to(here))


def _one_delivery(cast: _Cast, turn: int, clock: Clock, dice: Random) -> bool:
    """One order from basket to door, with a driver for whom it lies on the way."""
    address, store = cast.homes[0] if turn % 5 == 0 else cast.homes[dice.randrange(len(cast.homes))]
    card = GOOD_CARDS[turn % len(GOOD_CARDS)]
    trolley = Trolley(address.shopper_id, address, store, articles_of(store), card)
    order = order_groceries(trolley, dice, now=clock.now)
    clock.now += timedelta(minutes=dice.randint(8, 20))
    picker = cast.pickers[store.pk]
    pick_order(order, picker.pk, picker.actor, dice, now=clock.now)
    relay_here(clock)
    return _bring(cast, order, turn, clock, dice)


def _bring(cast: _Cast, order: Order, turn: int, clock: Clock, dice: Random) -> bool:
    """Find a driver as dispatch does, and drive."""
    for driver, facts in _along(cast, order, turn):
        if not Trip.objects.filter(driver=driver, arrive_by__gt=clock.now, status__in=LIVE).exists():
            _declare(driver, facts, clock.now)
    match_market(market_id=order.store.market_id, now=clock.now, seed=turn)
    offer = Offer.objects.filter(items__delivery__order=order, status=OfferStatus.OPEN).order_by("pk").first()
    if offer is None:
        cancel_order(order_id=order.pk, by=SYSTEM, reason="No driver was found in time.", now=clock.now)
        relay_here(clock)
        return False
    clock.now += timedelta(seconds=dice.randint(8, 60))
    run = accept_offer(offer_id=offer.pk, now=clock.now)
    staff = cast.pickers[order.store_id].actor
    while (stop := next_stop(run.pk)) is not None:
        clock.now = max(clock.now + STEP, stop.eta_at)
        arrive_at_stop(stop, now=clock.now)
        clock.now += STEP
        do_stop(stop, staff, now=clock.now)
    sweep_trips(now=clock.now + PATIENCE)
    relay_here(clock)
    return True


def _along(cast: _Cast, order: Order, turn: int) -> list[tuple[Driver, DriverFacts]]:
    """Drivers whose way home the order lies on best; every fourth order goes to the login's driver if she is near."""
    here = [one for one in cast.drivers if one[0].market_id == order.store.market_id]

    def added(one: tuple[Driver, DriverFacts]) -> float:
        start, end = (Point(spot.lat, spot.lng) for spot in (one[1].work, one[1].home))
        store, door = order.store.point, order.point
        way = start.metres_to(store) + store.metres_to(door) + door.metres_to(end)
        return way - start.metres_to(end)

    return here[:1] if turn % 4 == 0 else sorted(here, key=added)[:ASKED]


def _declare(driver: Driver, facts: DriverFacts, now: datetime) -> Trip:
    """The way home from work, leaving about now."""
    return declare_trip(
        driver_id=driver.pk,
        declare_key=uuid4(),
        origin=Place(facts.work.label, Point(facts.work.lat, facts.work.lng)),
        destination=Place(facts.home.label, Point(facts.home.lat, facts.home.lng)),
        departs_at=now,
        departs_until=now + timedelta(minutes=30),
        arrive_by=now + timedelta(minutes=150),
        max_extra_seconds=max(facts.max_extra_seconds, 2_400),
        max_extra_metres=max(facts.max_extra_metres, 30_000),
        room=facts.vehicle.room,
        max_orders=facts.max_orders,
        has_cold_box=facts.vehicle.has_cold_box,
        now=now,
    )


def _pay_old_week(clock: Clock, now: datetime) -> None:
    """Close, approve and pay every week before the last full one; that one is left for a visitor to close."""
    for firm in Firm.objects.order_by("pk"):
        people = {one.role: one.user.actor for one in firm.members.select_related("user").order_by("-pk")}
        closer, payer = people[FirmRole.BOOKKEEPER], people[FirmRole.OWNER]
        open_week = week_of(firm, (now - timedelta(days=7)).date())[0]
        first = Earning.objects.filter(driver__firm=firm).order_by("earned_at").first()
        while first is not None and first.earned_at < open_week:
            starts_at, ends_at = week_of(firm, first.earned_at.astimezone(ZoneInfo(firm.timezone)).date())
            clock.now = ends_at + timedelta(hours=9)
            paid = close_settlement(firm_id=firm.pk, starts_at=starts_at, ends_at=ends_at, by=closer, now=clock.now)
            approve_settlement(settlement_id=paid.pk, by=payer, now=clock.now)
            send_settlement(settlement_id=paid.pk, by=payer, now=clock.now)
            settle_settlement(settlement_id=paid.pk, by=payer, now=min(now, clock.now + timedelta(days=2)))
            first = Earning.objects.filter(driver__firm=firm, settlement=None).order_by("earned_at").first()
        relay_here(clock)


def _waiting_orders(cast: _Cast, clock: Clock, dice: Random) -> None:
    """Leave orders on the staging shelves, so that the day begins with groceries that want to be brought."""
    for number in range(WAITING_ORDERS):
        address, store = cast.homes[1 + (number * 11) % (len(cast.homes) - 1)]
        trolley = Trolley(address.shopper_id, address, store, articles_of(store))
        order = order_groceries(trolley, dice, now=clock.now)
        if number < WAITING_ORDERS - 2:
            picker = cast.pickers[store.pk]
            pick_order(order, picker.pk, picker.actor, dice, now=clock.now + timedelta(minutes=4))
    relay_here(clock)
