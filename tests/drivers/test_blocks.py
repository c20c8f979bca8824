"""Opening blocks once or every week, changing them, calling them off, and the desk where it is done."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from common.errors import InvalidInput
from drivers.actions.blocks import (
    PlacesBooked,
    TooLateToCallOff,
    call_off_block,
    change_block,
    make_blocks,
    open_block,
)
from drivers.models import Block, BlockRule, Booking
from drivers.states import BookingStatus
from stores.models import ClosingDay, Market, Store
from stores.models.staff import StaffRole
from tests import make

pytestmark = pytest.mark.django_db
FOUR = make.NOON + timedelta(hours=4)


def opened(store: Store, **changes: object) -> Block:
    """A block of three hours from four on with two places."""
    told: dict[str, object] = {
        "store_id": store.pk, "starts_at": FOUR, "ends_at": FOUR + timedelta(hours=3), "places": 2,
        "guarantee_cents": 5_400, "release_minutes": None, "check_in_minutes": 15, "now": make.NOON,
    }  # fmt: skip
    return open_block(**(told | changes))  # type: ignore[arg-type]  # of the right types each


def test_the_market_says_until_when_a_place_is_given_back_freely() -> None:
    Market.objects.update(block_release_minutes=60)
    store = make.store()
    Market.objects.update(block_release_minutes=60)

    assert opened(store).release_minutes == 60
    assert opened(store, starts_at=FOUR + timedelta(hours=1), release_minutes=0).release_minutes == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"ends_at": FOUR},
        {"ends_at": FOUR + timedelta(hours=13)},
        {"starts_at": make.NOON - timedelta(hours=4), "ends_at": make.NOON},
        {"starts_at": FOUR + timedelta(days=61), "ends_at": FOUR + timedelta(days=61, hours=3)},
        {"places": 0},
        {"guarantee_cents": -1},
    ],
)
def test_a_block_that_makes_no_sense_is_not_opened(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        opened(make.store(), **changes)


def test_the_same_block_is_not_opened_twice() -> None:
    store = make.store()
    opened(store)

    with pytest.raises(InvalidInput, match="more places instead"):
        opened(store)


def test_a_changed_guarantee_leaves_what_was_booked_and_places_do_not_fall_below_it() -> None:
    booking = make.booking()

    changed = change_block(block_id=booking.block_id, now=make.NOON, places=4, guarantee_cents=0, is_closed=True)

    booking.refresh_from_db()
    assert (changed.places, changed.guarantee_cents, changed.is_closed, changed.booked) == (4, 0, True, 1)
    assert booking.guarantee_cents == 6_000
    make.booking(on=changed, of=make.driver("Bob", in_market=booking.driver.market))
    with pytest.raises(PlacesBooked, match="2 places"):
        change_block(block_id=changed.pk, now=make.NOON, places=1)
    with pytest.raises(InvalidInput, match="over"):
        change_block(block_id=changed.pk, now=changed.ends_at, places=5)


def test_a_block_is_called_off_only_while_its_drivers_can_still_plan() -> None:
    booking = make.booking()

    with pytest.raises(TooLateToCallOff):
        call_off_block(block_id=booking.block_id, by="user:kim", now=FOUR - timedelta(minutes=44))
    counts = [call_off_block(block_id=booking.block_id, by="user:kim", now=make.NOON) for _ in range(2)]

    booking.refresh_from_db()
    block = Block.objects.get()
    assert counts == [1, 0]
    assert (booking.status, block.booked, block.is_closed) == (BookingStatus.CANCELLED, 0, True)


def weekly(store: Store, weekday: int = 0) -> BlockRule:
    """Mondays from four to seven."""
    return BlockRule.objects.create(
        store=store, weekday=weekday, starts=time(16), ends=time(19), places=2, guarantee_cents=5_000
    )


def test_a_weekly_block_is_opened_a_week_ahead_once_and_not_on_closing_days() -> None:
    store = make.store()
    weekly(store)
    weekly(store, weekday=2)
    ClosingDay.objects.create(store=store, on=date(2026, 6, 10))

    assert [make_blocks(now=make.NOON), make_blocks(now=make.NOON)] == [1, 0]
    block = Block.objects.get()
    assert (block.starts_at, block.release_minutes) == (datetime(2026, 6, 8, 21, tzinfo=UTC), 45)
    call_off_block(block_id=block.pk, by="user:kim", now=make.NOON)
    assert make_blocks(now=make.NOON) == 0


@pytest.fixture
def kim() -> Client:
    """The desk of a manager."""
    desk = Client()
    desk.force_login(make.staff(make.store(), StaffRole.MANAGER, "Kim"))
    return desk


def typed(store: Store, **changes: str) -> dict[str, str]:
    """What Kim types to open a block for tomorrow."""
    day = (timezone.now() + timedelta(days=1)).date()
    return {
        "store": str(store.pk), "starts_at_0": f"{day}", "starts_at_1": "16:00", "ends_at_0": f"{day}",
        "ends_at_1": "19:00", "places": "3", "guarantee_cents": "54.00", "release_minutes": "",
        "check_in_minutes": "15", **changes,
    }  # fmt: skip


def test_a_manager_opens_a_block_on_the_stores_clock_and_sees_what_is_booked(kim: Client) -> None:
    store = Store.objects.get()

    answer = kim.post("/admin/drivers/block/add/", typed(store))

    block = Block.objects.get()
    local = block.starts_at.astimezone(store.market.zone)
    assert answer.status_code == 302
    assert (local.hour, block.places, block.guarantee_cents, block.release_minutes) == (16, 3, 5_400, 45)
    make.booking(make.driver(in_market=store.market), on=block)
    listed = kim.get("/admin/drivers/block/").content.decode()
    assert "1 of 3" in listed
    assert "$54.00" in listed


def test_what_a_manager_types_wrongly_is_said_and_nothing_is_opened(kim: Client) -> None:
    answer = kim.post("/admin/drivers/block/add/", typed(Store.objects.get(), ends_at_1="15:00"), follow=True)

    assert "ends after it starts" in answer.content.decode().replace("&#x27;", "'")
    assert not Block.objects.exists()


def test_a_manager_closes_and_calls_off_own_blocks_only(kim: Client) -> None:
    start = timezone.now() + timedelta(days=1)
    own, other = make.block(Store.objects.get(), starts_at=start), make.block(make.store(), starts_at=start)
    booking = make.booking(make.driver(in_market=own.store.market), on=own)
    chosen = {"_selected_action": [own.pk, other.pk]}

    kim.post("/admin/drivers/block/", {"action": "close_blocks", **chosen})
    assert list(Block.objects.filter(is_closed=True)) == [own]
    kim.post("/admin/drivers/block/", {"action": "call_off_blocks", **chosen})

    assert Booking.objects.get(pk=booking.pk).status == BookingStatus.CANCELLED


def test_saving_a_weekly_block_opens_the_coming_weeks(kim: Client) -> None:
    form = {
        "store": str(Store.objects.get().pk), "weekday": "2", "starts": "16:00", "ends": "19:00", "places": "2",
        "guarantee_cents": "0.00", "release_minutes": "30", "check_in_minutes": "10",
    }  # fmt: skip

    kim.post("/admin/drivers/blockrule/add/", form)

    assert Block.objects.count() in {1, 2}
    assert set(Block.objects.values_list("release_minutes", "check_in_minutes")) == {(30, 10)}
