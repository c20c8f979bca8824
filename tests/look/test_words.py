"""How amounts, distances and moments are written."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from common.templatetags import homeward


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (995, "$9.95"),
        (0, "$0.00"),
        (5, "$0.05"),
        (-320, "\N{MINUS SIGN}$3.20"),
        (123456789, "$1,234,567.89"),
        (None, ""),
    ],
)
def test_cents_are_dollars_exactly(amount: int | None, words: str) -> None:
    assert homeward.cents(amount) == words


def test_a_signed_amount_always_has_its_sign() -> None:
    assert homeward.signed_cents(100) == "+$1.00"
    assert homeward.signed_cents(-100) == "\N{MINUS SIGN}$1.00"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 min"), (1, "1 min"), (420, "7 min"), (421, "8 min"), (3900, "1 h 05 min")]
)
def test_minutes_round_up(seconds: int, words: str) -> None:
    assert homeward.minutes(seconds) == words


def test_added_minutes_are_never_understated_and_saved_ones_never_overstated() -> None:
    assert homeward.signed_minutes(361) == "+7 min"
    assert homeward.signed_minutes(-119) == "\N{MINUS SIGN}1 min"


def test_miles_are_to_a_tenth_and_round_up() -> None:
    assert homeward.miles(1609.344) == "1.0 mi"
    assert homeward.miles(1610) == "1.1 mi"
    assert homeward.signed_miles(3650) == "+2.3 mi"


def test_a_whole_weight_has_no_tenth() -> None:
    assert homeward.pounds(Decimal("31.000")) == "31 lb"
    assert homeward.pounds(Decimal("1.250")) == "1.3 lb"


def test_a_clock_shows_the_time_where_the_store_is() -> None:
    moment = datetime(2026, 6, 5, 22, 10, tzinfo=UTC)

    assert homeward.clock(moment, "America/Chicago") == "5:10 pm"
    assert homeward.clock(datetime(2026, 6, 5, 5, 5, tzinfo=UTC), "America/Chicago") == "12:05 am"


def test_a_countdown_stops_at_nothing() -> None:
    assert homeward.countdown(74) == "1:14"
    assert homeward.countdown(-3) == "0:00"


def test_nothing_known_is_nothing_written() -> None:
    assert [f(None) for f in (homeward.miles, homeward.minutes, homeward.pounds, homeward.clock, homeward.items)] == [
        ""
    ] * 5


@pytest.mark.parametrize(
    ("name", "letters"), [("Ann Lee", "AL"), ("Sam", "S"), ("Maria del Carmen Ruiz", "MR"), ("", "?"), (None, "?")]
)
def test_an_avatar_is_two_letters_at_most(name: str | None, letters: str) -> None:
    assert homeward.initials(name) == letters


def test_a_picture_that_is_named_short_is_found_among_the_tiles() -> None:
    assert homeward.tile_url("banana") == "/static/tiles/banana.svg"
    assert homeward.tile_url("") == "/static/img/tile-blank.svg"


def test_items_are_counted_in_words() -> None:
    assert (homeward.items(1), homeward.items(18)) == ("1 item", "18 items")


def test_a_day_is_the_day_where_people_live() -> None:
    late = datetime(2026, 11, 18, 5, 31, tzinfo=UTC)

    assert homeward.day(late, "America/Chicago") == "Tue 17 Nov"
