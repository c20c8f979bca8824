"""Rows for tests: each function makes one row that is valid as it stands; name only what the test is about.

Ann drives, Bob also drives, Sam shops, Kim keeps the store, Flo works for the firm, Olu runs operations, Eve is a
stranger. It is noon of Friday 5 June 2026 in Nashville.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

from accounts.models import User
from common.geo import Point
from dispatch.models import Delivery, Ladder, Offer, OfferItem, Run, RunDelivery, Stop
from dispatch.states import DeliveryStatus
from drivers.models import Driver, Firm, FirmMember, Limits, Trip, Vehicle
from drivers.states import DriverStatus
from orders.models import Address, Cart, CartLine, Line, Order, Payment
from orders.states import OrderStatus, PaymentStatus
from payouts.models import PayScheme
from stores.models import (
    Aisle,
    Department,
    Item,
    Market,
    ServiceZip,
    Store,
    StoreHours,
    StoreItem,
    StoreStaff,
    Window,
    WindowRule,
)
from stores.models.catalogue import ColdClass
from stores.models.staff import StaffRole

NOON = datetime(2026, 6, 5, 17, 0, tzinfo=UTC)
EAST_NASHVILLE = Point(36.1787, -86.7489)
DOWNTOWN = Point(36.1627, -86.7816)
INGLEWOOD = Point(36.2080, -86.7250)
MADISON = Point(36.2562, -86.7140)

_numbers = count(1)


def _next() -> int:
    return next(_numbers)


def user(name: str = "Sam Shopper", *, email: str = "", **extra: Any) -> User:
    """A person with an account; the password is `test-password`."""
    user = User(email=email or f"person{_next()}@example.com", name=name, **extra)
    # Hashing for real would cost 50 ms a person; tests that sign in by form say so with `with_password`.
    user.set_unusable_password()
    user.save()
    return user


def with_password(person: User, password: str = "test-password") -> User:
    """The same person, able to sign in by form."""
    person.set_password(password)
    person.save(update_fields=["password"])
    return person


def operator(name: str = "Olu Operator") -> User:
    """Somebody who runs operations."""
    return user(name, is_operator=True)


def market(code: str = "", *, timezone: str = "America/Chicago", rule_pack: str = "default") -> Market:
    """A metro with rates and a ladder."""
    number = _next()
    made = Market.objects.create(
        code=code or f"nashville-{number}",
        name="Nashville",
        state="TN",
        timezone=timezone,
        lat=DOWNTOWN.lat,
        lng=DOWNTOWN.lng,
        rule_pack=rule_pack,
    )
    Ladder.objects.create(market=made)
    PayScheme.objects.create(market=made)
    return made


def store(
    in_market: Market | None = None, *, at: Point = EAST_NASHVILLE, zips: Sequence[str] = ("37206",), **extra: Any
) -> Store:
    """A store open from 8 to 22 every day, serving some ZIP codes."""
    number = _next()
    made = Store.objects.create(
        market=in_market or market(),
        name=f"Homeward Market {number}",
        slug=f"store-{number}",
        line1="1012 Gallatin Ave",
        city="Nashville",
        zip_code="37206",
        lat=at.lat,
        lng=at.lng,
        **{"grocery_tax_bp": 625, "general_tax_bp": 925, **extra},
    )
    StoreHours.objects.bulk_create(
        StoreHours(store=made, weekday=day, opens=time(8), closes=time(22)) for day in range(7)
    )
    ServiceZip.objects.bulk_create(ServiceZip(store=made, zip_code=code) for code in zips)
    return made


def staff(of_store: Store, role: StaffRole = StaffRole.PICKER, name: str = "Kim Keeper") -> User:
    """Somebody working in a store."""
    person = user(name, is_staff=True)
    StoreStaff.objects.create(user=person, store=of_store, role=role)
    return person


def department(name: str = "Produce") -> Department:
    """A department, made once by name."""
    return Department.objects.get_or_create(code=name.lower(), defaults={"name": name, "tile": "red-apple"})[0]


def item(name: str = "Gala apples", **extra: Any) -> Item:
    """An article sold by the piece."""
    number = _next()
    return Item.objects.create(
        **{
            "sku": f"T{number:05}",
            "upc": f"2{number:011}",
            "name": name,
            "department": extra.pop("department", None) or department(),
            "tile": "red-apple",
            **extra,
        }
    )


def weighed_item(name: str = "Bananas", **extra: Any) -> Item:
    """An article sold by weight: half a pound a piece."""
    return item(name, is_weighed=True, unit="lb", piece_pounds=Decimal("0.5"), **extra)


def shelf(at: Store, of: Item | None = None, *, price_cents: int = 400, stock: int = 100, **extra: Any) -> StoreItem:
    """An item on a store's shelf."""
    aisle = Aisle.objects.get_or_create(store=at, name="Aisle 1", defaults={"walk_order": 1})[0]
    return StoreItem.objects.create(
        **{"store": at, "item": of or item(), "aisle": aisle, "price_cents": price_cents, "stock": stock, **extra}
    )


