"""Today's counts and what is past its deadline, as `doctor` tells them."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from dispatch.queries.health import DayCounts, Stuck, stuck, todays_counts
from events.models import Event
from tests import make

pytestmark = pytest.mark.django_db


def test_an_empty_house_has_done_nothing_and_nothing_is_stuck() -> None:
    assert todays_counts(make.NOON) == DayCounts(orders_placed=0, ready=0, offered=0, claimed=0, delivered=0)
    assert stuck(make.NOON) == []


def test_today_begins_at_midnight_where_the_store_is() -> None:
    order = make.order()
    midnight = make.NOON.astimezone(order.store.market.zone).replace(hour=0, minute=0)

    for placed_at, counted in ((midnight, 1), (midnight - timedelta(seconds=1), 0)):
        order.placed_at = placed_at
        order.save(update_fields=["placed_at"])
        assert todays_counts(make.NOON).orders_placed == counted


def test_a_delivery_counts_once_however_many_offers_it_has() -> None:
    delivery = make.delivery()
    make.offer(delivery)
    make.offer(delivery)

    assert todays_counts(make.NOON).offered == 1


def test_an_event_that_no_relay_takes_is_stuck() -> None:
    waits = Event.objects.create(topic="order.ready", at=make.NOON - timedelta(minutes=2))
    Event.objects.create(topic="order.ready", at=make.NOON - timedelta(seconds=5))

    assert stuck(make.NOON) == [Stuck("events not relayed", 1, (f"event {waits.pk}",))]


def test_an_open_offer_past_its_time_is_stuck() -> None:
    offer = make.offer(make.delivery())

    found = stuck(offer.expires_at + timedelta(minutes=2))

    assert Stuck("offers not expired", 1, (str(offer.public_id),)) in found


def test_doctor_adds_the_day_for_programs() -> None:
    make.order()
    out = StringIO()

    call_command("doctor", "--json", stdout=out)

    today = json.loads(out.getvalue())["today"]
    assert set(today) >= {"orders_placed", "ready", "offered", "claimed", "delivered", "ledger_sum_cents", "stuck"}
    assert today["ledger_sum_cents"] == 0


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_signs_of_life(client: Client, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_sign_of_life_asks_no_database(client: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        client.get("/healthz")

    assert not queries.captured_queries
