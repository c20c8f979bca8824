"""What is kept long enough is forgotten, a little at a time; what must be provable is kept."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import models
from django.utils import timezone

from config import pruning
from config.checkup import OK, WARNING, examine
from config.pruning import prune
from config.retention import Retention, retentions
from dispatch.models import Alarm, Command, Consideration, Cycle, Position
from events.models import Event
from orders.models import Cart, CartLine
from payouts.models import AccountChange
from tests import make

pytestmark = pytest.mark.django_db
LATER = make.NOON + timedelta(days=400)
MAY_GO = {
    *("Event", "Cycle", "Consideration", "Command", "Alarm"),
    *("Cart", "CartLine", "ParkedLine", "WindowHold", "Position", "Session", "AccountChange"),
}


def event(order: int = 1, *, relayed: bool = True) -> Event:
    return Event.objects.create(
        topic="order.ready", payload={"order_id": order}, at=make.NOON, relayed_at=make.NOON if relayed else None
    )


def cycle(**extra: object) -> Cycle:
    counts = dict.fromkeys(("wall_ms", "deliveries", "trips", "matched", "offers", "seed"), 0)
    return Cycle.objects.create(market=make.market(), at=make.NOON, **counts, **extra)


def basket(age_days: int = 0) -> Cart:
    row = make.cart()
    Cart.objects.filter(pk=row.pk).update(created_at=make.NOON - timedelta(days=age_days))
    CartLine.objects.filter(cart=row).update(added_at=make.NOON - timedelta(days=age_days))
    return row


def hanging_on(model: type[models.Model]) -> Iterator[type[models.Model]]:
    """What the database takes along when a row of a model goes."""
    for relation in model._meta.related_objects:
        if getattr(relation, "on_delete", None) is models.CASCADE:
            yield relation.related_model
            yield from hanging_on(relation.related_model)


def test_nothing_but_what_may_go_goes_or_is_taken_along() -> None:
    pruned = [retention.over(LATER).model for retention in retentions()]

    assert {model.__name__ for one in pruned for model in [one, *hanging_on(one)]} <= MAY_GO


def test_every_kind_goes_when_its_time_is_over_and_not_a_day_before() -> None:
    event()
    cycle()
    delivery = make.delivery()
    trip = make.trip(make.driver("Ann", in_market=delivery.market))
    Consideration.objects.create(delivery=delivery, trip=trip, reason="fits", at=make.NOON)
    Command.objects.create(driver=trip.driver, key=uuid4(), kind="arrive", payload_hash="", at=make.NOON)
    Alarm.objects.create(market=delivery.market, kind="late", text="", at=make.NOON, resolved_at=make.NOON)
    basket()
    AccountChange.objects.create(driver=trip.driver, sealed_number=b"", asked_at=make.NOON)

    for retention in retentions():
        if retention.kind in ("failed cycles", "positions", "sessions"):
            continue
        assert not retention.over(make.NOON + timedelta(days=retention.days)).exists()
        assert retention.over(make.NOON + timedelta(days=retention.days, seconds=1)).count() == 1, retention.kind

    gone = prune(now=LATER)

    assert {kind for kind, count in gone.items() if count} == {
        "events", "cycles", "considerations", "commands", "alarms", "baskets", "account wishes",
    }  # fmt: skip
    delivery.refresh_from_db()


def test_an_event_that_nobody_has_heard_is_never_forgotten() -> None:
    event(relayed=False)

    prune(now=LATER)

    assert Event.objects.count() == 1


def test_a_cycle_that_failed_is_kept_for_replaying() -> None:
    cycle(violations=[{"code": "late"}])

    assert prune(now=make.NOON + timedelta(days=100))["failed cycles"] == 0
    assert prune(now=make.NOON + timedelta(days=200))["failed cycles"] == 1


def test_a_basket_somebody_still_fills_stays() -> None:
    old = basket(age_days=300)
    CartLine.objects.filter(pk__in=old.lines.values("pk")[:1]).update(added_at=make.NOON)
    assert old.lines.exists()

    prune(now=make.NOON + timedelta(days=1))

    assert Cart.objects.filter(pk=old.pk).exists()


def test_a_place_of_a_run_under_way_stays_and_one_left_behind_goes() -> None:
    run = make.run()
    Position.objects.create(run=run, lat=36.0, lng=-86.0, at=make.NOON)
    assert prune(now=LATER)["positions"] == 0

    type(run).objects.filter(pk=run.pk).update(status="finished", finished_at=make.NOON)

    assert prune(now=LATER)["positions"] == 1


def test_a_backlog_goes_batch_by_batch_and_a_stop_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "BATCH", 2)
    for order in range(5):
        event(order)
    cycle()
    ticks = iter([0.0, 0.0, 99.0, 0.0, *[0.0] * 20])

    first = prune(now=LATER, seconds=1, clock=lambda: next(ticks))
    second = prune(now=LATER, seconds=1, clock=lambda: next(ticks))

    assert (first["events"], first["cycles"]) == (2, 1)
    assert second["events"] == 3
    assert not Event.objects.exists()


def test_the_command_counts_first_and_deletes_only_when_told() -> None:
    event()
    said = StringIO()

    call_command("prune", "--dry-run", stdout=said)
    assert "1 events" in " ".join(said.getvalue().split())
    assert Event.objects.exists()

    call_command("prune", stdout=said)
    assert not Event.objects.exists()


def test_doctor_says_when_it_was_last_done() -> None:
    def found() -> tuple[str, str]:
        return next((each.state, each.detail) for each in examine() if each.name == "pruning")

    assert found()[0] == WARNING
    event()
    prune(now=timezone.now())
    assert found() == (OK, "0 h ago: 1 events")


def test_one_kind_that_fails_keeps_no_other() -> None:
    event()

    def failing(before: datetime) -> models.QuerySet[models.Model]:
        raise ZeroDivisionError

    broken = Retention("cycles", 1, "", failing)
    gone = prune(now=LATER, kinds=[broken, *(kind for kind in retentions() if kind.kind == "events")])

    assert gone == {"cycles": 0, "events": 1}