def window_rule(
    of: Store, weekday: int = 4, starts: time = time(16), ends: time = time(18), **extra: Any
) -> WindowRule:
    """A window a store offers every week."""
    return WindowRule.objects.create(
        **{"store": of, "weekday": weekday, "starts": starts, "ends": ends, "seats": 10, **extra}
    )


def window(
    of: Store, *, starts_at: datetime = NOON + timedelta(hours=4), hours: int = 2, seats: int = 10, **extra: Any
) -> Window:
    """A delivery window, by default from four to six hours after noon."""
    return Window.objects.create(
        **{
            "store": of,
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=hours),
            "cutoff_at": starts_at - timedelta(minutes=90),
            "seats": seats,
            "fee_cents": 995,
            **extra,
        }
    )


def address(of: User | None = None, *, at: Point = INGLEWOOD, zip_code: str = "37206", **extra: Any) -> Address:
    """A place to bring groceries to."""
    return Address.objects.create(
        **{
            "shopper": of or user(),
            "line1": f"{_next()} Riverside Dr",
            "city": "Nashville",
            "state": "TN",
            "zip_code": zip_code,
            "lat": at.lat,
            "lng": at.lng,
            **extra,
        }
    )


def cart(
    of: User | None = None, at: Store | None = None, *, lines: Sequence[tuple[StoreItem, int]] = (), **extra: Any
) -> Cart:
    """A basket of a shopper, with an address, above the minimum when no lines are named."""
    shopper = of or user()
    of_store = at or store()
    made = Cart.objects.create(
        **{
            "shopper": shopper,
            "store": of_store,
            "address": extra.pop("address", None) or address(shopper),
            "zip_code": "37206",
            **extra,
        }
    )
    for store_item, quantity in lines or [(shelf(of_store), 10)]:
        CartLine.objects.create(cart=made, store_item=store_item, quantity=quantity)
    return made


def order(
    at: Store | None = None,
    of: User | None = None,
    *,
    status: str = OrderStatus.PLACED,
    in_window: Window | None = None,
    to: Point = INGLEWOOD,
    lines: Sequence[tuple[StoreItem, int]] = (),
    tip_cents: int = 500,
    **extra: Any,
) -> Order:
    """An order as checkout leaves it: lines, totals that add up, and a card held with a buffer."""
    of_store = at or store()
    shopper = of or user()
    wanted = list(lines) or [(shelf(of_store), 10)]
    subtotal = sum(piece.price_cents * quantity for piece, quantity in wanted)
    total = subtotal + 995 + tip_cents
    number = _next()
    made = Order.objects.create(
        **{
            "number": f"HW-{number:05}",
            "shopper": shopper,
            "store": of_store,
            "window": in_window or window(of_store, starts_at=NOON + timedelta(hours=4, days=number)),
            "checkout_key": uuid4(),
            "status": status,
            "placed_at": NOON,
            "contact_name": shopper.name,
            "line1": "12 Riverside Dr",
            "city": "Nashville",
            "state": "TN",
            "zip_code": "37206",
            "lat": to.lat,
            "lng": to.lng,
            "subtotal_cents": subtotal,
            "delivery_fee_cents": 995,
            "tip_cents": tip_cents,
            "total_cents": total,
            "hold_cents": total + 500,
            "handover_code": "4711",
            **extra,
        }
    )
    for piece, quantity in wanted:
        line(made, piece, quantity)
    payment(made)
    return made


def line(of: Order, piece: StoreItem, quantity: int = 1, **extra: Any) -> Line:
    """Some pieces in an order."""
    return Line.objects.create(
        **{
            "order": of,
            "store_item": piece,
            "name": piece.item.name,
            "quantity": quantity,
            "price_cents": piece.price_cents,
            "is_weighed": piece.item.is_weighed,
            "estimated_cents": piece.price_cents * quantity,
            "cold_class": piece.item.cold_class,
            "age_limit": piece.item.age_limit,
            "grams": piece.item.grams,
            "room": piece.item.room,
            **extra,
        }
    )


def payment(of: Order, *, status: str = PaymentStatus.HELD, **extra: Any) -> Payment:
    """The card hold of an order."""
    return Payment.objects.create(
        **{
            "order": of,
            "shopper": of.shopper,
            "key": str(uuid4()),
            "status": status,
            "card_token": "tok_test",
            "card_brand": "Visa",
            "card_last4": "4242",
            "amount_cents": of.hold_cents,
            "hold_ref": f"hold_{_next()}",
            "created_at": NOON,
            "updated_at": NOON,
            **extra,
        }
    )


