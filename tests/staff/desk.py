"""The store desk in tests: a store with staging places, staff signed in, and an order on its way through."""

from datetime import datetime, timedelta

from django.test import Client

from accounts.models import User
from dispatch.models import Delivery, Run, Stop
from orders.actions.picking import pick_line, start_picking
from orders.actions.staging import Bags, mark_ready, stage_bags
from orders.models import Order
from stores.models import Store, StoreItem
from stores.models.staff import StaffRole
from tests import make

PLACES = {"ambient": ["A1", "A2"], "chilled": ["C1"], "frozen": ["F1"]}


def store() -> Store:
    """A store with named staging places."""
    return make.store(staging_places=PLACES)


def at_desk(person: User) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(person)
    return client


def being_picked(
    at: Store | None = None, *lines: tuple[StoreItem, int], now: datetime = make.NOON
) -> tuple[Order, User]:
    """An order that Kim picks, nothing of it in the bag yet."""
    of = at or store()
    kim = make.staff(of, StaffRole.PICKER)
    order = make.order(of, lines=lines, in_window=make.window(of, starts_at=now + timedelta(hours=4)))
    start_picking(order_id=order.pk, picker_id=kim.pk, by=kim.actor, now=now)
    order.refresh_from_db()
    return order, kim


def ready(at: Store | None = None) -> tuple[Order, User]:
    """An order of three bags that waits for a driver."""
    order, kim = being_picked(at)
    for line in order.lines.all():
        pick_line(line_id=line.pk, quantity=line.quantity, picker_id=kim.pk, now=make.NOON)
    stage_bags(order_id=order.pk, bags=[Bags("ambient", "A1", 3)], now=make.NOON)
    return mark_ready(order_id=order.pk, by=kim.actor, now=make.NOON), kim


def claimed(order: Order) -> Stop:
    """The pick-up of a driver who claimed a ready order."""
    delivery: Delivery = make.delivery(order)
    run: Run = make.run(make.offer(delivery))
    return run.stops.get(kind=Stop.Kind.PICKUP)
