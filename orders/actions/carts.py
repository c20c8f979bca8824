"""Filling a basket: what goes in, how many, and what to do when it is out."""

from collections.abc import Mapping

from django.db import transaction

from common.errors import DomainError, InvalidInput
from orders.actions.locks import locked_carts
from orders.actions.windows import drop_hold
from orders.models import Address, Cart, CartLine, Wish
from stores.models import StoreItem

MOST_OF_ONE = 99
MOST_TIP_CENTS = 50_000
MOST_LINES = 200
CHANGEABLE: Mapping[str, type] = {
    "address_id": int,
    "contact_name": str,
    "phone": str,
    "tip_cents": int,
    "instructions": str,
    "gate_code": str,
    "leave_at_door": bool,
    "wants_passcode": bool,
}
LENGTHS: Mapping[str, int] = {"contact_name": 80, "phone": 20, "instructions": 300, "gate_code": 20}


class NotSold(DomainError):
    """This store does not have that right now."""

    code = "not_sold"


class NotEnough(DomainError):
    """There are not that many left."""

    code = "not_enough"


class BasketClosed(DomainError):
    """This basket was already ordered. Start a new one."""

    code = "basket_closed"


@transaction.atomic(durable=True)
def open_cart(*, store_id: int, shopper_id: int | None, zip_code: str = "", address_id: int | None = None) -> Cart:
    """Return the shopper's open basket in a store, or start one; a signed-out browser always starts one.

    Two at once get the same basket. A ZIP code or address that is named is kept in it.
    """
    cart = None
    # The unique constraint lets one of two tabs in. Where the other's basket is ordered in this very moment, neither
    # is found, and the next try starts one.
    while shopper_id is not None and cart is None:
        wanted = Cart(store_id=store_id, shopper_id=shopper_id)
        Cart.objects.bulk_create([wanted], ignore_conflicts=True)
        own = locked_carts().filter(store_id=store_id, shopper_id=shopper_id, ordered_at__isnull=True)
        cart = own.first()
    cart = cart or Cart.objects.create(store_id=store_id)
    if zip_code or address_id:
        cart.zip_code, cart.address_id = zip_code or cart.zip_code, address_id or cart.address_id
        cart.save(update_fields=["zip_code", "address"])
    return cart


@transaction.atomic(durable=True)
def add_to_cart(*, cart_id: int, store_item_id: int, quantity: int = 1) -> CartLine:
    """Put more of an item into a basket.

    Raises:
        NotSold, NotEnough, BasketClosed, InvalidInput: and the basket is as it was.
    """
    cart = open_for_change(cart_id)
    if quantity < 1:
        raise InvalidInput("Add at least one.")
    line = cart.lines.filter(store_item_id=store_item_id).first()
    return _put(cart, store_item_id, (line.quantity if line else 0) + quantity, line)


@transaction.atomic(durable=True)
def set_quantity(*, cart_id: int, store_item_id: int, quantity: int) -> CartLine | None:
    """Say how many of an item a basket holds; 0 takes it out. Fewer is always possible.

    Raises:
        NotSold, NotEnough, BasketClosed, InvalidInput: and the basket is as it was.
    """
    cart = open_for_change(cart_id)
    line = cart.lines.filter(store_item_id=store_item_id).first()
    if quantity <= 0:
        cart.lines.filter(store_item_id=store_item_id).delete()
        cart.parked.filter(item__in=StoreItem.objects.filter(pk=store_item_id).values("item")).delete()
        return None
    if line and quantity <= line.quantity:
        return _save_quantity(line, quantity)
    return _put(cart, store_item_id, quantity, line)


