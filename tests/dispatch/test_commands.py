"""What a phone sends late, twice, in any order and with any clock comes to the same end (R8, R9)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from dispatch.actions.commands import Answer, KeyReused, NoSuchStop, StepKind, StepOrder, obey
from dispatch.actions.run_steps.refusals import NotYet
from dispatch.models import Command, Proof, Run
from dispatch.states import RunStatus
from orders.models import Order
from payouts.models import Earning
from tests import make
from tests.dispatch import walk

pytestmark = pytest.mark.django_db
ONE = walk.ONE
DAYS = (-3, -1, 0, 1, 3)


def steps_of(run: Run) -> list[StepOrder]:
    """What the phone sends on an undisturbed run: arrive, load, photo, passcode, delivered."""
    pickup, door = walk.pickup(run).public_id, walk.door(run).public_id
    return [
        StepOrder(StepKind.ARRIVE, pickup, lat=make.EAST_NASHVILLE.lat, lng=make.EAST_NASHVILLE.lng),
        StepOrder(StepKind.LOAD, pickup, bags=3, code="4711"),
        StepOrder(StepKind.PHOTO, door, photo=walk.photo(), photo_sha256="abc"),
        StepOrder(StepKind.PASSCODE, door, code="1234"),
        StepOrder(StepKind.DELIVER, door),
    ]


def send(run: Run, order: StepOrder, key: UUID | None = None) -> Answer:
    """Send one step to the server."""
    return obey(driver_id=run.driver_id, run_id=run.pk, key=key or uuid4(), order=order, now=ONE)


def send_all(run: Run, orders: Sequence[StepOrder]) -> int:
    """Send steps as an outbox does: each twice, and again later under its key while the answer is `not yet`."""
    waiting = [(uuid4(), replace(order, phone_at=ONE + timedelta(days=DAYS[n]))) for n, order in enumerate(orders)]
    rounds = 0
    while waiting and rounds < len(orders) + 1:
        rounds += 1
        waiting = [(key, order) for key, order in waiting if not both_answered(run, order, key)]
    return len(waiting)


def both_answered(run: Run, order: StepOrder, key: UUID) -> bool:
    """Whether two sendings of a step got the same good answer, rather than `not yet`."""
    try:
        answers = {send(run, order, key) for _ in range(2)}
    except NotYet:
        return False
    assert answers == {Answer()}
    return True


def outcome(run: Run) -> dict[str, Any]:
    """Everything that an order of steps could have changed."""
    delivery = walk.delivery_of(run)
    return {
        "run": Run.objects.get(pk=run.pk).status,
        "delivery": delivery.status,
        "delivered_at": delivery.delivered_at,
        "order": Order.objects.get(pk=delivery.order_id).status,
        "stops": sorted(run.stops.values_list("kind", "arrived_at", "done_at", "bags", "wrong_codes")),
        "proofs": sorted(Proof.objects.values_list("kind", flat=True)),
        "paid": list(Earning.objects.values_list("kind", "pay_cents", "tip_cents", "topup_cents")),
    }


def test_every_order_of_the_steps_with_repeats_and_any_clock_ends_the_same() -> None:
    run = walk.claimed(passcode="1234")
    seen = []

    for orders in permutations(steps_of(run)):
        before = transaction.savepoint()
        assert send_all(run, orders) == 0
        seen.append(outcome(run))
        transaction.savepoint_rollback(before)

    assert len(seen) == 120
    assert all(one == seen[0] for one in seen)
    assert (seen[0]["run"], seen[0]["delivery"]) == (RunStatus.FINISHED, "delivered")
    assert seen[0]["proofs"] == ["passcode", "photo"]
    assert len(seen[0]["paid"]) == 1


def test_the_same_key_gets_the_first_answer_and_changes_nothing() -> None:
    run, key = walk.claimed(), uuid4()
    order = steps_of(run)[1]

    first, second = send(run, order, key), send(run, order, key)

    assert first == second == Answer()
    assert Command.objects.count() == 1


def test_a_key_used_for_something_else_is_refused() -> None:
    run, key = walk.claimed(), uuid4()
    arrive, load = steps_of(run)[:2]
    send(run, arrive, key)

    with pytest.raises(KeyReused) as refused:
        send(run, load, key)

    assert refused.value.status == 422


def test_the_phones_clock_is_kept_and_never_believed() -> None:
    run = walk.claimed()
    order = replace(steps_of(run)[0], phone_at=ONE - timedelta(days=3))

    send(run, order)

    assert walk.pickup(run).arrived_at == ONE
    assert Command.objects.get().phone_at == ONE - timedelta(days=3)


def test_not_yet_leaves_no_trace_so_that_the_same_key_may_come_again() -> None:
    run, key = walk.claimed(), uuid4()
    deliver = steps_of(run)[4]

    with pytest.raises(NotYet):
        send(run, deliver, key)

    assert not Command.objects.exists()


def test_a_wrong_code_sent_twice_under_one_key_counts_once() -> None:
    run, key = walk.claimed(), uuid4()
    order = replace(steps_of(run)[1], code="0000")

    answers = [send(run, order, key) for _ in range(3)]

    assert {answer.code for answer in answers} == {"wrong_code"}
    assert walk.pickup(run).wrong_codes == 1


def test_a_stop_of_another_run_is_not_found() -> None:
    mine, anothers = walk.claimed(), walk.claimed()

    with pytest.raises(NoSuchStop):
        send(mine, steps_of(anothers)[0])


def test_giving_up_by_phone_is_once_as_well() -> None:
    run, key = walk.claimed(), uuid4()
    order = StepOrder(StepKind.GIVE_UP, reason="long_wait")

    assert send(run, order, key) == send(run, order, key) == Answer()
    assert Run.objects.get(pk=run.pk).status == RunStatus.GIVEN_UP
