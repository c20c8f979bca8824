"""While the road engine is away drivers are offered estimated times, and everybody concerned is told."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from config.checkup import PROBLEM, examine
from dispatch.actions.matching import match_market
from dispatch.actions.road_alarms import TIMES_ESTIMATED
from dispatch.models import Alarm, Offer
from dispatch.queries.offers import verify_offer
from providers.routing import gateway
from tests import make
from tests.providers.routing.test_away import listening

pytestmark = pytest.mark.django_db
FOUR = make.NOON + timedelta(hours=4)


@pytest.fixture
def hanging(settings: Settings) -> Iterator[str]:
    """An installation whose road engine takes calls and never answers."""
    with listening() as (url, _):
        settings.ROUTING_PROVIDER, settings.ROUTING_URL, settings.ROUTING_BUDGET_SECONDS = "osrm", url, 0.2
        yield url
    gateway._made.cache_clear()


def offer_at(now: datetime) -> Offer:
    delivery = make.delivery()
    make.trip(make.driver("Ann", in_market=delivery.market), departs_at=now + timedelta(minutes=30))
    match_market(market_id=delivery.market_id, now=now)
    return Offer.objects.get()


def test_an_offer_made_meanwhile_says_that_its_times_are_estimated(hanging: str) -> None:
    offer = offer_at(FOUR)

    told = offer.snapshot
    assert told["routing"] == {**told["routing"], "name": "builtin", "is_estimated": True}
    assert offer.routing_version.startswith("builtin ")
    assert told["added_seconds"] == told["route"]["with"]["seconds"] - told["route"]["without"]["seconds"]
    assert verify_offer(offer)


@pytest.mark.parametrize(("language", "words"), [("en", "Times estimated"), ("es", "Tiempos estimados")])
def test_the_driver_reads_it_on_the_card_and_the_page(hanging: str, language: str, words: str) -> None:
    offer = offer_at(FOUR)
    browser = Client(headers={"accept-language": language})

    with time_machine.travel(FOUR + timedelta(seconds=5), tick=False):
        browser.force_login(offer.driver.user)
        pages = [browser.get(url).content.decode() for url in ("/drive/", f"/drive/offers/{offer.public_id}/")]

    assert words in pages[0]
    assert ("are estimated:" if language == "en" else "son estimados:") in pages[1]


def test_operations_is_told_once_and_the_alarm_goes_when_the_engine_is_back(hanging: str, settings: Settings) -> None:
    offer = offer_at(FOUR)
    match_market(market_id=offer.market_id, now=FOUR + timedelta(seconds=3))
    assert Alarm.objects.get(kind=TIMES_ESTIMATED).resolved_at is None

    settings.ROUTING_PROVIDER = "builtin"
    make.delivery(make.order(offer.items.get().delivery.store, status="ready"))
    match_market(market_id=offer.market_id, now=FOUR + timedelta(seconds=6))

    assert Alarm.objects.get(kind=TIMES_ESTIMATED).resolved_by == "system"


def test_an_offer_by_a_road_engine_that_answers_says_nothing_of_it() -> None:
    assert not offer_at(FOUR).snapshot["routing"]["is_estimated"]


def test_the_doctor_says_that_the_road_engine_does_not_answer(hanging: str) -> None:
    found = next(finding for finding in examine() if finding.name == "roads")

    assert found.state == PROBLEM
    assert hanging in found.detail
    assert "estimated" in found.detail
