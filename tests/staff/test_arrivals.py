"""Who is at which bay, and bags changing hands (T6, T7)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from dispatch.actions.running import arrive
from dispatch.models import Stop
from orders.models import Order
from tests import make
from tests.staff import desk

pytestmark = pytest.mark.django_db


def here(minutes: int = 7) -> tuple[Order, Stop, str]:
    order, kim = desk.ready()
    stop = desk.claimed(order)
    arrive(stop_id=stop.pk, lat=None, lng=None, now=make.NOON - timedelta(minutes=minutes))
    stop.refresh_from_db()
    return order, stop, desk.at_desk(kim).get(reverse("admin:arrivals")).content.decode()


def test_the_board_tells_who_waits_where_for_what_and_how_long() -> None:
    order, stop, page = here()

    for words in ("Ann", "blue hatchback", order.number, "7 min", "3 bags", "A1 (3)", order.handover_code):
        assert words in page
    assert stop.bay == 1


def test_a_long_wait_is_said_in_colour_and_words() -> None:
    _, _, page = here(minutes=12)

    assert "hw-tone-refuse" in page
    assert "12 min" in page


def test_who_is_on_the_way_is_told_apart() -> None:
    order, kim = desk.ready()
    desk.claimed(order)

    page = desk.at_desk(kim).get(reverse("admin:arrivals")).content.decode()

    assert "Nobody is waiting" in page
    assert "in 20 min" in page


def test_bags_change_hands_by_code_and_count_and_it_is_kept_who_gave_them() -> None:
    order, stop, _ = here()
    kim = make.staff(order.store)

    page = desk.at_desk(kim).post(
        reverse("admin:hand_over", args=[stop.public_id]), {"code": "4711", "bags": 3}, follow=True
    )

    stop.refresh_from_db()
    order.refresh_from_db()
    assert (stop.handed_over_by, stop.bags, order.status) == (kim.actor, 3, "handed_over")
    assert "Handed over, driver is loading" in page.content.decode()


@pytest.mark.parametrize(
    ("code", "bags", "words"),
    [
        ("0000", 3, "code"),
        ("4711", 2, "3 bags were staged and you count 2"),
        ("0000", 2, "Neither the code nor the number of bags is right"),
        ("", 3, "Enter the code"),
        ("4711", "x", "Enter the code"),
    ],
)
def test_a_wrong_code_or_count_is_refused_in_words(code: str, bags: object, words: str) -> None:
    order, stop, _ = here()

    page = desk.at_desk(make.staff(order.store)).post(
        reverse("admin:hand_over", args=[stop.public_id]), {"code": code, "bags": bags}, follow=True
    )

    order.refresh_from_db()
    assert words in page.content.decode()
    assert order.status == "ready"


def test_a_repeated_hand_over_changes_nothing() -> None:
    order, stop, _ = here()
    client = desk.at_desk(make.staff(order.store))

    for _ in range(2):
        answer = client.post(reverse("admin:hand_over", args=[stop.public_id]), {"code": "4711", "bags": 3})

    assert answer.status_code == 302
    assert Stop.objects.get(pk=stop.pk).bags == 3


@pytest.mark.parametrize(("code", "bags"), [("abcd", 3), ("4711", 99), ("abcd", 99)])
def test_bags_that_are_gone_are_not_handed_over_by_a_wrong_code_or_count(code: str, bags: int) -> None:
    order, stop, _ = here()
    client = desk.at_desk(make.staff(order.store))
    client.post(reverse("admin:hand_over", args=[stop.public_id]), {"code": "4711", "bags": 3})

    page = client.post(reverse("admin:hand_over", args=[stop.public_id]), {"code": code, "bags": bags}, follow=True)

    assert "These bags were handed over already. Nothing was changed." in page.content.decode()
    assert Stop.objects.get(pk=stop.pk).bags == 3
