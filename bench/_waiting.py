"""A market in which everything waits: staged orders and open trips of a generated metro, as rows of the database."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db import connection

from accounts.models import User
from bench._metros import Instance
from common.geo import Point
from dispatch.models import Delivery, Ladder
from dispatch.states import DeliveryStatus
from drivers.models import Driver, Firm, Limits, Trip, Vehicle
from drivers.states import DriverStatus
from orders.models import Order
from orders.states import OrderStatus
from payouts.models import PayScheme
from stores.models import Market, Store, Window
from stores.models.catalogue import ColdClass

MIDDLE = Point(36.1627, -86.7816)
METRES_NORTH, METRES_EAST = 111_195.0, 89_800.0  # a degree there
MARGIN_SECONDS = 600  # what a cycle keeps free before a window closes
AT_ONCE = 2_000


def wait_in_a_market(instance: Instance, now: datetime) -> Market:
    """Fill the database with an instance and return its market; statistics are fresh, as after an hour of work."""
    market = Market.objects.create(
        code="nashville", name="Nashville", state="TN", timezone="America/Chicago", lat=MIDDLE.lat, lng=MIDDLE.lng
    )
    Ladder.objects.create(market=market)
    PayScheme.objects.create(market=market)
    places = [Point(MIDDLE.lat + y / METRES_NORTH, MIDDLE.lng + x / METRES_EAST) for x, y in instance.place.tolist()]
    _deliveries(instance, market, places, now)
    _trips(instance, market, places, now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return market


def _people(kind: str, count: int) -> list[User]:
    return User.objects.bulk_create(
        (User(email=f"{kind}{n}@example.com", name=f"{kind.title()} {n}", password="!") for n in range(count)), AT_ONCE
    )


def _deliveries(instance: Instance, market: Market, places: list[Point], now: datetime) -> None:
    stores = Store.objects.bulk_create(
        Store(
            market=market, name=f"Store {n}", slug=f"store-{n}", line1="1 Main St", city="Nashville", zip_code="37206",
            lat=places[n].lat, lng=places[n].lng, grocery_tax_bp=625, general_tax_bp=925,
        )
        for n in range(instance.stores)
    )  # fmt: skip
    windows = Window.objects.bulk_create(
        Window(
            store=store, starts_at=now, ends_at=now + timedelta(hours=2), cutoff_at=now - timedelta(hours=1),
            seats=32_000, fee_cents=995,
        )
        for store in stores
    )  # fmt: skip
    doors = [places[at] for at in instance.door.tolist()]
    numbers = instance.store.tolist()
    orders = Order.objects.bulk_create(
        (
            Order(
                number=f"HW-{n:06}", shopper=shopper, store=stores[at], window=windows[at], checkout_key=uuid4(),
                status=OrderStatus.READY, placed_at=now, contact_name=shopper.name, line1="12 Riverside Dr",
                city="Nashville", state="TN", zip_code="37206", lat=door.lat, lng=door.lng, subtotal_cents=4_000,
                delivery_fee_cents=995, tip_cents=500, total_cents=5_495, hold_cents=5_995, handover_code="4711",
            )
            for n, (shopper, at, door) in enumerate(zip(_people("shopper", len(doors)), numbers, doors, strict=True))
        ),
        AT_ONCE,
    )  # fmt: skip
    due, room = instance.due.tolist(), instance.size.tolist()
    Delivery.objects.bulk_create(
        (
            Delivery(
                order=order, market=market, store=stores[at], status=DeliveryStatus.READY, pickup_lat=stores[at].lat,
                pickup_lng=stores[at].lng, drop_lat=door.lat, drop_lng=door.lng, drop_area="Nashville 37206",
                due_from=now, due_by=now + timedelta(seconds=due[n] + MARGIN_SECONDS), item_count=10, unit_count=10,
                room=room[n], grams=5_000, heaviest_grams=500, cold_class=ColdClass.AMBIENT, tip_cents=500,
                ready_at=now,
            )
            for n, (order, at, door) in enumerate(zip(orders, numbers, doors, strict=True))
        ),
        AT_ONCE,
    )  # fmt: skip


def _trips(instance: Instance, market: Market, places: list[Point], now: datetime) -> None:
    firm = Firm.objects.create(
        name="Fair Road", company_id="1234567890", bank_name="FIRST EXAMPLE BANK", bank_routing="091000019"
    )
    in_force = (now + timedelta(days=300)).date()
    drivers = Driver.objects.bulk_create(
        (
            Driver(
                user=user, firm=firm, market=market, first_name=user.name, status=DriverStatus.ACTIVE,
                licence_expires_on=in_force, insurance_expires_on=in_force, is_age_verified=True,
            )
            for user in _people("driver", len(instance.depart))
        ),
        AT_ONCE,
    )  # fmt: skip
    Vehicle.objects.bulk_create((Vehicle(driver=one, description="blue hatchback") for one in drivers), AT_ONCE)
    Limits.objects.bulk_create((Limits(driver=one) for one in drivers), AT_ONCE)
    columns = (instance.origin, instance.end, instance.depart, instance.latest, instance.budget, instance.room)
    rows = zip(drivers, *(column.tolist() for column in (*columns, instance.most)), strict=True)
    Trip.objects.bulk_create(
        (
            Trip(
                driver=one, market=market, from_label="Work", from_lat=places[origin].lat, from_lng=places[origin].lng,
                to_label="Home", to_lat=places[end].lat, to_lng=places[end].lng,
                departs_at=now + timedelta(seconds=depart), departs_until=now + timedelta(seconds=depart + 900),
                arrive_by=now + timedelta(seconds=latest), max_extra_seconds=budget, max_extra_metres=budget * 20,
                room=room, max_orders=most, has_cold_box=True, created_at=now,
            )
            for one, origin, end, depart, latest, budget, room, most in rows
        ),
        AT_ONCE,
    )  # fmt: skip
