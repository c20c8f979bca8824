"""Rows for tests of the shop's pages: a store with shelves and windows, and a browser that has said where it lives."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.test import Client

from orders.models import Cart
from stores.models import Department, Market, Store, StoreItem, Window
from tests import make

ZIP = "37206"


def corner_shop(
    in_market: Market | None = None, *, now: datetime = make.NOON, zips: Sequence[str] = (ZIP,), windows: int = 3
) -> Store:
    """An open store with apples, milk, bananas by weight, beer, and a few windows from four hours on."""
    store = make.store(in_market, zips=zips)
    produce, dairy, beer = make.department("Produce"), make.department("Dairy"), make.department("Beer")
    make.shelf(store, make.item("Gala apples", department=produce, subcategory="Fruit"), price_cents=400)
    make.shelf(store, make.item("Fuji apples", department=produce, subcategory="Fruit"), price_cents=450)
    make.shelf(store, make.weighed_item("Bananas", department=produce, subcategory="Fruit"), price_cents=64)
    milk = make.item("Whole milk", department=dairy, subcategory="Milk", unit="fl_oz", unit_amount=Decimal(128))
    make.shelf(store, milk, price_cents=389, stock=3)
    make.shelf(store, make.item("Lager", department=beer, age_limit=21, is_snap=False), price_cents=1_099)
    make_windows(store, now=now, count=windows)
    return store


def make_windows(store: Store, *, now: datetime = make.NOON, count: int = 3) -> list[Window]:
    """Windows of two hours, one after the other, from four hours on."""
    starts = [now + timedelta(hours=4 + 2 * number) for number in range(count)]
    return [make.window(store, starts_at=start) for start in starts]


def fill_department(store: Store, count: int, department: Department | None = None) -> Department:
    """Put many items of one department on a store's shelf."""
    found = department or make.department("Pantry")
    for number in range(count):
        make.shelf(store, make.item(f"Beans {number:03}", department=found, subcategory=f"Part {number % 3}"))
    return found


def piece(store: Store, name: str) -> StoreItem:
    """The shelf row of an item by its name."""
    return StoreItem.objects.select_related("item").get(store=store, item__name=name)


def lives_in(client: Client, zip_code: str = ZIP) -> Client:
    """The same browser, after saying where it lives."""
    client.post("/area/", {"place": zip_code})
    return client


def put(client: Client, store: Store, name: str, quantity: int) -> None:
    """Put some of an item into the browser's basket, as a plain form does."""
    client.post("/basket/put/", {"item": piece(store, name).item.public_id, "quantity": quantity, "next": "/basket/"})


def basket() -> Cart:
    """The newest basket."""
    return Cart.objects.latest("pk")