@transaction.atomic(durable=True)
def set_wish(*, cart_id: int, store_item_id: int, wish: str, wish_item_id: int | None = None) -> CartLine:
    """Say what to do when an item is out; `wish_item_id` names the one wanted instead.

    Raises:
        InvalidInput: no such wish, the item is not in the basket, or the other one is not on the same store's shelf.
    """
    cart = open_for_change(cart_id)
    line = cart.lines.filter(store_item_id=store_item_id).first()
    if line is None or wish not in Wish.values:
        raise InvalidInput("That item is not in your basket.")
    if wish_item_id == store_item_id or wish != Wish.THIS:
        wish_item_id = None
    if wish_item_id and not StoreItem.objects.filter(pk=wish_item_id, store_id=cart.store_id).exists():
        raise InvalidInput("Choose a substitute from the same store.")
    line.wish, line.wish_item_id = wish, wish_item_id
    line.save(update_fields=["wish", "wish_item"])
    return line


@transaction.atomic(durable=True)
def change_cart(*, cart_id: int, **wishes: object) -> Cart:
    """Change what is named of a basket, any of `CHANGEABLE`; texts are cut to the length of their column.

    Raises:
        InvalidInput: something else is named, a tip is out of range, or the address is another's.
        BasketClosed: it is an order already.
    """
    cart = open_for_change(cart_id)
    for name, value in wishes.items():
        if not isinstance(value, CHANGEABLE.get(name, ())):
            raise InvalidInput
        setattr(cart, name, value.strip()[: LENGTHS[name]] if isinstance(value, str) else value)
    if not 0 <= cart.tip_cents <= MOST_TIP_CENTS:
        raise InvalidInput("A tip is between $0 and $500.")
    if "address_id" in wishes:
        _take_address(cart)
    cart.save(update_fields=[*wishes, "zip_code"])
    return cart


@transaction.atomic(durable=True)
def clear_cart(*, cart_id: int) -> None:
    """Empty a basket and give its window seat back."""
    cart = open_for_change(cart_id)
    cart.lines.all().delete()
    cart.parked.all().delete()
    drop_hold(cart)


def open_for_change(cart_id: int) -> Cart:
    """Lock a basket that is not ordered yet.

    Raises:
        BasketClosed: it is an order already, or went into another basket.
    """
    cart = locked_carts().filter(pk=cart_id).first()
    if cart is None or cart.ordered_at is not None:
        raise BasketClosed
    return cart


def _put(cart: Cart, store_item_id: int, quantity: int, line: CartLine | None) -> CartLine:
    """Set a line's quantity as far as the shelf allows. Nothing is promised yet: checkout takes the stock."""
    shelf = StoreItem.objects.select_related("item").filter(pk=store_item_id, store_id=cart.store_id).first()
    if shelf is None:
        raise NotSold
    if not shelf.is_available or shelf.stock == 0:
        raise NotSold("%(name)s is sold out right now. Your basket is unchanged.", name=shelf.item.name)
    has = line.quantity if line else 0
    if quantity > min(shelf.stock, MOST_OF_ONE):
        raise NotEnough(
            ("Only %(most)s left of %(name)s. Your basket has %(has)s." if has else "Only %(most)s left of %(name)s.")
            if shelf.stock < MOST_OF_ONE
            else "You can order up to %(most)s of %(name)s.",
            most=min(shelf.stock, MOST_OF_ONE),
            name=shelf.item.name,
            has=has,
        )
    if line is not None:
        return _save_quantity(line, quantity)
    if cart.lines.count() >= MOST_LINES:
        raise NotEnough("A basket can hold up to %(most)s different items.", most=MOST_LINES)
    return CartLine.objects.create(cart=cart, store_item=shelf, quantity=quantity)


def _save_quantity(line: CartLine, quantity: int) -> CartLine:
    line.quantity = quantity
    line.save(update_fields=["quantity"])
    return line


def _take_address(cart: Cart) -> None:
    own = Address.objects.filter(shopper_id=cart.shopper_id, shopper__isnull=False)
    address = own.filter(pk=cart.address_id or 0).first()
    if address is None:
        raise InvalidInput("Choose one of your own addresses.")
    cart.zip_code = address.zip_code
