"""Store staff of the simulated day: they take orders up in turn and pick them line by line."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from accounts.models import User
from common.errors import DomainError
from dispatch.simulator.day.cast import Cast
from dispatch.simulator.day.pace import Pace
from dispatch.simulator.picking import lines_to_pick, pick_next, stage_order
from orders.actions.picking import start_picking
from orders.actions.staging import mark_ready
from orders.models import Line, Order
from orders.states import OrderStatus

AT_ONCE = 8
AHEAD = timedelta(hours=1)  # what is for later stays open to change until its time comes
BEFORE_STARTING = (3.0, 9.0)
A_LINE = (0.8, 1.8)
LEFT_TO_VISITORS = 600.0  # an order that a visitor has begun to pick is theirs for so long


class Staff:
    """Everyone who picks."""

    def __init__(self, cast: Cast, pace: Pace, dice: Random) -> None:
        """Each store has one picker of ours."""
        self._cast, self._pace, self._dice = cast, pace, dice

    def tick(self, now: datetime) -> None:
        """Do the next thing about each of the oldest orders whose time has come."""
        open_orders = Order.objects.filter(
            status__in=[OrderStatus.PLACED, OrderStatus.PICKING], window__starts_at__lte=now + AHEAD
        )
        for order in open_orders.select_related("store").order_by("placed_at")[:AT_ONCE]:
            picker = self._cast.pickers.get(order.store_id)
            if picker is not None and self._is_due(order, now):
                self._work(order, picker, now)

    def _is_due(self, order: Order, now: datetime) -> bool:
        if order.status == OrderStatus.PLACED:
            return self._pace.is_over(("start", order.pk), self._dice.uniform(*BEFORE_STARTING), now)
        if order.picker_id in self._cast.guest_ids:
            return self._pace.is_over(("visitor", order.pk), LEFT_TO_VISITORS, now)
        return self._pace.is_over(("line", order.pk), self._dice.uniform(*A_LINE), now)

    def _work(self, order: Order, picker: User, now: datetime) -> None:
        self._pace.again(("line", order.pk), self._dice.uniform(*A_LINE), now)
        is_ours = order.status == OrderStatus.PICKING and order.picker_id == picker.pk
        if not is_ours:
            start_picking(order_id=order.pk, picker_id=picker.pk, by=picker.actor, now=now, take_over=True)
            return
        lines = lines_to_pick(order)
        if lines:
            self._pick(lines, picker, now)
            return
        stage_order(order, self._dice, now=now)
        mark_ready(order_id=order.pk, by=picker.actor, now=now)

    def _pick(self, lines: Sequence[Line], picker: User, now: datetime) -> None:
        for line in lines:
            try:
                pick_next(line, picker.pk, self._dice, now=now)
            except DomainError:
                continue  # it waits for the shopper's answer, say: the next one can be picked
            return
