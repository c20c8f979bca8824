"""A city at work for tests that look at every page: two of everybody, each with orders, a run, offers and pay.

What a page needs is made by the real actions wherever they are quick: offers by a matching cycle, the run by a claim,
the settlement by closing a week.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from accounts.models import User
from common.geo import Point
from dispatch.actions.alarms import raise_alarm
from dispatch.actions.claiming import accept_offer
from dispatch.actions.matching import match_market
from dispatch.actions.run_steps.doors import DropProof
from dispatch.actions.running import arrive, complete_drop, load_delivery
from dispatch.models import Alarm, Delivery, Offer, Proof, Run, Stop
from dispatch.states import OfferStatus
from drivers.models import Block, Driver, Firm, FirmRole, RecurringTrip, SavedPlace, Trip
from orders.actions.checkout import place_order
from orders.actions.holding import ActionNeeded
from orders.actions.windows import hold_window
from orders.models import Cart, Line, Order, Staging, Substitution
from orders.queries.checkout import checkout_of
from orders.states import OrderStatus
from payouts.access import disown_token
from payouts.actions.account_changes import ask_account_change
from payouts.actions.accounts import AccountFacts, set_payout_account
from payouts.actions.bank import send_settlement
from payouts.actions.earnings import record_earning
from payouts.actions.settlements import approve_settlement, close_settlement
from payouts.models import Earning, Settlement
from payouts.queries.periods import last_week
from providers.payments.gateway import gateway
from stores.models import Market, Store, StoreItem, Window
from stores.models.staff import StaffRole
from tests import make
from tests.dispatch.walk import photo
from tests.make_shop import corner_shop, piece

LONG_NAME = "Stone-ground whole grain sourdough bread with sunflower seeds"


@dataclass(frozen=True, slots=True)
class Side:
    """One store with its people; `things` names the ids that addresses of pages take."""

    store: Store
    shopper: User
    picker: User
    manager: User
    driver: User
    idle_driver: User
    firm_owner: User
    bookkeeper: User
    firm_viewer: User
    things: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class City:
    """Two sides that have nothing to do with each other, and those who see both."""

    ours: Side
    theirs: Side
    operator: User
    superuser: User

    @property
    def roles(self) -> dict[str, User | None]:
        """Everybody, by the name of their role."""
        ours, theirs = self.ours, self.theirs
        return {
            "anonymous": None,
            "shopper": ours.shopper,
            "other shopper": theirs.shopper,
            "picker": ours.picker,
            "manager": ours.manager,
            "other store's manager": theirs.manager,
            "driver": ours.driver,
            "other driver": theirs.driver,
            "firm owner": ours.firm_owner,
            "firm bookkeeper": ours.bookkeeper,
            "firm viewer": ours.firm_viewer,
            "other firm's owner": theirs.firm_owner,
            "operator": self.operator,
            "superuser": self.superuser,
        }


def build_city(now: datetime) -> City:
    """Make both sides and those who see both; `now` is the real time, for pages read the clock."""
    market = make.market(code="nashville")
    return City(
        ours=build_side(market, ["Sam", "Ann", "Kim", "Lea", "Flo", "Ben"], now),
        theirs=build_side(market, ["Eve", "Bob", "Joe", "Pat", "Fay", "Cal"], now),
        operator=make.operator(),
        superuser=make.user("Sue Super", is_superuser=True, is_staff=True, is_operator=True),
    )


def build_side(market: Market, names: list[str], now: datetime) -> Side:
    """One store and its people."""
    shopper_name, driver_name, picker_name, manager_name, firm_name, idle_name = names
    store = corner_shop(market, now=now)
    make.shelf(store, make.item(LONG_NAME, subcategory="Fruit"), price_cents=649)
    shopper, firm = make.user(shopper_name), make.firm(f"{firm_name} Contractors")
    driver = make.driver(driver_name, in_market=market, of=firm)
    idle = make.driver(idle_name, in_market=market, of=firm)
    paid = paid_week(firm, driver, now)
    window = make.window(store, starts_at=now + timedelta(minutes=30), cutoff_at=now + timedelta(minutes=10))
    things = {
        **shopping(store, shopper, now),
        **under_way(store, shopper, window, driver, now),
        **picking(store, shopper, window, now),
        **offered(store, window, idle, now),
        **paid,
        **plans(driver, now),
        **blocks(store, driver, now),
        "market": market.code,
        "store": str(store.public_id),
        "department": "produce",
        "item": str(piece(store, "Gala apples").item.public_id),
        "van": str(make.van(store).public_id),
    }
    return Side(
        store=store,
        shopper=shopper,
        picker=make.staff(store, StaffRole.PICKER, picker_name),
        manager=make.staff(store, StaffRole.MANAGER, manager_name),
        driver=driver.user,
        idle_driver=idle.user,
        firm_owner=make.firm_member(firm, firm_name),
        bookkeeper=make.firm_member(firm, f"{firm_name} Books", FirmRole.BOOKKEEPER),
        firm_viewer=make.firm_member(firm, f"{firm_name} Looks", FirmRole.VIEWER),
        things=things,
    )


def shopping(store: Store, shopper: User, now: datetime) -> dict[str, str]:
    """A basket with a window held, and a payment the bank wants confirmed."""
    lines = [(piece(store, "Gala apples"), 7), (piece(store, "Bananas"), 6), (piece(store, LONG_NAME), 2)]
    cart = make.cart(shopper, store, lines=lines, contact_name=shopper.name)
    hold_window(cart_id=cart.pk, window_id=store.windows.order_by("starts_at")[0].pk, now=now)
    assert cart.address is not None
    window_id = str(store.windows.order_by("starts_at")[0].public_id)
    things = {"address": str(cart.address.public_id), "cart": str(cart.public_id), "window": window_id}
    return {**things, **challenged(cart, now)}


def challenged(cart: Cart, now: datetime) -> dict[str, str]:
    """A checkout under way whose card asks for a check by the bank."""
    card = gateway().tokenise(number="4000002760003184", exp_month=12, exp_year=2040, cvc="123")
    try:
        place_order(
            cart_id=cart.pk, shopper_id=cart.shopper_id or 0, card_token=card.token, card_brand=card.brand,
            card_last4=card.last4, shown_total_cents=checkout_of(cart_id=cart.pk, now=now).bill.total_cents, now=now,
        )  # fmt: skip
    except ActionNeeded as asked:
        return {"payment": str(asked.payment.public_id), "challenge": asked.payment.challenge_ref}
    raise AssertionError("this card asks for a check")


def ordered(store: Store, shopper: User, window: Window, now: datetime, status: str, **extra: Any) -> Order:
    """An order of apples and bananas in a status, two bags of it where there are bags."""
    lines = [(piece(store, "Gala apples"), 6), (piece(store, "Bananas"), 4), (piece(store, LONG_NAME), 1)]
    order = make.order(store, shopper, in_window=window, status=status, lines=lines, placed_at=now, **extra)
    if status in {OrderStatus.READY, OrderStatus.DELIVERED}:
        order.lines.update(status="picked", final_cents=2_400, picked_quantity=4)
        goods = 2_400 * len(lines)
        totals = {"final_subtotal_cents": goods, "final_tax_cents": 0, "final_total_cents": goods + 995 + 500}
        Order.objects.filter(pk=order.pk).update(bag_count=2, ready_at=now, **totals)
        Staging.objects.create(order=order, cold_class="ambient", place="A1", bags=2)
        order.refresh_from_db()
    return order


def ready_delivery(order: Order, window: Window, now: datetime) -> Delivery:
    """The delivery of an order whose bags stand ready."""
    return make.delivery(order, due_from=window.starts_at, due_by=window.ends_at, ready_at=now)


def online(driver: Driver, now: datetime) -> Trip:
    """A driver who is online for some hours."""
    return make.trip(
        driver, end=None, departs_at=now, departs_until=now + timedelta(hours=5), arrive_by=now + timedelta(hours=6),
        max_extra_seconds=3 * 3600, max_extra_metres=100_000, max_orders=4,
    )  # fmt: skip


def matched(driver: Driver, now: datetime) -> Offer:
    """The offer that a cycle makes for the only driver there is."""
    match_market(market_id=driver.market_id, now=now)
    return Offer.objects.get(driver=driver, status=OfferStatus.OPEN)


def under_way(store: Store, shopper: User, window: Window, driver: Driver, now: datetime) -> dict[str, str]:
    """A run of two orders: one delivered with a photo, one in the car."""
    orders = [ordered(store, shopper, window, now, OrderStatus.READY) for _ in range(2)]
    deliveries = [ready_delivery(one, window, now) for one in orders]
    online(driver, now)
    offer = matched(driver, now)
    run = accept_offer(offer_id=offer.pk, now=now)
    Trip.objects.filter(pk=run.trip_id).update(max_orders=1)  # the run is full: what comes later is for others
    for stop in run.stops.filter(kind=Stop.Kind.PICKUP):
        arrive(stop_id=stop.pk, lat=stop.lat, lng=stop.lng, now=now)
        load_delivery(stop_id=stop.pk, bags=2, code="4711", now=now)
    first = run.stops.filter(kind=Stop.Kind.DROP).select_related("delivery").order_by("position")[0]
    complete_drop(stop_id=first.pk, proof=DropProof(photo=photo(), where=Point(first.lat, first.lng)), now=now)
    other = next(one for one in deliveries if one.pk != first.delivery_id)
    locate(run, now)
    with transaction.atomic():
        raise_alarm(market_id=driver.market_id, kind="late", text="It is late.", now=now, delivery_id=other.pk)
    return {
        "order": str(other.order.public_id),
        "delivered order": str(Order.objects.get(delivery=first.delivery_id).public_id),
        "delivery": str(other.public_id),
        "offer": str(offer.public_id),
        "run": str(run.public_id),
        "proof": str(Proof.objects.get(run=run).public_id),
        "alarm": str(Alarm.objects.get(delivery=other).public_id),
        "trip": str(run.trip.public_id),
        "stop": str(run.stops.filter(kind=Stop.Kind.PICKUP, delivery=other).get().public_id),
    }


def locate(run: Run, now: datetime) -> None:
    """Put a run on the map."""
    Run.objects.filter(pk=run.pk).update(lat=make.EAST_NASHVILLE.lat, lng=make.EAST_NASHVILLE.lng, located_at=now)


def picking(store: Store, shopper: User, window: Window, now: datetime) -> dict[str, str]:
    """An order being picked, with a substitute the shopper is asked about, and one that waits for a picker."""
    ordered(store, shopper, window, now, OrderStatus.PLACED)
    order = ordered(store, shopper, window, now, OrderStatus.PICKING, picking_at=now)
    make.delivery(order, status="planned", due_from=window.starts_at, due_by=window.ends_at)
    lines = list(order.lines.order_by("pk"))
    Line.objects.filter(pk=lines[1].pk).update(status="short", final_cents=0)
    other: StoreItem = piece(store, "Fuji apples")
    substitution = Substitution.objects.create(
        line=lines[0], store_item=other, name=other.item.name, quantity=6, shelf_price_cents=450,
        shelf_total_cents=2_700, charged_cents=2_400, status=Substitution.Status.PROPOSED,
        decide_by=now + timedelta(minutes=10), created_at=now,
    )  # fmt: skip
    return {
        "picking order": str(order.public_id),
        "line": str(lines[2].public_id),
        "substitution": str(substitution.public_id),
    }


def offered(store: Store, window: Window, driver: Driver, now: datetime) -> dict[str, str]:
    """An offer that a driver has a minute to answer."""
    ready_delivery(ordered(store, make.user("Ned Neighbour"), window, now, OrderStatus.READY), window, now)
    online(driver, now)
    return {"open offer": str(matched(driver, now).public_id)}


def plans(driver: Driver, now: datetime) -> dict[str, str]:
    """A trip declared for tomorrow and one that repeats."""
    tomorrow = now + timedelta(days=1)
    coming = make.trip(driver, departs_at=tomorrow)
    repeating = RecurringTrip.objects.create(
        driver=driver, weekdays=[0, 2, 4], from_label="Downtown", from_lat=make.DOWNTOWN.lat,
        from_lng=make.DOWNTOWN.lng, to_label="Madison", to_lat=make.MADISON.lat, to_lng=make.MADISON.lng,
        departs="17:10", arrives_by="18:40", max_extra_seconds=1_200, max_extra_metres=8_000, room=96,
    )  # fmt: skip
    saved = SavedPlace.objects.create(
        driver=driver, name="Home", label="Madison", lat=make.MADISON.lat, lng=make.MADISON.lng
    )
    return {
        "coming trip": str(coming.public_id),
        "repeating trip": str(repeating.public_id),
        "saved place": str(saved.public_id),
    }


def blocks(store: Store, driver: Driver, now: datetime) -> dict[str, str]:
    """A place booked for the day after tomorrow, and a block of the market, the same for both sides, to be booked."""
    booked = make.booking(driver, on=make.block(store, starts_at=now + timedelta(days=2), places=3))
    market_wide = Block.objects.filter(store__market=driver.market, starts_at__gt=booked.ends_at).first()
    found = market_wide or make.block(store, starts_at=now + timedelta(days=3), places=4)
    return {"booking": str(booked.public_id), "block": str(found.public_id)}


def paid_week(firm: Firm, driver: Driver, now: datetime) -> dict[str, str]:
    """Two weeks of earnings, closed; the earlier one approved and sent to the bank."""
    set_payout_account(
        driver_id=driver.pk, routing="091000019", number="12345678", holder=driver.first_name, is_savings=False,
        now=now - timedelta(days=60),
    )  # fmt: skip
    sent = closed_week(firm, driver, now - timedelta(days=7))
    approve_settlement(settlement_id=sent.pk, by="user:flo", now=now)
    send_settlement(settlement_id=sent.pk, by="user:flo", now=now)
    closed = closed_week(firm, driver, now)
    return {
        "settlement": str(closed.public_id),
        "sent settlement": str(sent.public_id),
        "statement": str(sent.statements.get().public_id),
        **account_change(driver, now),
    }


def account_change(driver: Driver, now: datetime) -> dict[str, str]:
    """A wish for another account that waits for its code, and the link that would stop it."""
    facts = AccountFacts(routing="091000019", number="87654321", holder=driver.first_name, is_savings=False)
    change = ask_account_change(driver_id=driver.pk, facts=facts, language="en", now=now).change
    return {"account change": str(change.public_id), "account link": disown_token(change)}


def closed_week(firm: Firm, driver: Driver, now: datetime) -> Settlement:
    """The week before `now`, with three deliveries, closed."""
    starts_at, ends_at = last_week(firm, now)
    for day in (0, 2, 4):
        with transaction.atomic():
            record_earning(
                driver_id=driver.pk, market_id=driver.market_id, kind=Earning.Kind.DELIVERY, source=str(uuid4()),
                delivery_ref=uuid4(), offer_ref=None, label="East Nashville to 37206", offered_pay_cents=920,
                offered_tip_cents=400, pay_cents=920, tip_cents=400, engaged_seconds=1_500, added_seconds=420,
                added_metres=3_700, now=starts_at + timedelta(days=day, hours=18),
            )  # fmt: skip
    return close_settlement(firm_id=firm.pk, starts_at=starts_at, ends_at=ends_at, by="user:flo", now=now)
