"""Delivery windows follow from rules, hours and closing days, in the store's own time (R18)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from common.clock import moment
from common.errors import InvalidInput
from stores.actions.windows import SeatsTaken, change_window, make_windows
from stores.models import ClosingDay, Store, StoreHours, Window
from tests import make

ZONES = ["America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"]
ODD_DAYS = [date(2026, 3, 8), date(2026, 11, 1), date(2028, 2, 29), date(2026, 12, 31)]
ROUND_THE_CLOCK = [(time(hour), time(hour + 1)) for hour in range(23)]

pytestmark = pytest.mark.django_db


def store_with_rules(zone: str, spans: list[tuple[time, time]]) -> Store:
    """A store that never closes, offering the same windows every day."""
    store = make.store(make.market(timezone=zone))
    StoreHours.objects.filter(store=store).update(opens=time(0), closes=time(23, 59))
    for weekday in range(7):
        for starts, ends in spans:
            make.window_rule(store, weekday, starts, ends, cutoff_minutes=30)
    return store


def local_starts(store: Store, day: date) -> list[time]:
    """When windows start on a day by the store's clock."""
    zone = store.market.zone
    starts = [window.starts_at.astimezone(zone) for window in store.windows.order_by("starts_at")]
    return [start.time() for start in starts if start.date() == day]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", ODD_DAYS)
def test_every_window_of_an_odd_day_is_there_once(zone: str, day: date) -> None:
    store = store_with_rules(zone, [(time(8), time(10)), (time(10), time(12)), (time(17), time(19))])
    two_days_before = moment(day - timedelta(days=2), time(12), ZoneInfo(zone))

    for hours in range(0, 72, 12):
        make_windows(now=two_days_before + timedelta(hours=hours), store_id=store.pk)

    assert local_starts(store, day) == [time(8), time(10), time(17)]
    assert all(w.ends_at - w.starts_at == timedelta(hours=2) for w in store.windows.all())


@pytest.mark.parametrize("zone", ZONES)
def test_the_hour_that_clocks_skip_has_no_window_and_the_hour_shown_twice_has_one(zone: str) -> None:
    store = store_with_rules(zone, ROUND_THE_CLOCK)

    make_windows(now=moment(date(2026, 3, 7), time(12), ZoneInfo(zone)))
    make_windows(now=moment(date(2026, 10, 31), time(12), ZoneInfo(zone)))

    assert local_starts(store, date(2026, 3, 8)) == [time(hour) for hour in range(23) if hour != 2]
    assert local_starts(store, date(2026, 11, 1)) == [time(hour) for hour in range(23)]


@pytest.mark.parametrize("zone", ZONES)
def test_the_last_evening_of_the_year_and_the_first_morning_both_have_windows(zone: str) -> None:
    store = store_with_rules(zone, [(time(8), time(10)), (time(20), time(22))])

    make_windows(now=moment(date(2026, 12, 31), time(9), ZoneInfo(zone)))

    assert local_starts(store, date(2026, 12, 31)) == [time(20)]
    assert local_starts(store, date(2027, 1, 1)) == [time(8), time(20)]


@given(
    st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.sampled_from(ZONES), st.lists(st.times(), min_size=2, max_size=6)
)
def test_moments_of_a_day_never_run_backwards(day: date, zone: str, times: list[time]) -> None:
    moments = [moment(day, at, ZoneInfo(zone)) for at in sorted(times)]

    assert moments == sorted(moments)
    assert all(at.astimezone(ZoneInfo(zone)).date() == day for at in moments)


def test_windows_are_made_for_today_and_a_week_ahead() -> None:
    store = store_with_rules("America/Chicago", [(time(16), time(18))])

    added = make_windows(now=make.NOON)

    assert added == 8
    window = store.windows.earliest("starts_at")
    assert window.starts_at == datetime(2026, 6, 5, 21, tzinfo=UTC)
    assert window.cutoff_at == datetime(2026, 6, 5, 20, 30, tzinfo=UTC)
    assert (window.seats, window.taken, window.fee_cents) == (10, 0, 995)


def test_making_them_again_adds_none_and_keeps_seats_sold() -> None:
    store = store_with_rules("America/Chicago", [(time(16), time(18))])
    make_windows(now=make.NOON)
    Window.objects.update(taken=3)

    added = make_windows(now=make.NOON)

    assert added == 0
    assert {w.taken for w in store.windows.all()} == {3}


def test_a_window_past_its_cutoff_is_not_made() -> None:
    store = store_with_rules("America/Chicago", [(time(12, 20), time(14))])

    make_windows(now=make.NOON, days_ahead=0)

    assert not store.windows.exists()


def test_a_rule_may_take_orders_until_well_into_its_window() -> None:
    store = make.store()
    make.window_rule(store, 4, time(11), time(13), cutoff_minutes=-90)

    added = make_windows(now=make.NOON, days_ahead=0)

    assert added == 1
    window = store.windows.get()
    assert window.is_open(make.NOON)
    assert window.cutoff_at == datetime(2026, 6, 5, 17, 30, tzinfo=UTC)


def test_no_order_is_taken_after_a_window_has_ended() -> None:
    store = make.store()
    make.window_rule(store, 4, time(11), time(13), cutoff_minutes=-600)

    make_windows(now=make.NOON, days_ahead=0)

    window = store.windows.get()
    assert window.cutoff_at == window.ends_at


def test_a_rule_outside_opening_hours_or_on_a_closing_day_makes_no_window() -> None:
    store = make.store()
    make.window_rule(store, 4, time(21), time(23))
    make.window_rule(store, 5, time(10), time(12))
    ClosingDay.objects.create(store=store, on=date(2026, 6, 6), reason="Stocktaking")

    make_windows(now=make.NOON)

    assert not store.windows.exists()


def test_a_new_closing_day_closes_windows_that_were_made() -> None:
    store = store_with_rules("America/Chicago", [(time(16), time(18))])
    make_windows(now=make.NOON)
    ClosingDay.objects.create(store=store, on=date(2026, 6, 7))

    make_windows(now=make.NOON)

    assert [w.starts_at.day for w in store.windows.filter(is_closed=True)] == [7]


def test_ten_stores_take_as_many_statements_as_one() -> None:
    counts = []
    for stores in (1, 9):
        for _ in range(stores):
            store_with_rules("America/Denver", [(time(16), time(18)), (time(18), time(20))])
        with CaptureQueriesContext(connection) as queries:
            make_windows(now=make.NOON)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 10


def test_a_manager_changes_seats_fee_and_closing() -> None:
    window = make.window(make.store(), seats=10, taken=4)

    change_window(window_id=window.pk, now=make.NOON, seats=4, fee_cents=795, is_closed=True)

    window.refresh_from_db()
    assert (window.seats, window.fee_cents, window.is_closed) == (4, 795, True)


def test_seats_never_fall_below_what_is_taken() -> None:
    window = make.window(make.store(), seats=10, taken=4)

    with pytest.raises(SeatsTaken, match="4 seats"):
        change_window(window_id=window.pk, now=make.NOON, seats=3)


def test_a_window_that_is_over_stays_as_it_was() -> None:
    window = make.window(make.store())

    with pytest.raises(InvalidInput):
        change_window(window_id=window.pk, now=window.ends_at, seats=20)
