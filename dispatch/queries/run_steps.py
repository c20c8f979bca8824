"""A run as the steps its driver sees: one at a time, the rest as dots."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from dispatch.models import Proof, Run, RunDelivery, Stop
from dispatch.models.runs import MAX_WRONG_CODES
from dispatch.queries.proofs import proofs_needed
from dispatch.states import DeliveryStatus
from orders.models import Order

LABELS = {Stop.Kind.PICKUP: "load", Stop.Kind.DROP: "deliver", Stop.Kind.RETURN: "return"}


@dataclass(frozen=True, slots=True)
class RunStep:
    """One thing to do: get somewhere, or do something there."""

    kind: str  # a StepKind: arrive, load, deliver, return
    stop: Stop
    order: Order
    place: str
    address: str
    eta_at: datetime
    bags: int = 0
    needs_code: bool = False
    needs_passcode: bool = False
    needs_photo: bool = False
    needs_id: bool = False
    is_locked: bool = False
    orders_here: int = 1
    waited_since: datetime | None = None
    usual_wait_minutes: int = 0
    key: UUID = field(default_factory=uuid4)
    fail_key: UUID = field(default_factory=uuid4)

    @property
    def at_door(self) -> bool:
        """Whether it is about a shopper's door."""
        return self.stop.kind == Stop.Kind.DROP


@dataclass(frozen=True, slots=True)
class RunPage:
    """A run under way: what to do now, what comes within the same stage, and how far it has come.

    `steps` ends where the next address is still to be revealed: a door is told in full once its bags are in the car.
    """

    run: Run
    steps: list[RunStep]
    done: int
    total: int
    offered_cents: int
    carried: int
    next_area: str
    give_up_key: UUID = field(default_factory=uuid4)

    @property
    def now(self) -> int:
        """Number of the present step, from one."""
        return min(self.done + 1, self.total)


def run_page(run: Run) -> RunPage:
    """Read a run's steps. Four queries, whatever its size."""
    stops = list(
        run.stops.filter(is_dropped=False).select_related("delivery__order", "delivery__store").order_by("position")
    )
    carried = list(RunDelivery.objects.filter(run=run, dropped_at__isnull=True))
    kept: dict[int, set[str]] = {}
    for delivery, kind in Proof.objects.filter(run=run).values_list("delivery_id", "kind"):
        kept.setdefault(delivery, set()).add(kind)
    open_stops = [stop for stop in stops if stop.done_at is None]
    steps = list(_steps(open_stops, kept))
    places = {_place(stop) for stop in stops}
    reached = {_place(stop) for stop in stops if stop.arrived_at is not None}
    hidden = next((stop.delivery.drop_area for stop in open_stops if not _is_revealed(stop)), "")
    return RunPage(
        run=run,
        steps=steps,
        done=len(stops) - len(open_stops) + len(reached),
        total=len(stops) + len(places),
        offered_cents=sum(one.pay_cents + one.tip_cents for one in carried),
        carried=len(carried),
        next_area=hidden,
    )


def _steps(stops: Sequence[Stop], kept: dict[int, set[str]]) -> Iterable[RunStep]:
    """Steps in order, up to the first door whose address is not told yet."""
    told: set[tuple[str, float, float]] = set()
    for stop in stops:
        if not _is_revealed(stop):
            return
        if stop.arrived_at is None and _place(stop) not in told:
            told.add(_place(stop))
            yield _arrive(stop, sum(_place(other) == _place(stop) for other in stops))
        yield _act(stop, kept.get(stop.delivery_id, set()))


def _place(stop: Stop) -> tuple[str, float, float]:
    return (stop.kind, stop.lat, stop.lng)


def _is_revealed(stop: Stop) -> bool:
    """Whether the whole address may be shown: stores always, doors once their bags are in the car."""
    return stop.kind != Stop.Kind.DROP or stop.delivery.status == DeliveryStatus.PICKED_UP


def _where(stop: Stop) -> tuple[str, str]:
    order, store = stop.delivery.order, stop.delivery.store
    if stop.kind != Stop.Kind.DROP:
        return store.name, f"{store.line1}, {store.city} {store.zip_code}"
    line = f"{order.line1}, {order.line2}" if order.line2 else order.line1
    return order.contact_name, f"{line}, {order.city} {order.zip_code}"


def _arrive(stop: Stop, orders_here: int) -> RunStep:
    place, address = _where(stop)
    return RunStep(
        kind="arrive", stop=stop, order=stop.delivery.order, place=place, address=address, eta_at=stop.eta_at,
        orders_here=orders_here,
    )  # fmt: skip


def _act(stop: Stop, kept: set[str]) -> RunStep:
    place, address = _where(stop)
    order = stop.delivery.order
    needed = set(proofs_needed(order.age_limit, bool(order.passcode))) - kept if stop.kind == Stop.Kind.DROP else set()
    return RunStep(
        kind=LABELS[Stop.Kind(stop.kind)],
        stop=stop,
        order=order,
        place=place,
        address=address,
        eta_at=stop.eta_at,
        bags=stop.bags or order.bag_count,
        needs_code=stop.kind == Stop.Kind.RETURN or (stop.kind == Stop.Kind.PICKUP and stop.handed_over_at is None),
        needs_passcode=Proof.Kind.PASSCODE in needed,
        needs_photo=Proof.Kind.PHOTO in needed,
        needs_id=Proof.Kind.ID_CHECK in needed,
        is_locked=stop.wrong_codes >= MAX_WRONG_CODES,
        waited_since=stop.arrived_at if stop.kind == Stop.Kind.PICKUP else None,
        usual_wait_minutes=stop.delivery.store.usual_wait_minutes,
    )
