"""Whatever a picker does and in whichever order, a shelf gets back exactly what it lost and sells no piece twice."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from common.errors import DomainError
from orders.actions.cancel import cancel_order
from orders.actions.picking import pick_line, scan_piece, short_line, start_picking, undo_line
from orders.actions.substitution import (
    decide_overdue_substitutions,
    decide_substitution,
    propose_substitute,
    substitute_line,
)
from orders.models import Line, ShortReason, Substitution
from orders.states import LineStatus, OrderStatus
from stores.actions.shelf import change_shelf
from stores.models import StoreItem
from tests import make

pytestmark = pytest.mark.django_db

SHELVES, LINES, ORDERS = st.integers(0, 2), st.integers(0, 3), st.integers(0, 1)
PIECES = st.integers(-1, 12)
START = 9


class Shop(RuleBasedStateMachine):
    """Three shelves, two orders of two lines each, one picker; beside it a model that only adds and takes away.

    `free[n]` is what shelf n would hold free if every line were back on the list: sales, counts and cancelled orders
    change it, nothing that a picker can undo does.
    """

    def __init__(self) -> None:
        """All rows are new; they vanish with the savepoint."""
        super().__init__()
        self.before = transaction.savepoint()
        store = make.store()
        self.now = make.NOON
        self.kim = make.staff(store)
        self.shelves = [make.shelf(store, price_cents=400, stock=START) for _ in range(3)]
        pairs = [((0, 4), (1, 1)), ((0, 2), (2, 3))]
        self.orders = [make.order(store, lines=[(self.shelves[n], q) for n, q in pair]) for pair in pairs]
        self.lines = [line.pk for order in self.orders for line in order.lines.order_by("pk")]
        self.free = [START] * 3
        for order in self.orders:
            start_picking(order_id=order.pk, picker_id=self.kim.pk, by=self.kim.actor, now=self.now)

    def teardown(self) -> None:
        """Undo all that can be undone: the shelves hold what they would if nothing had been picked."""
        for key in self.lines:
            if Line.objects.get(pk=key).order.status == OrderStatus.PICKING:
                undo_line(line_id=key, now=self.tick())
        held = [StoreItem.objects.get(pk=shelf.pk).stock for shelf in self.shelves]
        transaction.savepoint_rollback(self.before)
        assert held == self.free

    def tick(self) -> datetime:
        """A second later."""
        self.now += timedelta(seconds=1)
        return self.now

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A refusal changes nothing."""
        rows = self.rows()
        try:
            yield
        except DomainError:
            assert self.rows() == rows

    def rows(self) -> list[object]:
        """All that stands in the rows."""
        tables = (StoreItem, Line, Substitution)
        return [list(table.objects.order_by("pk").values()) for table in tables]

    def act(self, do: Callable[..., object], **said: object) -> None:
        with self.attempt():
            do(now=self.tick(), **said)

    @rule(line=LINES, quantity=PIECES)
    def pick(self, line: int, quantity: int) -> None:
        self.act(pick_line, line_id=self.lines[line], quantity=quantity, picker_id=self.kim.pk)

    @rule(line=LINES, before=st.integers(0, 3))
    def scan(self, line: int, before: int) -> None:
        found = Line.objects.select_related("store_item__item").get(pk=self.lines[line])
        code = found.store_item.item.upc
        self.act(scan_piece, line_id=found.pk, scanned=code, before=before, picker_id=self.kim.pk)

    @rule(line=LINES, reason=st.sampled_from(ShortReason))
    def short(self, line: int, reason: ShortReason) -> None:
        self.act(short_line, line_id=self.lines[line], reason=reason, picker_id=self.kim.pk)

    @rule(line=LINES)
    def undo(self, line: int) -> None:
        self.act(undo_line, line_id=self.lines[line])

    @rule(line=LINES, shelf=SHELVES, quantity=PIECES)
    def substitute(self, line: int, shelf: int, quantity: int) -> None:
        what = {"store_item_id": self.shelves[shelf].pk, "quantity": quantity, "picker_id": self.kim.pk}
        self.act(substitute_line, line_id=self.lines[line], **what)

    @rule(line=LINES, shelf=SHELVES, quantity=PIECES)
    def ask(self, line: int, shelf: int, quantity: int) -> None:
        what = {"store_item_id": self.shelves[shelf].pk, "quantity": quantity}
        self.act(propose_substitute, line_id=self.lines[line], **what)

    @rule(line=LINES, approve=st.booleans())
    def answer(self, line: int, approve: bool) -> None:
        for asked in Substitution.objects.filter(line_id=self.lines[line]):
            self.act(decide_substitution, substitution_id=asked.pk, approve=approve)

    @rule()
    def silence(self) -> None:
        self.now += timedelta(minutes=11)
        decide_overdue_substitutions(now=self.now)

    @rule(shelf=SHELVES, pieces=st.integers(1, 4))
    def sell(self, shelf: int, pieces: int) -> None:
        there = StoreItem.objects.filter(pk=self.shelves[shelf].pk, stock__gte=pieces)
        self.free[shelf] -= pieces * there.update(stock=F("stock") - pieces)

    @rule(shelf=SHELVES, pieces=st.integers(0, 20))
    def count(self, shelf: int, pieces: int) -> None:
        key = self.shelves[shelf].pk
        change_shelf(store_item_id=key, stock=pieces, now=self.tick())
        self.free[shelf] = pieces + self.out_of(key)

    @rule(order=ORDERS)
    def cancel(self, order: int) -> None:
        found = self.orders[order]
        if Line.objects.filter(order=found).first().order.status == OrderStatus.CANCELLED:  # type: ignore[union-attr]
            return
        for line in found.lines.all():
            number = [shelf.pk for shelf in self.shelves].index(line.store_item_id)
            left = {LineStatus.TO_PICK: line.quantity, LineStatus.PICKED: line.picked_quantity}
            self.free[number] += left.get(LineStatus(line.status), 0) - self.lost_by(line)
        cancel_order(order_id=found.pk, by="system", reason="so", now=self.tick())

    @invariant()
    def nothing_is_sold_that_is_not_there(self) -> None:
        assert all(row.stock >= 0 for row in StoreItem.objects.all())

    @invariant()
    def no_piece_is_lost_or_made(self) -> None:
        for number, shelf in enumerate(self.shelves):
            row = StoreItem.objects.get(pk=shelf.pk)
            lines = Line.objects.filter(store_item=row, order__status=OrderStatus.PICKING)
            lost = sum(self.lost_by(line) for line in lines)
            assert row.stock + self.out_of(shelf.pk) + lost == self.free[number]

    @invariant()
    def no_line_has_more_than_was_asked(self) -> None:
        assert not Line.objects.filter(picked_quantity__gt=F("quantity")).exists()
        assert not Substitution.objects.filter(quantity__gt=F("line__quantity")).exists()

    def out_of(self, store_item_id: int) -> int:
        """Pieces that stand in for others, or that the shopper is asked about."""
        found = Substitution.objects.filter(store_item_id=store_item_id, line__order__status=OrderStatus.PICKING)
        open_ = found.exclude(status=Substitution.Status.REFUSED)
        return sum(open_.values_list("quantity", flat=True))

    def lost_by(self, line: Line) -> int:
        """Pieces struck off as missing and not counted anew since."""
        counted = line.store_item.counted_at
        at = line.written_off_at
        return line.written_off if at is not None and (counted is None or counted < at) else 0


def test_every_order_of_picking_keeps_the_count() -> None:
    few = settings(max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Shop, settings=few)
