"""The fairness report: groups of drivers, never one of them, whatever the number of rows in the same statements."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dispatch.models import Offer
from dispatch.queries.fairness import market_fairness
from dispatch.simulator.clock import Clock, living_at
from dispatch.states import OfferStatus
from dispatch.terms.fairness import FEWEST, SMALL, DriverSum, area_of, fairness_of
from stores.models import Market
from tests import make

pytestmark = pytest.mark.django_db
LATER = make.NOON + timedelta(hours=4)
SINCE = make.NOON - timedelta(days=1)


def drivers_with_offers(count: int, *, taken: int = 0) -> Market:
    """So many drivers with one trip and one offer each; the first ones took theirs."""
    store = make.store()
    for number in range(count):
        offer = make.offer(
            make.delivery(make.order(store, status="ready")),
            to=make.driver(f"Ann {number}", in_market=store.market),
            seen_at=make.NOON,
        )
        if number < taken:
            Offer.objects.filter(pk=offer.pk).update(status=OfferStatus.ACCEPTED, answered_at=make.NOON)
    return store.market


def statements(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def sums(count: int, area: str, **amounts: int) -> list[DriverSum]:
    given = {"offers": 1, "deliveries": 1, "earned_cents": 1_000, "added_seconds": 600, **amounts}
    return [DriverSum(area=area, room=96, hours=1.5, **given) for _ in range(count)]


def test_offers_claims_pay_and_waits_are_added_up() -> None:
    market = drivers_with_offers(6, taken=3)

    found = market_fairness(market=market, since=SINCE, now=make.NOON + timedelta(minutes=30))

    (everybody,) = found.areas
    assert (everybody.drivers, everybody.offers, everybody.deliveries) == (6, 6, 3)
    assert everybody.earned_cents == 3 * (920 + 500), "pay and tips"
    assert everybody.cents_an_added_hour == (920 + 500) * 3_600 // 420
    assert everybody.waited_seconds == 30 * 60
    assert found.asked_share == 1
    assert found.jain == pytest.approx(0.5)


def test_what_lies_before_the_period_or_in_another_market_does_not_count() -> None:
    market = drivers_with_offers(6)
    drivers_with_offers(5)

    assert market_fairness(market=market, since=SINCE, now=LATER).drivers == 6
    assert market_fairness(market=market, since=LATER + timedelta(days=1), now=LATER + timedelta(days=2)).drivers == 0


def test_fewer_than_five_drivers_are_never_a_group() -> None:
    found = fairness_of([*sums(6, "North"), *sums(3, "South"), *sums(2, "East")])
    alone = fairness_of([*sums(6, "North"), *sums(FEWEST - 1, "South")])

    assert [(one.name, one.drivers) for one in found.areas] == [("North", 6), (SMALL, 5)]
    assert [(one.name, one.drivers) for one in alone.areas] == [("North", 6)]


def test_an_area_is_the_centre_or_a_compass_point() -> None:
    named = {area_of(point, make.DOWNTOWN) for point in (make.DOWNTOWN, make.MADISON)}

    assert named == {"Centre", "North"}


def test_the_page_asks_the_same_number_of_statements_whatever_there_is(client: Client) -> None:
    client.force_login(make.operator())
    page = f"{reverse('ops:fairness')}?market={drivers_with_offers(2).code}"
    few = statements(lambda: client.get(page))
    page = f"{reverse('ops:fairness')}?market={drivers_with_offers(9, taken=4).code}"

    assert statements(lambda: client.get(page)) == few <= 8


def test_the_page_names_no_driver_and_shows_groups(client: Client) -> None:
    market = drivers_with_offers(7, taken=2)
    with living_at(Clock(LATER)):
        client.force_login(make.operator())
        page = client.get(reverse("ops:fairness"), {"market": market.code, "days": "28"}).content.decode()

    assert "By home area" in page
    assert "Centre" in page
    assert "Ann" not in page


def test_with_too_few_drivers_the_page_says_so(client: Client) -> None:
    market = drivers_with_offers(FEWEST - 1)
    with living_at(Clock(LATER)):
        client.force_login(make.operator())
        page = client.get(reverse("ops:fairness"), {"market": market.code}).content.decode()

    assert "Not enough drivers to report" in page
