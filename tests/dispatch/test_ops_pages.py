"""Operations: the board, the map, a delivery's story, alarms and pauses."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dispatch.actions.matching import match_market
from dispatch.actions.running import complete_drop
from dispatch.models import Alarm, Delivery, Offer
from dispatch.queries.board import board_of
from dispatch.queries.story import story_of
from dispatch.states import OfferStatus
from stores.models import Market, Store
from tests import make
from tests.dispatch import walk

pytestmark = pytest.mark.django_db
FOUR = make.NOON + timedelta(hours=4)


@pytest.fixture
def olu(client: Client) -> Client:
    client.force_login(make.operator())
    return client


def waiting(count: int) -> Market:
    store = make.store()
    for number in range(count):
        delivery = make.delivery(make.order(store, status="ready"))
        make.offer(delivery, to=make.driver(f"Ann {number}", in_market=store.market))
        make.run(make.offer(make.delivery(make.order(store, status="ready"))))
    return store.market


def statements(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def test_the_board_sorts_deliveries_by_what_they_wait_for() -> None:
    store = make.store()
    free, offered, claimed, late = (make.delivery(make.order(store, status="ready")) for _ in range(4))
    make.offer(offered)
    make.run(make.offer(claimed))
    Delivery.objects.filter(pk=late.pk).update(due_from=make.NOON, due_by=make.NOON + timedelta(hours=3))

    board = board_of(market=store.market, markets=(), now=FOUR)

    found = {column.code: [card.public_id for card in column.cards] for column in board.columns if column.cards}
    assert found == {
        "late": [late.public_id],
        "unassigned": [free.public_id],
        "offered": [offered.public_id],
        "claimed": [claimed.public_id],
    }


def test_what_a_driver_has_stays_in_its_column_when_it_is_late_and_says_by_how_much() -> None:
    run = make.run(make.offer(make.delivery()))
    delivery = run.carried.get().delivery
    Delivery.objects.filter(pk=delivery.pk).update(due_from=make.NOON, due_by=FOUR - timedelta(minutes=3))

    board = board_of(market=run.market, markets=(), now=FOUR)

    cards = {column.code: column.cards for column in board.columns if column.cards}
    assert set(cards) == {"claimed"}
    assert (cards["claimed"][0].at_risk, cards["claimed"][0].minutes_late) == (True, 3)
    assert (board.under_way, board.at_risk) == (1, 1)


def test_the_board_opens_on_the_market_looked_at_last(olu: Client) -> None:
    first, second = make.store().market, make.store().market

    olu.get(reverse("ops:board"), {"market": second.code})
    page = olu.get(reverse("ops:board")).content.decode()

    assert f"<title>{second.name}" in page or f"{second.name} live" in page
    assert first.code != second.code


def test_only_operators_come_in(client: Client) -> None:
    delivery = make.delivery()
    pages = [
        reverse("ops:board"),
        reverse("ops:alarms"),
        reverse("ops:places"),
        reverse("ops:delivery", args=[delivery.public_id]),
        reverse("ops:map", args=[delivery.market.code]),
        reverse("ops:board_part", args=[delivery.market.code]),
    ]

    assert {client.get(page).status_code for page in pages} == {302}
    client.force_login(make.user())
    assert {client.get(page).status_code for page in pages} == {404}
    client.force_login(make.operator())
    assert {client.get(page).status_code for page in pages} == {200}


def test_the_pages_take_the_same_statements_for_two_deliveries_as_for_twenty(olu: Client) -> None:
    few, many = waiting(2), waiting(20)

    for name in ("ops:board_part", "ops:map"):
        counts = [statements(lambda m=m, n=name: olu.get(reverse(n, args=[m.code]))) for m in (few, many)]  # type: ignore[misc]
        assert counts[0] == counts[1] <= 12, name


def test_an_empty_board_says_so(olu: Client) -> None:
    make.market()

    answer = olu.get(reverse("ops:board"))

    assert "Nothing is waiting" in answer.content.decode()


def test_the_map_shows_stores_drivers_doors_and_open_trips(olu: Client) -> None:
    market = waiting(1)
    Delivery.objects.update(due_from=timezone.now(), due_by=timezone.now() + timedelta(hours=2))
    make.trip(make.driver(in_market=market), departs_at=timezone.now() + timedelta(minutes=5))

    features = olu.get(reverse("ops:map", args=[market.code])).json()["features"]

    assert {one["properties"]["kind"] for one in features} == {"store", "driver", "home", "without", "with"}


def test_a_story_tells_who_when_and_why() -> None:
    delivery = make.delivery()
    make.trip(make.driver("Ann", in_market=delivery.market))
    match_market(market_id=delivery.market_id, now=FOUR)
    delivery.refresh_from_db()

    story = story_of(delivery)

    assert [moment.title for moment in story.moments] == ["Reserved offer", "Offered to Ann"]
    (candidate,) = story.candidates
    assert (candidate.driver, candidate.is_chosen) == ("Ann", True)
    assert candidate.sentence == "The one trip it fits."


def test_a_delivery_page_shows_its_offers_and_candidates(olu: Client) -> None:
    delivery = make.delivery()
    make.trip(make.driver("Ann", in_market=delivery.market))
    match_market(market_id=delivery.market_id, now=FOUR)

    page = olu.get(reverse("ops:delivery", args=[delivery.public_id])).content.decode()

    assert "Why this driver" in page
    assert "Offered to Ann" in page


def test_operations_asks_one_driver_and_the_other_offers_are_taken_back(olu: Client) -> None:
    now = timezone.now()
    delivery = make.delivery(due_from=now, due_by=now + timedelta(hours=2), step="board")
    bob = make.driver("Bob", in_market=delivery.market)
    other = make.offer(delivery, to=bob, kind="board", made_at=now, seconds=300)
    ann = make.trip(make.driver("Ann", in_market=delivery.market), departs_at=now)

    answer = olu.post(
        reverse("ops:assign", args=[delivery.public_id]), {"trip": ann.public_id, "reason": "Ann knows the gate"}
    )

    offer = Offer.objects.get(trip=ann)
    other.refresh_from_db()
    assert answer.status_code == 302
    assert (offer.kind, offer.status, other.status) == ("assigned", OfferStatus.OPEN, OfferStatus.WITHDRAWN)
    assert "Ann knows the gate" in [moment.text.split(".")[0] for moment in story_of(delivery).moments]


def test_what_a_driver_never_takes_cannot_be_assigned_either(olu: Client) -> None:
    now = timezone.now()
    delivery = make.delivery(due_from=now, due_by=now + timedelta(hours=2))
    ann = make.trip(make.driver("Ann", in_market=delivery.market), departs_at=now)
    ann.driver.limits.excluded_stores.add(delivery.store)

    answer = olu.post(reverse("ops:assign", args=[delivery.public_id]), {"trip": ann.public_id, "reason": "Quick"})

    assert answer.status_code == 409
    assert "It comes from a store you left out" in answer.content.decode()
    assert not Offer.objects.exists()


def test_an_assignment_without_a_reason_is_refused(olu: Client) -> None:
    delivery = make.delivery()
    trip = make.trip(make.driver(in_market=delivery.market))

    answer = olu.post(reverse("ops:assign", args=[delivery.public_id]), {"trip": trip.public_id, "reason": ""})

    assert answer.status_code == 400


def test_an_alarm_is_seen_to_once(olu: Client) -> None:
    delivery = make.delivery()
    alarm = Alarm.objects.create(market=delivery.market, delivery=delivery, kind="late", text="Late", at=FOUR)

    olu.post(reverse("ops:resolve", args=[alarm.public_id]))
    alarm.refresh_from_db()
    first = alarm.resolved_at
    olu.post(reverse("ops:resolve", args=[alarm.public_id]))

    alarm.refresh_from_db()
    assert first is not None
    assert alarm.resolved_at == first
    assert "Nothing needs you" in olu.get(reverse("ops:alarms")).content.decode()


def test_a_market_and_a_store_are_paused_with_a_reason_and_go_on(olu: Client) -> None:
    store = make.store()
    market_page = reverse("ops:pause_market", args=[store.market.code])
    store_page = reverse("ops:pause_store", args=[store.public_id])

    assert olu.post(market_page, {"reason": ""}).status_code == 400
    for page in (market_page, store_page):
        assert olu.post(page, {"reason": "Ice on the roads"}).status_code == 302
    assert Market.objects.get(pk=store.market_id).paused_reason == "Ice on the roads"
    assert Store.objects.get(pk=store.pk).is_paused

    for page in (market_page, store_page):
        olu.post(page, {"resume": "1"})
    assert not Market.objects.filter(is_paused=True).exists()
    assert not Store.objects.filter(is_paused=True).exists()


def test_streets_are_public_kept_for_a_day_and_not_sent_twice(client: Client) -> None:
    market = make.market()
    address = reverse("api:streets", args=[market.code])

    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert first.json()["type"] == "FeatureCollection"
    assert "max-age=86400" in first.headers["Cache-Control"]
    assert (again.status_code, again.content) == (304, b"")


def test_a_delivery_page_takes_the_same_statements_for_one_offer_as_for_ten(olu: Client) -> None:
    short, long = make.delivery(), make.delivery()
    make.offer(short)
    for number in range(10):
        make.offer(long, to=make.driver(f"Ann {number}", in_market=long.market), kind="board")

    counts = [statements(lambda d=d: olu.get(reverse("ops:delivery", args=[d.public_id]))) for d in (short, long)]  # type: ignore[misc]

    assert counts[0] == counts[1] <= 16


def test_operations_looks_at_the_photo_that_proves_a_delivery(olu: Client) -> None:
    run = walk.loaded()
    door = walk.come_to(run)
    complete_drop(stop_id=door.pk, proof=walk.proof(run), now=walk.ONE)

    page = olu.get(reverse("ops:delivery", args=[walk.delivery_of(run).public_id])).content.decode()

    assert reverse("portal:proof", args=[run.proofs.get().public_id]) in page
