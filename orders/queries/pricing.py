"""Reading a basket as the price rules want it."""

from collections.abc import Iterable
from datetime import datetime

from common.clock import local_day
from orders.models import Cart, CartLine
from orders.pricing import PricedLine, Terms, estimate
from rules.packs_on_file import pack_for
from stores.models import Store


def priced(line: CartLine, store: Store) -> PricedLine:
    """One line of a basket at the shelf's price; needs `store_item__item` read along."""
    shelf, item = line.store_item, line.store_item.item
    pounds, cents = estimate(shelf.price_cents, line.quantity, item.piece_pounds if item.is_weighed else None)
    return PricedLine(
        store_item_id=shelf.pk,
        item_id=item.pk,
        name=item.name,
        quantity=line.quantity,
        price_cents=shelf.price_cents,
        is_weighed=item.is_weighed,
        estimated_pounds=pounds,
        estimated_cents=cents,
        tax_bp=store.general_tax_bp if item.is_taxable else store.grocery_tax_bp,
        is_general=item.is_taxable,
        is_snap=item.is_snap,
        age_limit=item.age_limit,
        cold_class=item.cold_class,
        grams=item.grams,
        room=item.room,
        wish=line.wish,
        wish_item_id=line.wish_item_id,
        stock=shelf.stock,
        is_available=shelf.is_available,
    )


def priced_lines(lines: Iterable[CartLine], store: Store) -> tuple[PricedLine, ...]:
    """All lines of a basket, priced."""
    return tuple(priced(line, store) for line in lines)


def terms_of(cart: Cart, *, fee_cents: int, now: datetime) -> Terms:
    """What this basket's bill follows from; needs `store__market` read along."""
    store = cart.store
    return Terms(
        delivery_fee_cents=fee_cents,
        tip_cents=cart.tip_cents,
        minimum_cents=store.min_basket_cents,
        hold_buffer_bp=store.hold_buffer_bp,
        pack=pack_for(store.market.rule_pack, local_day(now, store.market.zone)),
    )
