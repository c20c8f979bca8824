"""The law as data, checked against the figures that each authority has published."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.pack import fees_due, pay_floor_cents
from rules.packs_on_file import PACKS, UnknownRulePack, pack_codes, pack_for

TODAY = date(2026, 11, 22)
HOUR = 3600
MILE = 1609.344


def test_every_market_of_the_pilot_and_every_studied_law_has_a_pack() -> None:
    expected = ["california", "colorado", "default", "louisiana", "minnesota", "nyc", "seattle", "tennessee"]

    assert pack_codes() == expected


@pytest.mark.parametrize("code", pack_codes())
def test_every_edition_names_its_source(code: str) -> None:
    for edition in tomllib.loads((PACKS / f"{code}.toml").read_text())["edition"]:
        assert edition["source"]

    assert pack_for(code, TODAY).sources


def test_a_driver_has_ninety_seconds_to_answer_and_colorado_never_less_than_sixty() -> None:
    assert pack_for("default", TODAY).min_answer_seconds == 90
    assert pack_for("tennessee", TODAY).min_answer_seconds == 90
    assert pack_for("colorado", TODAY).min_answer_seconds >= 60


@pytest.mark.parametrize(
    ("on", "cents"),
    [(date(2026, 1, 25), 0), (date(2026, 1, 26), 2144), (date(2026, 3, 31), 2144), (date(2026, 4, 1), 2213)],
)
def test_new_york_city_pays_its_published_hour_from_its_published_day(on: date, cents: int) -> None:
    assert pay_floor_cents(pack_for("nyc", on), HOUR, 0) == cents


@pytest.mark.parametrize(
    ("minutes", "miles", "cents"),
    [
        (30, 5, 1350 + 385),  # 30 x $0.45 + 5 x $0.77
        (5, 1, 520),  # $3.02 by time and distance, so the offer's $5.20 holds
        (0, 0, 520),
    ],
)
def test_seattle_2025_pays_the_greater_of_time_with_miles_and_the_offer(minutes: int, miles: int, cents: int) -> None:
    seattle = pack_for("seattle", date(2025, 6, 1))

    assert pay_floor_cents(seattle, minutes * 60, int(miles * MILE)) == cents


def test_seattle_2024_is_still_on_file() -> None:
    assert pay_floor_cents(pack_for("seattle", date(2024, 6, 1)), 1800, 0) == 1320


def test_california_pays_120_percent_of_the_minimum_wage_for_engaged_time_plus_mileage() -> None:
    assert pay_floor_cents(pack_for("california", date(2025, 6, 1)), HOUR, 0) == 1980
    assert pay_floor_cents(pack_for("california", TODAY), HOUR, 0) == 2028
    assert pay_floor_cents(pack_for("california", TODAY), HOUR, 16094) == 2028 + 361  # 10.0003 miles, rounded up


@pytest.mark.parametrize(("taxable", "fees"), [(9_999, []), (10_000, [("Road Improvement and Food Delivery Fee", 50)])])
def test_minnesota_labels_its_fee_in_the_words_of_the_statute(taxable: int, fees: list[tuple[str, int]]) -> None:
    due = fees_due(pack_for("minnesota", TODAY), taxable)

    assert [(fee.label, fee.amount_cents) for fee in due] == fees


@pytest.mark.parametrize(("on", "cents"), [(date(2025, 6, 30), 29), (date(2025, 7, 1), 28)])
def test_colorado_has_a_fee_on_any_delivery_with_something_taxable(on: date, cents: int) -> None:
    assert [fee.amount_cents for fee in fees_due(pack_for("colorado", on), 1)] == [cents]
    assert fees_due(pack_for("colorado", on), 0) == []


@pytest.mark.parametrize(
    ("on", "mileage", "threshold"),
    [(date(2025, 12, 31), 700, 60_000), (date(2026, 1, 1), 725, 200_000)],
)
def test_the_tax_figures_change_with_the_year(on: date, mileage: int, threshold: int) -> None:
    pack = pack_for("default", on)

    assert (pack.mileage_tenths, pack.form_1099_from_cents) == (mileage, threshold)


def test_seattle_gives_fourteen_days_notice_and_the_fcra_five_business_days() -> None:
    pack = pack_for("seattle", TODAY)

    assert (pack.deactivation_notice_days, pack.adverse_action_business_days) == (14, 5)


def test_a_pack_says_exactly_which_editions_it_is_made_of() -> None:
    assert pack_for("nyc", date(2026, 5, 1)).version == "default@2026-01-01+nyc@2026-04-01"
    assert pack_for("louisiana", TODAY).version == "default@2026-01-01"
    assert pack_for("nyc", TODAY).review_on == date(2027, 4, 1)


@pytest.mark.parametrize("code", ["atlantis", "../default", ""])
def test_an_unknown_pack_is_refused(code: str) -> None:
    with pytest.raises(UnknownRulePack):
        pack_for(code, TODAY)


def test_a_day_before_the_first_edition_is_refused() -> None:
    with pytest.raises(ValueError, match="no rules are on file"):
        pack_for("default", date(2019, 12, 31))


@given(st.sampled_from(pack_codes()), st.integers(0, 86_400), st.integers(0, 500_000), st.integers(0, 3600))
def test_more_work_never_has_a_lower_floor(code: str, seconds: int, metres: int, more: int) -> None:
    pack = pack_for(code, TODAY)

    assert pay_floor_cents(pack, seconds + more, metres + more) >= pay_floor_cents(pack, seconds, metres)


def test_packs_are_files_a_lawyer_can_read() -> None:
    assert all(Path(PACKS / f"{code}.toml").read_text().count("\n") < 100 for code in pack_codes())
