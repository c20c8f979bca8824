"""What a shopper is told about substitutes: what is proposed or was put in the bag, and how it differs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orders.actions.substitution import cap_cents
from orders.models import Line, Order, Substitution
from orders.queries.picklist import why_of
from orders.states import LineStatus


@dataclass(frozen=True, slots=True)
class Question:
    """One substitute of an order. `why` says in one line how it compares; `charged_cents` is for all its pieces."""

    public_id: UUID
    status: str
    line: Line
    name: str
    quantity: int
    charged_cents: int
    decide_by: datetime | None
    why: str

    @property
    def is_in_bag(self) -> bool:
        """Whether it was put in the bag."""
        return self.status == Substitution.Status.APPROVED and self.line.status == LineStatus.SUBSTITUTED


def substitutions_of(order: Order) -> Sequence[Question]:
    """All substitutes of an order, those refused too. One query."""
    rows = Substitution.objects.filter(line__order=order).select_related(
        "line__order__store", "line__store_item__item", "store_item__item__department"
    )
    return [_question(row) for row in rows.order_by("pk")]


def _question(row: Substitution) -> Question:
    less = row.charged_cents - cap_cents(row.line, row.quantity)
    return Question(
        public_id=row.public_id,
        status=row.status,
        line=row.line,
        name=row.store_item.item.local_name,
        quantity=row.quantity,
        charged_cents=row.charged_cents,
        decide_by=row.decide_by,
        why=why_of(row.line, row.store_item, less),
    )
