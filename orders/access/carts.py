"""The only road from an id in a request to a basket."""

from uuid import UUID

from django.db.models import Case, When
from django.shortcuts import get_object_or_404

from orders.models import Cart


def cart_of(*, shopper_id: int | None, public_id: UUID) -> Cart:
    """An open basket of this shopper, or of a signed-out browser that knows its id; 404 for any other."""
    return get_object_or_404(Cart, public_id=public_id, shopper_id=shopper_id, ordered_at__isnull=True)


def open_cart_of(*, shopper_id: int | None, public_id: UUID | None) -> Cart | None:
    """The basket a browser is filling: the one its session names, else the shopper's newest. One query.

    A session goes on naming a basket that was ordered: writing each session anew would be one more durable write an
    order.
    """
    open_carts = Cart.objects.filter(shopper_id=shopper_id, ordered_at__isnull=True).select_related("store__market")
    if shopper_id is None:
        return open_carts.filter(public_id=public_id).first() if public_id else None
    named_first = [Case(When(public_id=public_id, then=0), default=1)] if public_id else []
    return open_carts.order_by(*named_first, "-created_at", "-pk").first()


def any_cart_of(*, shopper_id: int, public_id: UUID) -> Cart | None:
    """A basket of this shopper, ordered or not: a second tap names the one that the first has ordered."""
    return Cart.objects.filter(public_id=public_id, shopper_id=shopper_id).first()
