"""The queue, the first page and the lists: what they tell, and at how many queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orders.models import Staging
from orders.queries.queue import LOAD_AHEAD, hours, queue_of, ready_by, risk_of
from stores.models import Store
from stores.models.staff import StaffRole
from tests import make
from tests.staff import desk

pytestmark = pytest.mark.django_db

PAGES = [
    "index",
    "queue",
    "arrivals",
    "orders_order_changelist",
    "stores_storeitem_changelist",
    "stores_window_changelist",
]


def crowd(at: Store, orders: int) -> None:
    """Some orders to pick in one window, and as many ready with a driver on the way."""
    window = make.window(at, starts_at=make.NOON + timedelta(days=1, hours=2 * at.windows.count()), seats=200)
    for _ in range(orders):
        make.order(at, in_window=window, lines=[(make.shelf(at), 1) for _ in range(3)])
        waiting = make.order(at, in_window=window, status="ready", bag_count=1)
        Staging.objects.create(order=waiting, cold_class="ambient", place="A1", bags=1)
        desk.claimed(waiting)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_as_often_for_many_orders_as_for_few(page: str) -> None:
    at = desk.store()
    client = desk.at_desk(make.staff(at, StaffRole.MANAGER))
    client.get(reverse(f"admin:{page}"))
    counts = []
    for orders in (1, 4):
        crowd(at, orders)
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse(f"admin:{page}"))
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 16


def test_orders_stand_under_their_window_soonest_first() -> None:
    at = desk.store()
    later = make.order(at, in_window=make.window(at, starts_at=make.NOON + timedelta(hours=6)))
    sooner = make.order(at, in_window=make.window(at, starts_at=make.NOON + timedelta(hours=2)))

    found = queue_of(store_id=at.pk, zone=at.market.zone, user_id=0, now=make.NOON)

    assert [(group.title, group.cards[0].number) for group in found.groups] == [
        ("Today, 2\N{EN DASH}4 pm", sooner.number),
        ("Today, 6\N{EN DASH}8 pm", later.number),
    ]


@pytest.mark.parametrize(
    ("hours_ahead", "tone", "words"),
    [
        (4, "go", "On time"),
        (1, "go", "On time"),
        (0.75, "time", "Start now"),
        (0.05, "time", "Start now"),
        (-3, "refuse", "min late"),
    ],
)
def test_how_pressing_an_order_is_follows_from_its_window(hours_ahead: float, tone: str, words: str) -> None:
    at = desk.store()
    order = make.order(at, in_window=make.window(at, starts_at=make.NOON + timedelta(hours=hours_ahead)))

    risk = risk_of(order, 1, make.NOON)

    assert risk.tone == tone
    assert words in risk.text


def test_an_order_placed_into_an_open_window_is_not_late_before_anybody_could_pick_it() -> None:
    at = desk.store()
    window = make.window(at, starts_at=make.NOON - timedelta(minutes=90))
    order = make.order(at, in_window=window, placed_at=make.NOON)

    assert ready_by(order) > make.NOON
    assert risk_of(order, 8, make.NOON).tone != "refuse"
    assert "min behind" in risk_of(order, 8, make.NOON + timedelta(minutes=25)).text


def test_an_order_placed_early_stands_ready_before_its_window_opens() -> None:
    at = desk.store()
    window = make.window(at, starts_at=make.NOON + timedelta(hours=3))
    order = make.order(at, in_window=window, placed_at=make.NOON)

    assert ready_by(order) == window.starts_at - LOAD_AHEAD


def test_filters_count_and_choose() -> None:
    at = desk.store()
    order, kim = desk.being_picked(at)
    make.order(at)
    client = desk.at_desk(kim)

    mine = client.get(reverse("admin:queue"), {"show": "mine"}).content.decode()

    assert order.number in mine
    assert mine.count('class="hw-card hw-queue-card"') == 1


def test_an_open_page_asks_for_the_list_alone() -> None:
    order, kim = desk.being_picked()

    part = desk.at_desk(kim).get(reverse("admin:queue"), headers={"HX-Request": "true"}).content.decode()

    assert order.number in part
    assert "<html" not in part


def test_an_empty_queue_says_so() -> None:
    page = desk.at_desk(make.staff(desk.store())).get(reverse("admin:queue")).content.decode()

    assert "Nothing here now" in page


def test_the_first_page_counts_the_day() -> None:
    order, kim = desk.being_picked()
    make.order(order.store)

    page = desk.at_desk(kim).get(reverse("admin:index")).content.decode()

    assert "To pick" in page
    assert order.number in page


def test_head_office_chooses_the_store_and_it_is_kept() -> None:
    first, second = desk.store(), desk.store()
    client = desk.at_desk(make.user("Hana Head", is_staff=True, is_superuser=True))

    client.get(reverse("admin:queue"), {"store": second.slug})
    page = client.get(reverse("admin:arrivals")).content.decode()

    assert f'value="{second.slug}" selected' in page
    assert f'value="{first.slug}" selected' not in page


def test_an_orders_page_tells_its_whole_history_with_names() -> None:
    order, kim = desk.ready()

    page = desk.at_desk(kim).get(reverse("admin:order", args=[order.public_id])).content.decode()

    assert "Being picked" in page
    assert "Kim Keeper" in page
    assert "Final total" in page


def test_hours_are_said_as_people_say_them() -> None:
    noon = make.NOON.replace(hour=11, minute=30)

    assert hours(noon, noon + timedelta(minutes=90)) == "11:30 am\N{EN DASH}1 pm"
    assert hours(noon, noon + timedelta(minutes=15)) == "11:30\N{EN DASH}11:45 am"
