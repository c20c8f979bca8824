"""Locks on deliveries, offers and runs, always in this order: order, deliveries by pk, offer, run, driver, trip."""

from collections.abc import Iterable
from dataclasses import dataclass

from common.transactions import needs_transaction
from dispatch.models import Delivery, Offer, Run, Stop
from dispatch.states import DeliveryStatus
from orders.actions.locks import lock_order
from orders.models import Order


@dataclass(frozen=True, slots=True)
class Held:
    """One stop of a run with everything a step at it may change, locked."""

    order: Order
    delivery: Delivery
    run: Run
    stop: Stop
    deliveries: dict[int, Delivery]  # all that the run has carried, by pk

    @property
    def driver_actor(self) -> str:
        """How the driver is named in histories."""
        return self.run.driver.user.actor


@needs_transaction
def lock_deliveries(delivery_ids: Iterable[int], *, nowait: bool = False) -> list[Delivery]:
    """Lock deliveries in the order of their pks, whatever order they are named in."""
    rows = Delivery.objects.select_for_update(no_key=True, nowait=nowait, of=("self",))
    named = rows.select_related("order", "store", "market").filter(pk__in=list(delivery_ids))
    return list(named.order_by("pk"))


@needs_transaction
def lock_waiting(delivery_ids: Iterable[int]) -> list[Delivery]:
    """Lock those of some deliveries that nobody has claimed, in the order of their pks.

    Whoever waited for a lock and finds the delivery claimed is sent on by the database itself, without holding it.
    """
    rows = Delivery.objects.select_for_update(no_key=True, of=("self",)).select_related("order", "store", "market")
    waiting = rows.filter(pk__in=list(delivery_ids), status=DeliveryStatus.READY, claimed_run__isnull=True)
    return list(waiting.order_by("pk"))


@needs_transaction
def lock_offer(offer_id: int) -> Offer:
    """Lock one offer, after its deliveries."""
    return Offer.objects.select_for_update(no_key=True, of=("self",)).select_related("market").get(pk=offer_id)


@needs_transaction
def lock_run(run_id: int) -> Run:
    """Lock one run, after the deliveries it carries; its stops are changed under this lock only."""
    rows = Run.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("driver__user", "trip", "market").get(pk=run_id)


@needs_transaction
def lock_carried(run_id: int) -> tuple[Run, dict[int, Delivery]]:
    """Lock all that a run has carried, then the run.

    What joined the run while its lock was waited for is locked as well, out of turn and therefore without waiting:
    should somebody hold it, this one is refused as busy.
    """
    known = set(_carried(run_id))
    deliveries = {one.pk: one for one in lock_deliveries(known)}
    run = lock_run(run_id)
    joined = set(_carried(run_id)) - known
    if joined:
        deliveries |= {one.pk: one for one in lock_deliveries(joined, nowait=True)}
    return run, deliveries


def _carried(run_id: int) -> list[int]:
    return list(Delivery.objects.filter(carriers__run_id=run_id).values_list("pk", flat=True))


@needs_transaction
def hold_stop(stop_id: int) -> Held:
    """Lock a stop's order, its run's deliveries and the run, and read the stop afresh under those locks."""
    run_id, delivery_id, order_id = Stop.objects.values_list("run_id", "delivery_id", "delivery__order_id").get(
        pk=stop_id
    )
    order = lock_order(order_id)
    run, deliveries = lock_carried(run_id)
    stop = Stop.objects.get(pk=stop_id)
    return Held(order=order, delivery=deliveries[delivery_id], run=run, stop=stop, deliveries=deliveries)