def firm(name: str = "") -> Firm:
    """A contractor firm with a bank."""
    return Firm.objects.create(
        name=name or f"Fair Road Contractors {_next()}",
        company_id="1234567890",
        bank_name="FIRST EXAMPLE BANK",
        bank_routing="091000019",
    )


def firm_member(of: Firm, name: str = "Flo Firm") -> User:
    """Somebody working for a firm."""
    person = user(name)
    FirmMember.objects.create(user=person, firm=of)
    return person


def driver(name: str = "Ann", *, in_market: Market | None = None, of: Firm | None = None, **extra: Any) -> Driver:
    """An active driver with papers in force, a car and no limits."""
    made = Driver.objects.create(
        **{
            "user": user(f"{name} Driver"),
            "firm": of or firm(),
            "market": in_market or market(),
            "first_name": name,
            "status": DriverStatus.ACTIVE,
            "licence_expires_on": date(2027, 1, 1),
            "insurance_expires_on": date(2027, 1, 1),
            "is_age_verified": True,
            **extra,
        }
    )
    Vehicle.objects.create(driver=made, description="blue hatchback", has_cold_box=True)
    Limits.objects.create(driver=made)
    return made


def trip(
    of: Driver | None = None,
    *,
    start: Point = DOWNTOWN,
    end: Point | None = MADISON,
    departs_at: datetime = NOON + timedelta(hours=4),
    **extra: Any,
) -> Trip:
    """A commute from downtown to Madison at four, past East Nashville; without an end, an online driver."""
    of_driver = of or driver()
    return Trip.objects.create(
        **{
            "driver": of_driver,
            "market": of_driver.market,
            "kind": Trip.Kind.DECLARED if end else Trip.Kind.ONLINE,
            "from_label": "Downtown",
            "from_lat": start.lat,
            "from_lng": start.lng,
            "to_label": "Madison" if end else "",
            "to_lat": end.lat if end else None,
            "to_lng": end.lng if end else None,
            "departs_at": departs_at,
            "departs_until": departs_at + timedelta(minutes=15),
            "arrive_by": departs_at + timedelta(minutes=90),
            "max_extra_seconds": 30 * 60,
            "max_extra_metres": 16_000,
            "direct_seconds": 18 * 60 if end else 0,
            "direct_metres": 12_500 if end else 0,
            "room": 192,
            "has_cold_box": True,
            "created_at": NOON,
            **extra,
        }
    )


def delivery(of: Order | None = None, *, status: str = DeliveryStatus.READY, **extra: Any) -> Delivery:
    """A delivery ready for matching, due from four to six hours after noon."""
    of_order = of or order(status=OrderStatus.READY)
    return Delivery.objects.create(
        **{
            "order": of_order,
            "market": of_order.store.market,
            "store": of_order.store,
            "status": status,
            "pickup_lat": of_order.store.lat,
            "pickup_lng": of_order.store.lng,
            "drop_lat": of_order.lat,
            "drop_lng": of_order.lng,
            "drop_area": f"Nashville {of_order.zip_code}",
            "due_from": NOON + timedelta(hours=4),
            "due_by": NOON + timedelta(hours=6),
            "item_count": 10,
            "unit_count": 10,
            "room": 10,
            "grams": 5_000,
            "heaviest_grams": 500,
            "cold_class": ColdClass.AMBIENT,
            "tip_cents": of_order.tip_cents,
            "ready_at": NOON if status == DeliveryStatus.READY else None,
            **extra,
        }
    )


