"""A shopper's past orders."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Sum

from orders.models import Order
from orders.states import OrderStatus

PAGE_SIZE = 20
LIVE = [OrderStatus.PLACED, OrderStatus.PICKING, OrderStatus.READY, OrderStatus.HANDED_OVER]


def orders_of(shopper_id: int, number: int) -> "Page[Any]":
    """One page of a shopper's orders, newest first, each with its `pieces`. Two queries."""
    rows = Order.objects.filter(shopper_id=shopper_id).select_related("store__market", "window")
    rows = rows.order_by("-placed_at", "-pk")
    return Paginator(rows.annotate(pieces=Sum("lines__quantity")), PAGE_SIZE).get_page(number)
