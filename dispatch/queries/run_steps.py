"""A run as the steps its driver sees: one at a time, the rest as dots."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from dispatch.models import Proof, Run, RunDelivery, Stop
from dispatch.models.runs import MAX_WRONG_CODES
from dispatch.queries.proofs import door_wait, proofs_needed
from dispatch.states import DeliveryStatus
from orders.models import Order
from orders.queries.queue import short_name

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
    now: datetime | None = None
    waited_since: datetime | None = None
    usual_wait_minutes: int = 0
    heading: str = ""  # what the driver looks for: the address of a door, the name of a store
    wait_until: datetime | None = None  # at a door: until when the rules ask to wait where nobody comes
    attempt_cents: int = 0  # what a try at this door pays when it fails
    lost_tip_cents: int = 0  # and the tip that is not charged then
    rang_key: UUID = field(default_factory=uuid4)
    pin_key: UUID = field(default_factory=uuid4)
    key: UUID = field(default_factory=uuid4)
    fail_key: UUID = field(default_factory=uuid4)

    @property
    def at_door(self) -> bool:
        """Whether it is about a shopper's door."""
        return self.stop.kind == Stop.Kind.DROP

    @property
    def wait_seconds(self) -> int:
        """Seconds that are left to wait at the door, by our clock."""
        left = self.wait_until - self.now if self.wait_until and self.now else timedelta(0)
        return max(0, int(left.total_seconds()))

    @property
    def is_stuck(self) -> bool:
        """Whether it cannot be done as it stands: it needs a code, and typing one is locked."""
        return self.is_locked and self.kind != "arrive" and (self.needs_code or self.needs_passcode)

    @property
    def has_waited(self) -> bool:
        """Whether there is nothing left to wait for, as far as the page knew when it was drawn."""
        return self.wait_until is not None and self.now is not None and self.now >= self.wait_until


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


def run_page(run: Run, now: datetime) -> RunPage:
    """Read a run's steps. Four queries, whatever its size."""
    stops = list(
        run.stops.filter(is_dropped=False).select_related("delivery__order", "delivery__store").order_by("position")
    )
    carried = list(RunDelivery.objects.filter(run=run, dropped_at__isnull=True))
    kept: dict[int, set[str]] = {}
    for delivery, kind in Proof.objects.filter(run=run).values_list("delivery_id", "kind"):
        kept.setdefault(delivery, set()).add(kind)
    open_stops = [stop for stop in stops if stop.done_at is None]
    wait = door_wait(run.market, now)
    terms = {one.delivery_id: one for one in carried}
    steps = [_at_the_door(step, terms.get(step.stop.delivery_id), wait, now) for step in _steps(open_stops, kept)]
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


def _at_the_door(step: RunStep, terms: RunDelivery | None, wait: timedelta, now: datetime) -> RunStep:
    """A step with what failing at its door would need and pay, if it is about one."""
    arrived = step.stop.arrived_at
    if not step.at_door or terms is None:
        return step
    return replace(
        step, now=now, wait_until=arrived + wait if arrived else None, attempt_cents=terms.pay_cents,
        lost_tip_cents=terms.tip_cents,
    )  # fmt: skip


def _place(stop: Stop) -> tuple[str, float, float]:
    return (stop.kind, stop.lat, stop.lng)


def _is_revealed(stop: Stop) -> bool:
    """Whether the whole address may be shown: stores always, doors once their bags are in the car."""
    return stop.kind != Stop.Kind.DROP or stop.delivery.status == DeliveryStatus.PICKED_UP


def _where(stop: Stop) -> tuple[str, str, str]:
    """Who or what is there, its whole address, and what to look for. A shopper goes by first name and initial."""
    order, store = stop.delivery.order, stop.delivery.store
    if stop.kind != Stop.Kind.DROP:
        return store.name, f"{store.line1}, {store.city} {store.zip_code}", store.name
    line = f"{order.line1}, {order.line2}" if order.line2 else order.line1
    return short_name(order.contact_name), f"{line}, {order.city} {order.zip_code}", line


def _arrive(stop: Stop, orders_here: int) -> RunStep:
    place, address, heading = _where(stop)
    return RunStep(
        kind="arrive", stop=stop, order=stop.delivery.order, place=place, address=address, eta_at=stop.eta_at,
        orders_here=orders_here, heading=heading,
    )  # fmt: skip


def _act(stop: Stop, kept: set[str]) -> RunStep:
    place, address, heading = _where(stop)
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
        heading=heading,
    )
