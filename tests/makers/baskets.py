"""Addresses, baskets and orders with their money."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from accounts.models import User
from common.geo import Point
from orders.models import Address, Cart, CartLine, Line, Order, Payment
from orders.states import OrderStatus, PaymentStatus
from stores.models import (
    Store,
    StoreItem,
    Window,
)
from tests.makers.basics import INGLEWOOD, NOON, next_number
from tests.makers.people import user
from tests.makers.places import shelf, store, window


def address(of: User | None = None, *, at: Point = INGLEWOOD, zip_code: str = "37206", **extra: Any) -> Address:
    """A place to bring groceries to."""
    return Address.objects.create(
        **{
            "shopper": of or user(),
            "line1": f"{next_number()} Riverside Dr",
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
    number = next_number()
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
            "tip_cents": of.tip_cents,
            "hold_ref": f"hold_{next_number()}",
            "created_at": NOON,
            "updated_at": NOON,
            **extra,
        }
    )
