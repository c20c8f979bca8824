"""One order as staff see it: lines, money, places and its whole history with names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from accounts.models import User
from events.models import StatusChange
from orders.actions.refunds import FEES, REFUNDABLE, charged_for
from orders.models import Order, Refund, Staging
from orders.queries.picklist import PickLine, pick_line_of
from orders.states import OrderStatus


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One line with what can still be given back for it."""

    line: PickLine
    refunded_cents: int
    left_cents: int
    refund_key: UUID

    @property
    def left_dollars(self) -> str:
        """The same as a person types it."""
        return f"{self.left_cents // 100}.{self.left_cents % 100:02d}"


@dataclass(frozen=True, slots=True)
class StaffFee:
    """A fee of which something can still be given back."""

    code: str
    name: str
    left_cents: int
    refund_key: UUID

    @property
    def left_dollars(self) -> str:
        """The same as a person types it."""
        return f"{self.left_cents // 100}.{self.left_cents % 100:02d}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened, as the timeline draws it."""

    title: str
    text: str
    when: datetime
    state: str = "done"


@dataclass(frozen=True, slots=True)
class StaffOrder:
    """Everything the order page shows."""

    lines: Sequence[StaffLine]
    stagings: Sequence[Staging]
    refunds: Sequence[Refund]
    history: Sequence[Entry]
    is_refundable: bool
    card: str
    fees: Sequence[StaffFee]
    whole_key: UUID

    @property
    def refunded_cents(self) -> int:
        """All that was given back."""
        return sum(refund.amount_cents for refund in self.refunds)


def staff_order(order: Order) -> StaffOrder:
    """An order for its store's staff. Six queries, however long it is."""
    rows = order.lines.select_related(
        "store_item__item__department", "store_item__aisle", "substitution", "wish_item__item", "order__store"
    ).order_by("pk")
    refunds = list(Refund.objects.filter(order=order).select_related("line").order_by("pk"))
    changes = list(StatusChange.objects.filter(kind="order", object_id=order.pk).order_by("pk"))
    names = names_of([change.actor for change in changes] + [refund.author for refund in refunds])
    payment = order.payments.order_by("pk").first()
    return StaffOrder(
        lines=[
            StaffLine(pick_line_of(row), row.refunded_cents, charged_for(row) - row.refunded_cents, uuid4())
            for row in rows
        ],
        stagings=list(Staging.objects.filter(order=order).order_by("pk")),
        refunds=refunds,
        history=sorted(
            [*(_change(change, names) for change in changes), *(_refund(refund, names) for refund in refunds)],
            key=lambda entry: entry.when,
        ),
        is_refundable=order.status in REFUNDABLE,
        fees=_fees(order, refunds),
        whole_key=uuid4(),
        card=f"{payment.card_brand} {payment.card_last4}, {payment.get_status_display().lower()}" if payment else "",
    )


def names_of(actors: Sequence[str]) -> dict[str, str]:
    """Names of the people who did something, by actor. One query."""
    ids = {actor.removeprefix("user:") for actor in actors if actor.startswith("user:")}
    found = User.objects.filter(public_id__in=ids).only("public_id", "name", "email")
    return {person.actor: str(person) for person in found}


def _fees(order: Order, refunds: Sequence[Refund]) -> list[StaffFee]:
    """The fees that were charged, as far as they are not given back."""
    names = {Refund.Fee.DELIVERY: "Delivery fee", Refund.Fee.STATUTORY: order.statutory_fee_label}
    fees = []
    for fee, column in FEES.items():
        left = int(getattr(order, column)) - sum(one.amount_cents for one in refunds if one.fee == fee)
        if left > 0:
            fees.append(StaffFee(fee, names[fee], left, uuid4()))
    return fees


def _change(change: StatusChange, names: dict[str, str]) -> Entry:
    who = names.get(change.actor, "Homeward" if change.actor == "system" else change.actor)
    bad = change.to_status in {OrderStatus.CANCELLED, OrderStatus.RETURNED}
    words = f"{who}: {change.reason}" if change.reason else who
    return Entry(str(OrderStatus(change.to_status).label), words, change.at, "bad" if bad else "done")


def _refund(refund: Refund, names: dict[str, str]) -> Entry:
    what = refund.line.name if refund.line else (refund.get_fee_display() if refund.fee else "Tip")
    who = names.get(refund.author, "Homeward")
    return Entry(f"Refund, {what}", f"{who}: {refund.reason}", refund.created_at)
