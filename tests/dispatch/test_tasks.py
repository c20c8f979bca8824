"""What wakes dispatch up: the sweeps find what is due, and only dispatch's own workers load the engine."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from celery import Celery
from django.utils import timezone

from dispatch import tasks
from dispatch.models import Delivery, Offer
from dispatch.states import OfferStatus
from dispatch.terms.searching import box_seconds
from stores.models import Market
from tests import make


@pytest.mark.parametrize(("queues", "loads"), [("dispatch", 1), ("dispatch,money,default", 1), ("money,default", 0)])
def test_only_a_worker_that_matches_loads_the_engine(queues: str, loads: int) -> None:
    app = Celery("test", set_as_current=False)

    with patch.object(tasks, "warm_up") as warm_up:
        app.Worker(queues=queues, pool="solo", loglevel="critical")

    assert warm_up.call_count == loads


def test_a_market_is_searched_as_long_as_its_size_asks_for() -> None:
    boxes = [box_seconds(waiting, least=1.0, most=10.0) for waiting in (0, 300, 2_000, 4_000, 50_000)]

    assert boxes == [1.0, 1.0, 5.0, 10.0, 10.0]
    assert box_seconds(50_000, least=12.0, most=10.0) == 12.0


@pytest.mark.django_db
def test_the_sweep_plans_forgotten_orders_and_asks_for_every_open_market() -> None:
    order = make.order()
    paused = make.market()
    Market.objects.filter(pk=paused.pk).update(is_paused=True)

    with patch.object(tasks, "nudge") as nudge:
        tasks.sweep_markets()

    assert Delivery.objects.filter(order=order).exists()
    nudge.assert_called_once_with("dispatch.tasks.match_market", market_id=order.store.market_id)


@pytest.mark.django_db
def test_the_sweeps_take_an_order_from_the_shelf_to_the_board_without_any_message() -> None:
    now = timezone.now()
    store = make.store()
    make.order(store, status="ready", in_window=make.window(store, starts_at=now))
    make.trip(make.driver(in_market=store.market), departs_at=now)

    tasks.sweep_markets()
    tasks.match_market(market_id=store.market_id)
    offer = Offer.objects.get()
    with patch("django.utils.timezone.now", return_value=offer.expires_at + timedelta(seconds=1)):
        tasks.sweep_offers()

    offer.refresh_from_db()
    assert offer.status == OfferStatus.EXPIRED
    assert Delivery.objects.get().step == Delivery.Step.BOARD
