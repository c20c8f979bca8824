"""How a cycle behaves as a whole: what it reads, when it stays away, and at what cost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dispatch.actions.matching import match_market
from dispatch.models import Consideration, Offer
from dispatch.queries.snapshot import snapshot_of
from stores.models import Market, Store
from tests import make

pytestmark = pytest.mark.django_db
FOUR = make.NOON + timedelta(hours=4)


def waiting(market: Market, count: int, trips: int = 2) -> None:
    store = make.store(market)
    for _ in range(count):
        make.delivery(make.order(store, status="ready"))
    for number in range(trips):
        make.trip(make.driver(f"Driver {number}", in_market=market))


def statements(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len([one for one in captured if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))])


def test_nothing_is_offered_in_a_paused_market() -> None:
    delivery = make.delivery()
    make.trip(make.driver(in_market=delivery.market))
    Market.objects.update(is_paused=True, paused_reason="Ice on the roads")

    assert match_market(market_id=delivery.market_id, now=FOUR) is None
    assert not Offer.objects.exists()


def test_nothing_is_offered_from_a_paused_store() -> None:
    delivery = make.delivery()
    make.trip(make.driver(in_market=delivery.market))
    Store.objects.update(is_paused=True)

    assert match_market(market_id=delivery.market_id, now=FOUR) is None


def test_a_delivery_joins_an_hour_before_its_window_opens() -> None:
    delivery = make.delivery()
    early, in_time = delivery.due_from - timedelta(minutes=61), delivery.due_from - timedelta(minutes=60)

    assert snapshot_of(market_id=delivery.market_id, now=early) is None
    assert snapshot_of(market_id=delivery.market_id, now=in_time) is not None


@pytest.mark.parametrize(
    "papers",
    [{"licence_expires_on": "2026-06-04"}, {"insurance_expires_on": None}, {"status": "suspended"}],
    ids=["licence ran out yesterday", "no insurance on file", "suspended"],
)
def test_who_may_not_drive_today_is_not_asked(papers: dict[str, Any]) -> None:
    delivery = make.delivery()
    make.trip(make.driver(in_market=delivery.market, **papers))

    found = snapshot_of(market_id=delivery.market_id, now=FOUR)

    assert found is not None
    assert found.trips == ()


def test_who_is_on_a_run_or_has_a_reserved_offer_is_not_asked() -> None:
    delivery = make.delivery()
    busy, asked = make.driver("Ann", in_market=delivery.market), make.driver("Bob", in_market=delivery.market)
    make.run(make.offer(make.delivery(make.order(delivery.store, status="ready")), to=busy))
    make.offer(make.delivery(make.order(delivery.store, status="ready")), to=asked)
    make.trip(busy, departs_at=FOUR + timedelta(hours=2))
    make.trip(asked, departs_at=FOUR + timedelta(hours=2))

    found = snapshot_of(market_id=delivery.market_id, now=FOUR)

    assert found is not None
    assert found.trips == ()


def test_a_store_that_a_driver_left_out_is_never_offered() -> None:
    delivery = make.delivery()
    driver = make.driver(in_market=delivery.market)
    driver.limits.excluded_stores.add(delivery.store)
    make.trip(driver)

    match_market(market_id=delivery.market_id, now=FOUR)

    assert not Offer.objects.exists()
    assert Consideration.objects.get().reason == "store_excluded"


def test_reading_a_market_takes_the_same_statements_for_five_deliveries_as_for_fifty() -> None:
    few, many = make.market(), make.market()
    waiting(few, 5)
    waiting(many, 50, trips=10)

    counts = [statements(lambda m=market: snapshot_of(market_id=m.pk, now=FOUR)) for market in (few, many)]  # type: ignore[misc]

    assert counts[0] == counts[1] <= 11


def test_a_cycle_takes_the_same_statements_for_five_deliveries_as_for_fifty() -> None:
    few, many = make.market(), make.market()
    waiting(few, 5, trips=2)
    waiting(many, 50, trips=20)

    counts = [statements(lambda m=market: match_market(market_id=m.pk, now=FOUR)) for market in (few, many)]  # type: ignore[misc]

    assert counts[0] == counts[1] <= 39
    assert Offer.objects.filter(market=many).count() > Offer.objects.filter(market=few).count() > 0


def test_a_door_is_shown_as_an_area_until_the_offer_is_claimed() -> None:
    delivery = make.delivery()
    make.trip(make.driver(in_market=delivery.market))

    match_market(market_id=delivery.market_id, now=FOUR)

    offer = Offer.objects.get()
    _, drop = offer.snapshot["stops"]
    line = offer.snapshot["route"]["with"]["path"]
    door = [round(delivery.drop_lat, 5), round(delivery.drop_lng, 5)]
    assert [drop["lat"], drop["lng"]] != door
    assert door not in line
    assert delivery.order.line1 not in str(offer.snapshot)
