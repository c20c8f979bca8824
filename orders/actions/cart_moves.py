"""Taking a basket along: into an account at sign-in, and into another store."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from orders.actions.carts import open_for_change
from orders.actions.locks import lock_carts, locked_carts
from orders.actions.parking import bring_parked, restock
from orders.actions.windows import drop_hold, unsettled_hold
from orders.models import Cart, CartLine

WORDS = ("zip_code", "contact_name", "phone", "tip_cents", "instructions", "gate_code")
HANDOVER = ("leave_at_door", "wants_passcode")
DEFAULT_WISH = CartLine._meta.get_field("wish").default


@dataclass(frozen=True, slots=True)
class Moved:
    """A basket in its new store: how many lines came along, and the names of what it has less of or none.

    `back` was set aside at an earlier move and is there again; `joined` lay in another basket, left open in that store.
    """

    cart: Cart
    kept: int
    fewer: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Merged:
    """One basket made of two: names of what the account's had already, and what was decided between them.

    `counted` are items that lay in both, with the quantity that counts; `replaced` are columns of the account's
    basket that said something else before.
    """

    cart: Cart
    joined: tuple[str, ...] = ()
    counted: tuple[tuple[str, int], ...] = ()
    replaced: tuple[str, ...] = ()


@transaction.atomic(durable=True)
def merge_carts(*, session_cart_id: int, shopper_id: int) -> Merged:
    """Give a signed-out browser's basket to the shopper who signed in; a repeat returns the same basket.

    If the shopper has an open basket in that store, both become one: of an item in both, the larger quantity
    counts, and what was said last (before signing in) counts for wishes, notes, handover, name, phone, tip and
    window. What was not said there stays as the account has it.
    """
    found = {cart.pk: cart for cart in _pair(session_cart_id, shopper_id)}
    session = found.pop(session_cart_id, None)
    own = next(iter(found.values()), None)
    if session is None or session.shopper_id == shopper_id:
        return Merged(session or own or Cart.objects.get(pk=session_cart_id))
    if own is None:
        session.shopper_id = shopper_id
        session.save(update_fields=["shopper"])
        return Merged(session)
    merged = _pour(session, into=own)
    bring_parked(session, into=own)
    session.delete()
    return merged


@transaction.atomic(durable=True)
def move_cart(*, cart_id: int, store_id: int, zip_code: str = "", address_id: int | None = None) -> Moved:
    """Take a basket to another store: what that store has comes along at its price and stock there.

    What it lacks is set aside, and comes back when the basket moves to a store that has it.
    The held window is given back, for it was the old store's. The same store again only changes the address.

    Raises:
        BasketClosed: it is an order already.
    """
    _lock_with_other(cart_id, store_id)
    cart = open_for_change(cart_id)
    cart.zip_code, cart.address_id = zip_code or cart.zip_code, address_id
    if cart.store_id == store_id:
        cart.save(update_fields=["zip_code", "address"])
        return Moved(cart, cart.lines.count())
    drop_hold(cart)
    joined = _take_in_other(cart, store_id)
    found = restock(cart, store_id)
    cart.store_id = store_id
    cart.save(update_fields=["store", "zip_code", "address"])
    return Moved(cart, cart.lines.count(), found.fewer, found.missing, found.back, joined)


def _pair(session_cart_id: int, shopper_id: int) -> Iterable[Cart]:
    """A session's basket and the shopper's own in the same store, locked in order of pk."""
    store_ids = Cart.objects.filter(pk=session_cart_id).values("store_id")
    own = Cart.objects.filter(shopper_id=shopper_id, store_id__in=store_ids, ordered_at__isnull=True)
    session = Cart.objects.filter(pk=session_cart_id, ordered_at__isnull=True)
    pks = [*own.values_list("pk", flat=True), *session.values_list("pk", flat=True)]
    return locked_carts().filter(pk__in=pks).order_by("pk")


def _lock_with_other(cart_id: int, store_id: int) -> None:
    """Lock a basket and the shopper's own in the store it goes to: two that change places do not wait in a ring."""
    shopper_ids = Cart.objects.filter(pk=cart_id).values("shopper_id")
    there = Cart.objects.filter(shopper_id__in=shopper_ids, store_id=store_id, ordered_at__isnull=True)
    lock_carts([cart_id, *there.values_list("pk", flat=True)])


def _pour(source: Cart, *, into: Cart) -> Merged:
    """Move lines, wishes, notes and the held seat of one basket into another in the same store."""
    has = {line.store_item_id: line for line in into.lines.select_related("store_item__item").order_by("pk")}
    joined = [line.store_item.item.name for line in has.values()]
    counted = []
    for line in source.lines.order_by("pk"):
        same = has.get(line.store_item_id)
        if same is None:
            line.cart = into
            line.save(update_fields=["cart"])
            continue
        _unite(same, line)
        counted.append((same.store_item.item.name, same.quantity))
        joined.remove(same.store_item.item.name)
    held = unsettled_hold(source.pk)
    if held is not None:
        drop_hold(into)
        held.cart = into
        held.save(update_fields=["cart"])
    return Merged(into, tuple(joined), tuple(counted), _say(into, _last_words(source, into)))


def _unite(line: CartLine, other: CartLine) -> None:
    """Let one line speak for two of the same item: the larger quantity, and the other's wish if it has one."""
    line.quantity = max(line.quantity, other.quantity)
    if other.wish != DEFAULT_WISH:
        line.wish, line.wish_item_id = other.wish, other.wish_item_id
    line.save(update_fields=["quantity", "wish", "wish_item"])


def _last_words(latest: Cart, earlier: Cart) -> dict[str, Any]:
    """What two baskets say together: the latest counts, and where it is silent, the earlier.

    How to hand over is one word in two columns: whoever asks for a passcode does not want it left at the door.
    """
    words = {name: getattr(latest, name) or getattr(earlier, name) for name in WORDS}
    handing = latest if any(getattr(latest, name) for name in HANDOVER) else earlier
    return words | {name: getattr(handing, name) for name in HANDOVER}


def _say(cart: Cart, words: dict[str, Any]) -> tuple[str, ...]:
    """Write words into a basket; returns the columns that said something else before."""
    replaced = tuple(name for name, word in words.items() if getattr(cart, name) and getattr(cart, name) != word)
    for name, word in words.items():
        setattr(cart, name, word)
    cart.save(update_fields=[*words])
    return replaced


def _take_in_other(cart: Cart, store_id: int) -> tuple[str, ...]:
    """A shopper has one open basket a store: lines of one left behind in the new store join this one; their names."""
    if cart.shopper_id is None:
        return ()
    others = Cart.objects.filter(shopper_id=cart.shopper_id, store_id=store_id, ordered_at__isnull=True)
    other = others.select_for_update(no_key=True, of=("self",)).first()
    if other is None:
        return ()
    drop_hold(other)
    joined = []
    here = {line.store_item.item_id for line in cart.lines.select_related("store_item")}
    for line in other.lines.select_related("store_item__item").order_by("pk"):
        if line.store_item.item_id not in here:
            line.cart = cart
            line.save(update_fields=["cart"])
            joined.append(line.store_item.item.name)
    bring_parked(other, into=cart)
    _say(cart, _last_words(cart, other))
    other.delete()
    return tuple(joined)
