"""Operations has something to press for what waits: more pay, a van, or an end."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from dispatch.actions.ladder import no_driver_text
from dispatch.actions.levers import MOST_RAISES, NoVanOut, PaidEnough, raise_pay, send_with_van
from dispatch.actions.matching import match_market
from dispatch.models import Alarm, Delivery, Offer, Run
from dispatch.queries.story import story_of
from dispatch.states import OfferStatus
from orders.models import Order
from orders.states import OrderStatus
from tests import make
from tests.dispatch import walk
from tests.dispatch.test_vans import out

pytestmark = pytest.mark.django_db
FOUR = make.NOON + timedelta(hours=4)
Step = Delivery.Step


@pytest.fixture
def olive(client: Client) -> Client:
    client.force_login(make.operator())
    return client


def stuck() -> Delivery:
    """At the end of the ladder, with its alarm."""
    store = make.store()
    walk.prepare(store.market)
    delivery = make.delivery(make.order(store, status=OrderStatus.READY, bag_count=3))
    Delivery.objects.filter(pk=delivery.pk).update(step=Step.OPERATIONS, step_at=FOUR)
    Alarm.objects.create(market=store.market, delivery=delivery, kind="no_driver", text=no_driver_text(0), at=FOUR)
    delivery.refresh_from_db()
    return delivery


def test_an_alarm_says_only_what_happened() -> None:
    assert no_driver_text(0).startswith("No driver could be asked")
    assert no_driver_text(1).startswith("1 driver was asked and did not take it")
    assert no_driver_text(4).startswith("4 drivers were asked and none took it")


def test_raised_pay_puts_it_back_before_drivers_and_a_second_press_raises_nothing_more(olive: Client) -> None:
    delivery = stuck()
    form = {"reason": "It rains", "raises": delivery.raises}

    answers = [olive.post(reverse("ops:raise", args=[delivery.public_id]), form).status_code for _ in range(2)]

    delivery.refresh_from_db()
    assert answers == [302, 302]
    assert (delivery.step, delivery.raises) == (Step.RAISED, 1)
    assert not Alarm.objects.filter(resolved_at__isnull=True).exists()
    assert any("It rains" in moment.text for moment in story_of(delivery).moments)


def test_after_a_raise_a_trip_that_fits_is_offered_it_at_that_pay() -> None:
    delivery = stuck()
    make.trip(make.driver(in_market=delivery.market))
    raise_pay(delivery_id=delivery.pk, raises=0, by="user:olive", reason="It rains", now=FOUR)

    match_market(market_id=delivery.market_id, now=FOUR + timedelta(seconds=5))

    offer = Offer.objects.get(status=OfferStatus.OPEN)
    assert offer.raise_cents == delivery.market.ladder.raise_cents


def test_pay_is_not_raised_for_ever() -> None:
    delivery = stuck()
    Delivery.objects.filter(pk=delivery.pk).update(raises=MOST_RAISES)

    with pytest.raises(PaidEnough):
        raise_pay(delivery_id=delivery.pk, raises=MOST_RAISES, by="user:olive", reason="Once more", now=FOUR)


def test_a_van_is_sent_only_where_its_store_has_one_out() -> None:
    delivery = stuck()

    with pytest.raises(NoVanOut):
        send_with_van(delivery_id=delivery.pk, by="user:olive", reason="Nobody near", now=FOUR)


def test_a_van_brings_only_what_its_own_store_packed() -> None:
    delivery = stuck()
    elsewhere = make.store(in_market=delivery.market)
    out(elsewhere, "Ed Elsewhere")

    match_market(market_id=delivery.market_id, now=FOUR + timedelta(seconds=5))
    assert not Run.objects.exists()

    out(delivery.store)
    send_with_van(delivery_id=delivery.pk, by="user:olive", reason="Nobody near", now=FOUR)
    match_market(market_id=delivery.market_id, now=FOUR + timedelta(seconds=9))

    run = Run.objects.get()
    assert run.trip.van is not None
    assert run.trip.van.store == delivery.store


def test_an_order_that_nobody_can_bring_is_canceled_with_a_reason(olive: Client) -> None:
    delivery = stuck()

    answer = olive.post(reverse("ops:cancel", args=[delivery.public_id]), {"reason": "Road closed"})

    order = Order.objects.get(pk=delivery.order_id)
    assert answer.status_code == 302
    assert (order.status, order.cancel_reason) == (OrderStatus.CANCELLED, "Road closed")


@pytest.mark.parametrize("lever", ["raise", "van", "cancel"])
def test_no_lever_moves_without_a_reason_and_the_page_says_so(olive: Client, lever: str) -> None:
    delivery = stuck()

    answer = olive.post(reverse(f"ops:{lever}", args=[delivery.public_id]), {"reason": "  "})

    delivery.refresh_from_db()
    assert answer.status_code == 400
    assert "Say why" in answer.content.decode()
    assert (delivery.step, delivery.raises) == (Step.OPERATIONS, 0)
    assert Order.objects.get(pk=delivery.order_id).status == OrderStatus.READY


def test_what_went_meanwhile_is_refused_in_words(olive: Client) -> None:
    delivery = stuck()
    Delivery.objects.filter(pk=delivery.pk).update(status="claimed")

    answer = olive.post(reverse("ops:raise", args=[delivery.public_id]), {"reason": "It rains", "raises": 0})

    assert answer.status_code == 409
    assert "not waiting for a driver any more" in answer.content.decode()
