"""What must be true when the dust has settled."""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing
from pathlib import Path

from django.db.models import Count, Sum

from dispatch.models import Delivery, Run
from dispatch.states import DeliveryStatus, RunStatus
from events.models import Event, StatusChange
from ledger import chart
from ledger.queries import balance, ledger_sum, owed
from orders.models import Order, Payment
from orders.states import OrderStatus, PaymentStatus
from payouts.models import Earning
from stores.models import StoreItem, Window
from tests.faults.town import QUANTITY, STOCK, Town


def left_behind(town: Town, acknowledged: Collection[int]) -> list[str]:
    """What still waits for somebody: orders without an end, money neither taken nor let go."""
    orders = Order.objects.filter(window=town.window_id)
    found = [f"{number} baskets without an order" for number in [len(town.carts) - orders.count()] if number]
    gone = set(acknowledged) - set(orders.values_list("pk", flat=True))
    found += [f"order {pk} was acknowledged and is gone" for pk in sorted(gone)]
    found += [f"order {one.pk} is {one.status}" for one in orders.exclude(status=OrderStatus.DELIVERED)]
    deliveries = Delivery.objects.exclude(status=DeliveryStatus.DELIVERED)
    found += [f"delivery {one.pk} is {one.status}, {one.step}" for one in deliveries]
    ends = [PaymentStatus.CAPTURED, PaymentStatus.VOID]
    found += [f"payment {one.pk} is {one.status}" for one in Payment.objects.exclude(status__in=ends)]
    found += [f"run {one.pk} goes on" for one in Run.objects.filter(status=RunStatus.ACTIVE)]
    found += [f"{one} is not relayed" for one in Event.objects.filter(relayed_at__isnull=True)]
    return found


def doubled_or_wrong(town: Town, gateway_folder: Path) -> list[str]:
    """What happened twice or does not add up."""
    return [*_twice(town), *_wrong_money(gateway_folder), *_wrong_counts(town)]


def _twice(town: Town) -> Iterator[str]:
    ends = StatusChange.objects.filter(to_status="delivered").values("kind", "object_id")
    for row in ends.annotate(times=Count("pk")).filter(times__gt=1):
        yield f"{row['kind']} {row['object_id']} was delivered {row['times']} times"
    for name in ("order.delivered", "payment.captured"):
        facts = Event.objects.filter(topic=name).values("payload__order_id").annotate(times=Count("pk"))
        for fact in facts.filter(times__gt=1):
            yield f"{name} of order {fact['payload__order_id']} was told {fact['times']} times"
    earned = Earning.objects.values("delivery_ref").annotate(times=Count("pk"))
    for one in earned.filter(times__gt=1):
        yield f"delivery {one['delivery_ref']} was paid {one['times']} times"
    if Earning.objects.count() != len(town.carts):
        yield f"{Earning.objects.count()} earnings for {len(town.carts)} orders"


def _wrong_money(gateway_folder: Path) -> Iterator[str]:
    taken = Payment.objects.filter(status=PaymentStatus.CAPTURED).aggregate(cents=Sum("captured_cents"))["cents"] or 0
    due = Order.objects.aggregate(cents=Sum("final_total_cents"))["cents"] or 0
    if taken != due:
        yield f"{taken} cents were taken for {due}"
    with closing(sqlite3.connect(gateway_folder / "payments.sqlite3")) as books:
        [(at_gateway,)] = books.execute("SELECT coalesce(sum(amount_cents), 0) FROM receipts")
        [(forgotten,)] = books.execute("SELECT count(*) FROM holds WHERE status = 'held'")
    if at_gateway != taken:
        yield f"the gateway took {at_gateway} cents, our rows say {taken}"
    if forgotten:
        yield f"{forgotten} holds are neither taken nor let go"
    if ledger_sum() != 0:
        yield f"the ledger is off by {ledger_sum()}"
    if balance(chart.GATEWAY) != taken:
        yield f"the books expect {balance(chart.GATEWAY)} cents from the gateway"
    if owed(chart.TIPS_PAYABLE) != 0:
        yield f"{owed(chart.TIPS_PAYABLE)} cents of tips have not reached a driver"


def _wrong_counts(town: Town) -> Iterator[str]:
    sold = STOCK - StoreItem.objects.get(pk=town.shelf_id).stock
    if sold != QUANTITY * len(town.carts):
        yield f"{sold} pieces left the shelf for {len(town.carts)} orders of {QUANTITY}"
    seats_left = Window.objects.get(pk=town.window_id).seats_left
    if seats_left != 0:
        yield f"{seats_left} seats are left of as many as there were orders"
