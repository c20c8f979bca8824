"""A delivery that many trips will pass may wait; one that few pass is planned first."""

from datetime import timedelta

import pytest

from dispatch.engine.chances import MOST
from dispatch.models import Delivery
from dispatch.queries import chances
from dispatch.queries.chances import trips_lately
from dispatch.queries.rows import delivery_rows
from dispatch.queries.snapshot import snapshot_of
from providers.routing.builtin import BuiltinRouting
from stores.models import Market
from tests import make

pytestmark = pytest.mark.django_db
FOUR = make.NOON + timedelta(hours=4)


def declare(market: Market, count: int, minutes_ago: int = 10) -> None:
    """Commuters from downtown to Madison, who say so a while before they leave."""
    said_at = FOUR - timedelta(minutes=minutes_ago)
    for _ in range(count):
        make.trip(make.driver(in_market=market), created_at=said_at, departs_at=FOUR + timedelta(minutes=5))


def urgency_of(delivery: Delivery) -> float:
    snapshot = snapshot_of(market_id=delivery.market_id, now=FOUR)
    assert snapshot is not None
    (row,) = delivery_rows(snapshot, BuiltinRouting())
    return row.urgency


def test_what_trips_will_pass_weighs_less_than_what_none_will() -> None:
    delivery = make.delivery()
    assert urgency_of(delivery) == MOST

    declare(delivery.market, 8)
    passed = urgency_of(delivery)
    Delivery.objects.update(drop_lat=delivery.drop_lat - 0.5)

    assert passed < urgency_of(delivery) == MOST


def test_raised_pay_and_little_time_multiply_it() -> None:
    delivery = make.delivery(raises=2)

    assert urgency_of(delivery) == 3 * MOST


def test_only_the_last_trips_of_the_last_hour_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chances, "LOOKED_AT", 2)
    market = make.market()
    declare(market, 1, minutes_ago=5)
    declare(market, 2, minutes_ago=30)
    declare(market, 1, minutes_ago=61)
    declare(make.market(), 1)

    found = trips_lately(market_id=market.pk, now=FOUR)

    assert [(FOUR - trip.created_at) // timedelta(minutes=1) for trip in found] == [5, 30]
