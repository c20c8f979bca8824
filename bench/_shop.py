"""A store full of shoppers about to order: baskets of some lines, a window held, signed in."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from accounts.models import User
from events.models import Event, StatusChange
from orders.models import Address, Cart, CartLine, Line, Order, Payment, WindowHold
from orders.queries.checkout import checkout_of
from stores.models import Department, Item, Market, ServiceZip, Store, StoreItem, Window

ITEMS = 300
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
WINDOWS = 12
WRITTEN_BARE = (Payment, Order, Line, StatusChange, Event)  # by bench/_floor.sql


@dataclass(frozen=True, slots=True)
class Shopper:
    """Somebody at the till: a session, a basket and the total on the page."""

    session: str
    cart: str
    total_cents: int


@dataclass(frozen=True, slots=True)
class Floor:
    """Ids that the bare SQL floor writes with: as many baskets again, one after another."""

    first_cart: int
    first_item: int
    window: int
    store: int
    shopper: int


def open_shop(*, shoppers: int, floor: int, lines: int, seed: int, now: datetime) -> tuple[list[Shopper], Floor]:
    """Make a store, its shelf and windows, shoppers at the till, and baskets for the floor."""
    store, shelf, windows = _store(now, shoppers + floor)
    chance = random.Random(seed)
    carts = _carts(store, shelf, windows, shoppers + floor, lines, chance, now)
    give_defaults()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SEQUENCE bench_floor START {carts[shoppers].pk}")
        cursor.execute("ANALYZE")
    at_the_till = [_sign_in(cart, now) for cart in carts[:shoppers]]
    first_item = min(piece.pk for piece in shelf)
    return at_the_till, Floor(carts[shoppers].pk, first_item, windows[0].pk, store.pk, carts[0].shopper_id or 0)


def give_defaults() -> None:
    """Let the database know what Django fills in by itself, so that a column added later stops no bare INSERT."""
    with connection.cursor() as cursor:
        for model in WRITTEN_BARE:
            table = connection.ops.quote_name(model._meta.db_table)
            for column in model._meta.local_concrete_fields:
                value = column.get_db_prep_save(column.get_default(), connection)
                if column.primary_key or column.null or value is None:
                    continue
                name = connection.ops.quote_name(str(column.column))
                shown = cursor.mogrify("%s", [value]).decode()
                cursor.execute(f"ALTER TABLE {table} ALTER COLUMN {name} SET DEFAULT {shown}")


def _store(now: datetime, seats: int) -> tuple[Store, list[StoreItem], list[Window]]:
    market = Market.objects.create(
        code="nashville", name="Nashville", state="TN", timezone="America/Chicago", lat=36.16, lng=-86.78
    )
    store = Store.objects.create(
        market=market, name="Bench store", slug="bench", line1="1 Main St", city="Nashville", zip_code="37206",
        lat=36.17, lng=-86.75, grocery_tax_bp=625, general_tax_bp=925,
    )  # fmt: skip
    ServiceZip.objects.create(store=store, zip_code="37206")
    produce = Department.objects.create(code="produce", name="Produce", tile="red-apple")
    items = Item.objects.bulk_create(
        Item(
            sku=f"B{n:05}", upc=f"3{n:011}", name=f"Item {n}", department=produce, tile="red-apple",
            is_weighed=n % 10 == 0, piece_pounds=Decimal("0.5") if n % 10 == 0 else None, is_taxable=n % 7 == 0,
        )
        for n in range(ITEMS)
    )  # fmt: skip
    shelf = StoreItem.objects.bulk_create(
        StoreItem(store=store, item=item, price_cents=500 + item.pk % 400, stock=1_000_000) for item in items
    )
    windows = [
        Window(
            store=store, starts_at=now + timedelta(hours=4 + 2 * n), ends_at=now + timedelta(hours=6 + 2 * n),
            cutoff_at=now + timedelta(hours=3 + 2 * n), seats=min(32_000, seats), fee_cents=995,
        )
        for n in range(WINDOWS)
    ]  # fmt: skip
    return store, shelf, Window.objects.bulk_create(windows)


def _carts(
    store: Store,
    shelf: list[StoreItem],
    windows: list[Window],
    count: int,
    lines: int,
    chance: random.Random,
    now: datetime,
) -> list[Cart]:
    people = User.objects.bulk_create(
        User(email=f"shopper{n}@example.com", name=f"Shopper {n}", password="!") for n in range(count)
    )
    homes = Address.objects.bulk_create(
        Address(
            shopper=person, line1=f"{n} Riverside Dr", city="Nashville", state="TN", zip_code="37206",
            lat=36.17 + chance.uniform(-0.03, 0.03), lng=-86.75 + chance.uniform(-0.03, 0.03),
        )
        for n, person in enumerate(people)
    )  # fmt: skip
    carts = Cart.objects.bulk_create(
        Cart(shopper=home.shopper, store=store, address=home, zip_code="37206", tip_cents=500) for home in homes
    )
    CartLine.objects.bulk_create(
        (CartLine(cart=c, store_item=piece, quantity=1) for c in carts for piece in chance.sample(shelf, lines)),
        batch_size=4_000,
    )
    WindowHold.objects.bulk_create(
        WindowHold(cart=cart, window=windows[n % WINDOWS], expires_at=now + timedelta(hours=1))
        for n, cart in enumerate(carts)
    )
    Window.objects.update(taken=-(-count // WINDOWS))
    return carts


def _sign_in(cart: Cart, now: datetime) -> Shopper:
    assert cart.shopper is not None
    session = SessionStore()
    session.update(
        {
            "_auth_user_id": str(cart.shopper.pk),
            "_auth_user_backend": BACKEND,
            "_auth_user_hash": cart.shopper.get_session_auth_hash(),
        }
    )
    session.create()
    total = checkout_of(cart_id=cart.pk, now=now).bill.total_cents
    return Shopper(session.session_key or "", str(cart.public_id), total)
