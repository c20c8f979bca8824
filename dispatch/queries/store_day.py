"""A store's day in numbers, for the first page of the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q

from common.clock import local_day, moment
from dispatch.models import Stop
from dispatch.states import RunStatus
from orders.models import Order, Substitution
from orders.queries.queue import LOAD_AHEAD, TO_PICK_IN, hours
from orders.states import OrderStatus
from stores.models import Store, StoreItem, Window


@dataclass(frozen=True, slots=True)
class WindowLoad:
    """One window of today: how many orders, how many of them are ready or gone, how many seats there were."""

    times: str
    orders: int
    done: int
    seats: int
    is_now: bool
    is_closed: bool


@dataclass(frozen=True, slots=True)
class StoreDay:
    """What is going on in one store today."""

    to_pick: int
    picking: int
    ready: int
    under_way: int
    delivered: int
    cancelled: int
    on_time: int
    pressing: int
    drivers_here: int
    longest_wait: int
    substituted: int
    empty_shelves: int
    windows: Sequence[WindowLoad]

    @property
    def on_time_share(self) -> int | None:
        """Delivered within the window, in percent; None before the first."""
        return self.on_time * 100 // self.delivered if self.delivered else None


def store_day(store: Store, now: datetime) -> StoreDay:
    """Today's orders by state, who waits at the bays, and how full the windows are. Five queries."""
    zone = store.market.zone
    today = local_day(now, zone)
    begins, ends = (
        moment(today, datetime.min.time(), zone),
        moment(today + timedelta(days=1), datetime.min.time(), zone),
    )
    counts = _counts(store, begins, ends, now)
    waits = _waits(store, now)
    return StoreDay(
        **counts,
        drivers_here=len(waits),
        longest_wait=max(waits, default=0),
        substituted=Substitution.objects.filter(
            line__order__store=store, created_at__gte=begins, status=Substitution.Status.APPROVED
        ).count(),
        empty_shelves=StoreItem.objects.filter(store=store, is_available=True, stock=0).count(),
        windows=_windows(store, begins, ends, now),
    )


def _counts(store: Store, begins: datetime, ends: datetime, now: datetime) -> dict[str, int]:
    """Orders due today by what they wait for; those left over from earlier days count until they are gone."""
    waiting = Q(status__in=[OrderStatus.PLACED, OrderStatus.PICKING])
    due = Order.objects.filter(
        store=store, window__starts_at__gte=begins - timedelta(days=2), window__starts_at__lt=ends
    )
    delivered = Q(status=OrderStatus.DELIVERED, delivered_at__gte=begins)
    today = Q(window__starts_at__gte=begins)
    found = due.aggregate(
        to_pick=Count("pk", filter=Q(status=OrderStatus.PLACED)),
        picking=Count("pk", filter=Q(status=OrderStatus.PICKING)),
        ready=Count("pk", filter=Q(status=OrderStatus.READY)),
        under_way=Count("pk", filter=Q(status=OrderStatus.HANDED_OVER)),
        delivered=Count("pk", filter=delivered),
        on_time=Count("pk", filter=delivered & Q(delivered_at__lte=F("window__ends_at"))),
        cancelled=Count("pk", filter=today & Q(status=OrderStatus.CANCELLED)),
        pressing=Count(
            "pk", filter=waiting & Q(window__starts_at__lt=now + LOAD_AHEAD, placed_at__lt=now - TO_PICK_IN)
        ),
    )
    return {name: int(number) for name, number in found.items()}


def _waits(store: Store, now: datetime) -> list[int]:
    """Whole minutes each driver at the store has waited. One query."""
    here = Stop.objects.filter(
        delivery__store=store, kind=Stop.Kind.PICKUP, run__status=RunStatus.ACTIVE, is_dropped=False,
        arrived_at__isnull=False, handed_over_at__isnull=True, done_at__isnull=True,
    )  # fmt: skip
    first = dict(here.order_by("-arrived_at").values_list("run_id", "arrived_at"))
    return [int((now - arrived).total_seconds() // 60) for arrived in first.values() if arrived]


def _windows(store: Store, begins: datetime, ends: datetime, now: datetime) -> list[WindowLoad]:
    """Today's windows with their load. One query."""
    live = ~Q(orders__status__in=[OrderStatus.CANCELLED])
    gone = Q(orders__status__in=[OrderStatus.READY, OrderStatus.HANDED_OVER, OrderStatus.DELIVERED])
    rows = (
        Window.objects.filter(store=store, starts_at__gte=begins, starts_at__lt=ends)
        .annotate(order_count=Count("orders", filter=live), done_count=Count("orders", filter=gone))
        .order_by("starts_at")
    )
    zone = store.market.zone
    return [
        WindowLoad(
            times=hours(row.starts_at.astimezone(zone), row.ends_at.astimezone(zone)),
            orders=vars(row)["order_count"],
            done=vars(row)["done_count"],
            seats=row.seats,
            is_now=row.starts_at <= now < row.ends_at,
            is_closed=row.is_closed,
        )
        for row in rows
    ]