def offer(
    of: Delivery | Sequence[Delivery] | None = None,
    *,
    to: Driver | None = None,
    on: Trip | None = None,
    made_at: datetime = NOON,
    seconds: int = 90,
    pay_cents: int = 920,
    **extra: Any,
) -> Offer:
    """An open reserved offer of one or more deliveries, with a plausible snapshot."""
    deliveries = [of] if isinstance(of, Delivery) else list(of or [delivery()])
    of_trip = on or trip(to or driver(in_market=deliveries[0].market))
    tips = sum(one.tip_cents for one in deliveries)
    made = Offer.objects.create(
        **{
            "market": of_trip.market,
            "driver": of_trip.driver,
            "trip": of_trip,
            "kind": Offer.Kind.RESERVED,
            "made_at": made_at,
            "expires_at": made_at + timedelta(seconds=seconds),
            "added_seconds": 420,
            "added_metres": 3_700,
            "base_cents": pay_cents - 320,
            "detour_cents": 220,
            "handling_cents": 100,
            "pay_cents": pay_cents,
            "tip_cents": tips,
            "rule_pack": "default@2026-01-01",
            "engine_version": "test",
            "routing_version": "test",
            "snapshot": snapshot_of(of_trip, deliveries, pay_cents, made_at, seconds),
            "digest": "0" * 64,
            **extra,
        }
    )
    shares = [pay_cents // len(deliveries)] * len(deliveries)
    shares[0] += pay_cents - sum(shares)
    for one, share in zip(deliveries, shares, strict=True):
        OfferItem.objects.create(offer=made, delivery=one, pay_cents=share, tip_cents=one.tip_cents)
    return made


def snapshot_of(
    on: Trip, deliveries: Sequence[Delivery], pay_cents: int, made_at: datetime, seconds: int
) -> dict[str, Any]:
    """What an offer shows: the shape of `dispatch.terms.document`, with straight lines for roads."""
    ends = [[on.from_lat, on.from_lng], *([[on.to_lat, on.to_lng]] if on.to_lat is not None else [])]
    added = [[[one.pickup_lat, one.pickup_lng], [one.drop_lat, one.drop_lng]] for one in deliveries]
    total = pay_cents + sum(one.tip_cents for one in deliveries)
    return {
        "version": 1,
        "timezone": on.market.timezone,
        "answer_seconds": seconds,
        "made_at": made_at.isoformat(),
        "stops": stops_of(deliveries),
        "route": {
            "without": {"seconds": 1_080, "metres": 12_500, "path": ends},
            "with": {
                "seconds": 1_500,
                "metres": 16_200,
                "path": [ends[0], *(p for part in added for p in part), ends[-1]],
            },
            "added_paths": added,
        },
        "load": {
            "orders": len(deliveries),
            "items": sum(one.item_count for one in deliveries),
            "units": sum(one.unit_count for one in deliveries),
            "grams": sum(one.grams for one in deliveries),
            "heaviest_grams": max(one.heaviest_grams for one in deliveries),
            "room": sum(one.room for one in deliveries),
            "cold_class": str(deliveries[0].cold_class),
            "age_limit": max(one.age_limit for one in deliveries),
            "needs_passcode": any(one.needs_passcode for one in deliveries),
        },
        "pay": {"total_cents": total, "per_added_hour_cents": total * 3_600 // 420},
        "deliveries": [
            {
                "id": str(one.public_id),
                "store": one.store.name,
                "area": one.drop_area,
                "items": one.item_count,
                "grams": one.grams,
                "added_seconds": 420 // len(deliveries),
                "pay_cents": pay_cents // len(deliveries),
                "tip_cents": one.tip_cents,
            }
            for one in deliveries
        ],
        "reason": {
            "code": "least_added",
            "en": "Of 12 trips, yours has the smallest detour.",
            "es": "De 12 viajes, el suyo.",
        },
    }


def stops_of(deliveries: Sequence[Delivery]) -> list[dict[str, Any]]:
    """Stops as an offer shows them: all pick-ups, then all doors."""
    pickups = [
        {
            "kind": "pickup",
            "delivery": str(one.public_id),
            "lat": one.pickup_lat,
            "lng": one.pickup_lng,
            "label": one.store.name,
            "eta_at": one.due_from.isoformat(),
            "letter": "ABCD"[place],
            "address": one.store.line1,
            "deadline_at": None,
            "usual_wait_minutes": one.store.usual_wait_minutes,
        }
        for place, one in enumerate(deliveries)
    ]
    drops = [
        {
            "kind": "drop",
            "delivery": str(one.public_id),
            "lat": one.drop_lat,
            "lng": one.drop_lng,
            "label": one.drop_area,
            "eta_at": (one.due_from + timedelta(minutes=20)).isoformat(),
            "letter": "EFGH"[place],
            "address": "",
            "deadline_at": one.due_by.isoformat(),
            "usual_wait_minutes": None,
        }
        for place, one in enumerate(deliveries)
    ]
    return pickups + drops


def run(of: Offer | None = None, *, started_at: datetime = NOON) -> Run:
    """A claimed run with its stops, as accepting an offer leaves it."""
    accepted = of or offer()
    made = Run.objects.create(driver=accepted.driver, trip=accepted.trip, market=accepted.market, started_at=started_at)
    for position, part in enumerate(accepted.items.select_related("delivery").order_by("pk")):
        one = part.delivery
        RunDelivery.objects.create(
            run=made, delivery=one, offer=accepted, pay_cents=part.pay_cents, tip_cents=part.tip_cents
        )
        Delivery.objects.filter(pk=one.pk).update(
            status=DeliveryStatus.CLAIMED, claimed_run=made, claimed_at=started_at
        )
        for kind, where in ((Stop.Kind.PICKUP, one.pickup), (Stop.Kind.DROP, one.drop)):
            Stop.objects.create(
                run=made,
                delivery=one,
                kind=kind,
                position=position if kind == Stop.Kind.PICKUP else 100 + position,
                lat=where.lat,
                lng=where.lng,
                eta_at=started_at + timedelta(minutes=20),
            )
    return made
