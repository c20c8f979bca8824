"""The people of a town, as a process of its own that may be killed at any moment and started again.

`python -m tests.faults.people TOWN JOURNAL`: shoppers order, the picker picks and stages, drivers claim and deliver,
all through the real actions. What somebody was told is written to the journal, with the seconds it took, right after
the answer: what stands there is acknowledged and must not be lost.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import django

django.setup()

from django.db.models import QuerySet  # noqa: E402

from common.errors import DomainError  # noqa: E402
from dispatch.actions.claiming import accept_offer  # noqa: E402
from dispatch.actions.run_steps.doors import DropProof  # noqa: E402
from dispatch.actions.running import arrive, complete_drop, load_delivery  # noqa: E402
from dispatch.models import Offer, Run, Stop  # noqa: E402
from dispatch.states import OfferStatus, RunStatus  # noqa: E402
from orders.actions.checkout import place_order  # noqa: E402
from orders.actions.picking import pick_line, start_picking  # noqa: E402
from orders.actions.staging import Bags, mark_ready, stage_bags  # noqa: E402
from orders.actions.windows import hold_window  # noqa: E402
from orders.models import Cart, Order  # noqa: E402
from orders.queries.checkout import checkout_of  # noqa: E402
from orders.states import OrderStatus  # noqa: E402
from providers.payments.gateway import gateway  # noqa: E402
from tests.dispatch.walk import photo  # noqa: E402
from tests.faults.town import SECONDS_BETWEEN_ORDERS, Town, read_town  # noqa: E402

Act = tuple[str, Callable[[], object]]


class People:
    """Everybody in one town, doing one thing after another for ever."""

    def __init__(self, town: Town, journal: Path) -> None:
        self.town, self.journal = town, journal
        self.next_order_at = 0.0

    def live(self) -> None:
        """Do what there is to do, and note what was answered."""
        while True:
            for kind, act in self.acts():
                started = time.monotonic()
                try:
                    answer = act()
                except DomainError as refusal:
                    self.note(f"{kind} refused", refusal.code, time.monotonic() - started)
                else:
                    self.note(kind, answer, time.monotonic() - started)
            time.sleep(0.05)

    def note(self, kind: str, answer: object, seconds: float) -> None:
        """One line for one answer."""
        told = answer if isinstance(answer, str) else getattr(answer, "pk", None)
        line = {"at": time.time(), "kind": kind, "answer": told, "seconds": round(seconds, 3)}
        with self.journal.open("a") as journal:
            journal.write(json.dumps(line) + "\n")

    def acts(self) -> Iterator[Act]:
        """What can be done now: one order placed, one picked, and one thing by each driver."""
        yield from self.shop()
        yield from self.pick()
        for driver_id in self.town.driver_ids:
            yield from self.drive(driver_id)

    def shop(self) -> Iterator[Act]:
        """The next basket goes to the till; one whose answer never came goes again."""
        cart = Cart.objects.filter(pk__in=list(self.town.carts), ordered_at__isnull=True).order_by("pk").first()
        if cart is not None and time.monotonic() >= self.next_order_at:
            self.next_order_at = time.monotonic() + SECONDS_BETWEEN_ORDERS
            yield "placed", lambda: self.order(cart)

    def order(self, cart: Cart) -> Order:
        """Choose the window, then order the basket at the total it shows."""
        now = datetime.now(UTC)
        hold_window(cart_id=cart.pk, window_id=self.town.window_id, now=now)
        card = gateway().tokenise(number="4242424242424242", exp_month=12, exp_year=2040, cvc="123")
        return place_order(
            cart_id=cart.pk,
            shopper_id=self.town.carts[str(cart.pk)],
            card_token=card.token,
            card_brand=card.brand,
            card_last4=card.last4,
            shown_total_cents=checkout_of(cart_id=cart.pk, now=now).bill.total_cents,
            now=now,
        )

    def pick(self) -> Iterator[Act]:
        """The oldest order that is not staged is picked and staged."""
        open_orders = Order.objects.filter(status__in=[OrderStatus.PLACED, OrderStatus.PICKING])
        order = open_orders.order_by("pk").first()
        if order is not None:
            yield "ready", lambda: self.fetch(order)

    def fetch(self, order: Order) -> Order:
        """Pick every line, put it into two bags, and say so."""
        picker = self.town.picker_id
        start_picking(order_id=order.pk, picker_id=picker, by="staff", now=datetime.now(UTC))
        for line in order.lines.all():
            pick_line(line_id=line.pk, quantity=line.quantity, picker_id=picker, now=datetime.now(UTC))
        stage_bags(order_id=order.pk, bags=[Bags("ambient", "", 2)], now=datetime.now(UTC))
        return mark_ready(order_id=order.pk, by="staff", now=datetime.now(UTC))

    def drive(self, driver_id: int) -> Iterator[Act]:
        """A driver on a run goes to its next stop; another claims what is offered."""
        run = Run.objects.filter(driver=driver_id, status=RunStatus.ACTIVE).first()
        if run is not None:
            stop = self.open_stops(run).select_related("delivery__order").first()
            if stop is not None:
                yield stop.kind, lambda: self.do(stop)
            return
        now = datetime.now(UTC)
        offer = Offer.objects.filter(driver=driver_id, status=OfferStatus.OPEN, expires_at__gt=now).first()
        if offer is not None:
            yield "claimed", lambda: accept_offer(offer_id=offer.pk, now=now)

    @staticmethod
    def open_stops(run: Run) -> QuerySet[Stop]:
        """What is left of a run, in order."""
        return run.stops.filter(done_at__isnull=True, is_dropped=False).order_by("position")

    @staticmethod
    def do(stop: Stop) -> Stop:
        """Everything at one stop: the bags into the car, or to the door with a photo."""
        arrive(stop_id=stop.pk, lat=stop.lat, lng=stop.lng, now=datetime.now(UTC))
        if stop.kind == Stop.Kind.PICKUP:
            code = stop.delivery.order.handover_code
            return load_delivery(stop_id=stop.pk, bags=2, code=code, now=datetime.now(UTC))
        return complete_drop(stop_id=stop.pk, proof=DropProof(photo=photo(), where=stop.point), now=datetime.now(UTC))


if __name__ == "__main__":
    People(read_town(Path(sys.argv[1])), Path(sys.argv[2])).live()
