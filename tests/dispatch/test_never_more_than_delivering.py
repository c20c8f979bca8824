"""Whatever a phone sends, in whatever order: not delivering never pays more than delivering, and nothing unseen (R42).

The way back is further work: it is paid at the plain rates of its minutes and miles, as far as it was driven.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from common.errors import DomainError
from common.geo import Point
from dispatch.actions.commands import StepKind, StepOrder, obey
from dispatch.actions.positions import record_position
from dispatch.actions.run_steps.refusals import NotYet
from dispatch.actions.way_back import price
from dispatch.models import Alarm, Run, RunDelivery, Stop
from dispatch.states import DeliveryStatus
from ledger.queries import ledger_sum
from orders.models import Order
from payouts.models import Earning
from providers.routing.gateway import gateway
from tests.dispatch import walk

pytestmark = pytest.mark.django_db
ONE = walk.ONE
AWAY = Point(34.0, -84.0)
SEQUENCES = 150
MOVES = (
    "arrive", "arrive_far", "arrive_blind", "rang", "wait", "nobody_home", "refused", "unsafe", "refused_with_photo",
    "deliver", "deliver_blind", "deliver_far", "half_way", "at_door", "give_up", "move_pin",
)  # fmt: skip


def step_of(run: Run, move: str) -> StepOrder:
    """One thing a phone may send, at the run's door."""
    door = walk.door(run)
    near: dict[str, Any] = {"lat": door.lat, "lng": door.lng}
    far: dict[str, Any] = {"lat": AWAY.lat, "lng": AWAY.lng}
    photo: dict[str, Any] = {"photo": walk.photo(), "photo_sha256": "abc"}
    fail = StepOrder(StepKind.FAIL, door.public_id)
    deliver = StepOrder(StepKind.DELIVER, door.public_id, **photo)
    return {
        "arrive": StepOrder(StepKind.ARRIVE, door.public_id, **near),
        "arrive_far": StepOrder(StepKind.ARRIVE, door.public_id, why="wrong_pin", **far),
        "arrive_blind": StepOrder(StepKind.ARRIVE, door.public_id),
        "rang": StepOrder(StepKind.RANG, door.public_id),
        "nobody_home": replace(fail, reason="nobody_home"),
        "refused": replace(fail, reason="refused"),
        "unsafe": replace(fail, reason="unsafe"),
        "refused_with_photo": replace(fail, reason="refused", why="no_position", **photo),
        "deliver": replace(deliver, **near),
        "deliver_blind": replace(deliver, why="no_position"),
        "deliver_far": replace(deliver, why="wrong_pin", **far),
        "give_up": StepOrder(StepKind.GIVE_UP, reason="changed_mind"),
        "move_pin": StepOrder(StepKind.MOVE_PIN, door.public_id, lat=door.lat + 0.009, lng=door.lng),
    }[move]


def make_move(run: Run, move: str, now: datetime) -> datetime:
    """Send one thing, or let time pass; a refusal changes nothing."""
    if move == "wait":
        return now + timedelta(minutes=6)
    door, delivery = walk.door(run), walk.delivery_of(run)
    half = Point((delivery.pickup_lat + door.lat) / 2, (delivery.pickup_lng + door.lng) / 2)
    try:
        if move in {"half_way", "at_door"}:
            at = half if move == "half_way" else door.point
            record_position(run_id=run.pk, lat=at.lat, lng=at.lng, now=now)
        else:
            obey(driver_id=run.driver_id, run_id=run.pk, key=uuid4(), order=step_of(run, move), now=now)
    except DomainError:
        pass
    return now + timedelta(seconds=20)


def end(run: Run, now: datetime) -> None:
    """Bring back whatever is still in the car."""
    make_move(run, "give_up", now)
    for back in run.stops.filter(kind=Stop.Kind.RETURN, done_at=None):
        code = Order.objects.values_list("handover_code", flat=True).get(delivery=back.delivery_id)
        order = StepOrder(StepKind.RETURN, back.public_id, code=code)
        obey(driver_id=run.driver_id, run_id=run.pk, key=uuid4(), order=order, now=now)


def check(run: Run, moves: list[str]) -> None:
    """What must hold after any sequence."""
    terms = RunDelivery.objects.get(run=run)
    offered = terms.pay_cents + terms.tip_cents
    paid = {one.source.split(":")[0]: one for one in Earning.objects.all()}
    total = sum(one.total_cents for one in paid.values())
    alarms = set(Alarm.objects.values_list("kind", flat=True))
    delivered = walk.delivery_of(run).status == DeliveryStatus.DELIVERED
    assert ledger_sum() == 0
    assert all(one.offered_cents in {offered, one.total_cents} for one in paid.values()), moves
    if delivered:
        assert total == offered, moves
        assert set(paid) == {"delivery"}, moves
        assert "unseen_at_door" in alarms or was_near(moves), moves
        return
    assert set(paid) == {"attempt", "return"}, moves
    assert paid["attempt"].total_cents <= terms.pay_cents, moves
    assert paid["return"].total_cents <= price_of_the_road_back(run), moves
    if not was_near(moves):
        assert total == 0 or "unseen_at_door" in alarms, moves


def price_of_the_road_back(run: Run) -> int:
    """What the whole way from door to store costs at the plain rates of minutes and miles: it is further work."""
    one = walk.delivery_of(run)
    farthest = Point(one.drop_lat, one.drop_lng)
    way = gateway().estimator.leg(farthest, one.pickup, ONE)
    return price(run.market, way.seconds, way.metres) + 1


def was_near(moves: list[str]) -> bool:
    """Whether anything in a sequence showed the car on its way or at the door."""
    return bool({"arrive", "deliver", "half_way", "at_door", "move_pin"} & set(moves))


def test_no_sequence_of_steps_pays_for_what_was_not_done() -> None:
    run, dice = walk.loaded(), Random(42)
    endings = set()

    for _ in range(SEQUENCES):
        before = transaction.savepoint()
        moves, now = dice.choices(MOVES, k=dice.randint(1, 8)), ONE
        for move in moves:
            now = make_move(run, move, now)
        end(run, now)
        check(run, moves)
        endings.add(walk.delivery_of(run).status)
        transaction.savepoint_rollback(before)

    assert endings == {DeliveryStatus.DELIVERED, DeliveryStatus.RETURNED}


def test_what_is_sent_late_and_in_any_order_comes_back_the_same() -> None:
    run = walk.loaded()
    seen = []

    for moves in permutations(["arrive", "rang", "nobody_home"]):
        before = transaction.savepoint()
        keys = {move: (uuid4(), step_of(run, move)) for move in moves}
        for wave in range(8):
            now = ONE + timedelta(minutes=wave)
            for key, order in keys.values():
                with suppress(NotYet):
                    obey(driver_id=run.driver_id, run_id=run.pk, key=key, order=order, now=now)
        end(run, ONE + timedelta(minutes=30))
        seen.append(sorted(Earning.objects.values_list("kind", "pay_cents", "tip_cents", "unearned_tip_cents")))
        transaction.savepoint_rollback(before)

    assert len(seen) == 6
    assert all(one == seen[0] for one in seen)
    assert seen[0][-1][1] == 920
