"""What a shopper sees of an order on its way: where it stands, who brings it, and where they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from common.geo import Point
from dispatch.models import Delivery, Proof, Run, Stop
from dispatch.states import DeliveryStatus, RunStatus
from orders.models import Order
from orders.queries.questions import Question, substitutions_of
from orders.states import OrderStatus
from stores.models import Store

ON_THE_ROAD = {DeliveryStatus.PICKED_UP}
WITH_DRIVER = {DeliveryStatus.CLAIMED, DeliveryStatus.AT_STORE, DeliveryStatus.PICKED_UP}
NEAR = timedelta(minutes=30)
OVER = {OrderStatus.DELIVERED, OrderStatus.CANCELLED, OrderStatus.RETURNED}


@dataclass(frozen=True, slots=True)
class Courier:
    """Who brings it, as far as a shopper may know: first name and vehicle."""

    first_name: str
    vehicle: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an order for the timeline."""

    title: str
    when: datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class Tracking:
    """An order on its way. `position` and `eta` are known only between pick-up and the end of the delivery (P8)."""

    order: Order
    store: Store
    stage: str
    courier: Courier | None
    eta_at: datetime | None
    promised_by: datetime
    position: Point | None
    located_at: datetime | None
    stops_before: int
    substitutions: Sequence[Question]
    proof: Proof | None
    is_late: bool
    lacks_driver: bool
    rang_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens."""
        return self.order.status in OVER

    @property
    def will_be_late(self) -> bool:
        """Whether the driver is expected after the promised time."""
        return self.eta_at is not None and self.eta_at > self.promised_by

    @property
    def can_cancel(self) -> bool:
        """Whether the shopper can still call it off."""
        return self.order.status == OrderStatus.PLACED


def tracking_of(order: Order, now: datetime) -> Tracking:
    """Read where an order stands; needs `store__market` and `window` read along. Five queries at most."""
    rows = Delivery.objects.filter(order=order).select_related("claimed_run__driver__vehicle")
    delivery = rows.first()
    run = delivery.claimed_run if delivery and delivery.status in WITH_DRIVER else None
    on_road = delivery is not None and delivery.status in ON_THE_ROAD and run is not None
    drop = _drop(run, delivery)
    return Tracking(
        order=order,
        store=order.store,
        stage=_stage(order, delivery),
        courier=_courier(run or (delivery.claimed_run if delivery else None)),
        eta_at=drop.eta_at if drop and on_road else None,
        promised_by=(delivery.promised_by if delivery and delivery.promised_by else order.window.ends_at),
        position=_position(run) if on_road else None,
        located_at=run.located_at if run and on_road else None,
        stops_before=_stops_before(run, drop) if on_road else 0,
        substitutions=substitutions_of(order),
        proof=_proof(delivery),
        is_late=order.status not in OVER and now > order.window.ends_at,
        lacks_driver=_lacks_driver(order, run, now),
        rang_at=drop.rang_at if drop and on_road else None,
    )


def steps_of(tracking: Tracking) -> list[Step]:
    """The timeline: what has happened, what is going on, what comes."""
    order, name = tracking.order, tracking.courier.first_name if tracking.courier else ""
    if order.status == OrderStatus.CANCELLED:
        return [Step(_("Ordered"), order.placed_at, "done"), Step(_("Canceled, nothing was charged"), None, "bad")]
    driver = {"name": name or _("a driver")}
    moments = [
        (_("Ordered"), _("Ordered"), order.placed_at),
        (
            _("Packed"),
            _("Being prepared") if order.status == OrderStatus.PICKING else _("Preparing next"),
            order.ready_at,
        ),
        (_("Picked up by %(name)s") % driver, _("Waiting for %(name)s") % driver, order.handed_over_at),
        (_("Delivered"), _("On the way"), order.delivered_at),
    ]
    if order.status == OrderStatus.RETURNED:
        return [*(Step(done, when, "done") for done, _, when in moments[:3]), Step(_("Returned to store"), None, "bad")]
    steps, reached = [], True
    for done, doing, when in moments:
        steps.append(Step(done, when, "done") if when else Step(doing if reached else done, None, _later(reached)))
        reached = reached and when is not None
    return steps


def _lacks_driver(order: Order, run: Run | None, now: datetime) -> bool:
    """Whether an order is packed, but nobody has taken it although its time is near."""
    return order.status == OrderStatus.READY and run is None and now > order.window.ends_at - NEAR


def _later(reached: bool) -> str:
    return "now" if reached else "next"


def _stage(order: Order, delivery: Delivery | None) -> str:
    """Order and delivery as one word for a shopper."""
    if order.status in OVER or delivery is None:
        return order.status
    if delivery.status in {DeliveryStatus.FAILED, DeliveryStatus.RETURNING, DeliveryStatus.PICKED_UP}:
        return delivery.status
    if order.status == OrderStatus.READY and delivery.status in WITH_DRIVER:
        return delivery.status
    return order.status


def _courier(run: Run | None) -> Courier | None:
    if run is None:
        return None
    vehicle = getattr(run.driver, "vehicle", None)
    return Courier(run.driver.first_name, vehicle.description if vehicle else "")


def _drop(run: Run | None, delivery: Delivery | None) -> Stop | None:
    if run is None or delivery is None:
        return None
    return Stop.objects.filter(run=run, delivery=delivery, kind=Stop.Kind.DROP, is_dropped=False).first()


def _position(run: Run | None) -> Point | None:
    if run is None or run.status != RunStatus.ACTIVE or run.lat is None or run.lng is None:
        return None
    return Point(run.lat, run.lng)


def _stops_before(run: Run | None, drop: Stop | None) -> int:
    """How many other doors come first."""
    if run is None or drop is None:
        return 0
    earlier = Stop.objects.filter(run=run, position__lt=drop.position, done_at__isnull=True, is_dropped=False)
    return earlier.filter(kind=Stop.Kind.DROP).count()


def _proof(delivery: Delivery | None) -> Proof | None:
    if delivery is None or delivery.status != DeliveryStatus.DELIVERED:
        return None
    return Proof.objects.filter(delivery=delivery, kind=Proof.Kind.PHOTO).exclude(photo="").first()
