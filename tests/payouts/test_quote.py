"""Pay is quoted from the work alone: exact, shared without a lost cent, never under the law, blind to tips."""

import random
from dataclasses import dataclass, fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payouts.quote import PARTS, Parcel, PayPlan, PayQuote, Work, add_up, handling_cents, quote_run, raise_cents
from rules.pack import pay_floor_cents
from rules.packs_on_file import pack_codes, pack_for

TODAY = date(2026, 11, 22)
TENNESSEE = pack_for("tennessee", TODAY)
PLAN = PayPlan()
PARCELS = st.builds(
    Parcel,
    grams=st.integers(0, 80_000),
    units=st.integers(0, 120),
    flights=st.integers(0, 6),
    added_seconds=st.integers(0, 3600),
)
WORKS = st.builds(
    Work,
    added_seconds=st.integers(-300, 7200),
    added_metres=st.integers(-2000, 60_000),
    engaged_seconds=st.integers(0, 10_800),
    engaged_metres=st.integers(0, 90_000),
    parcels=st.lists(PARCELS, min_size=1, max_size=4).map(tuple),
    raise_step=st.integers(0, 6),
)


def work(*parcels: Parcel, added_minutes: int = 7, added_metres: int = 3701, raise_step: int = 0) -> Work:
    """A run that adds 7 minutes and 2.3 miles to a trip."""
    return Work(added_minutes * 60, added_metres, added_minutes * 60 + 600, 8000, parcels or (Parcel(),), raise_step)


@dataclass(frozen=True)
class Shown:
    """The lines of an offer as a driver sees them: pay from the quote, the tip beside it."""

    pay: PayQuote
    tip_cents: int

    @property
    def total_cents(self) -> int:
        return self.pay.total_cents + self.tip_cents


def test_pay_is_base_plus_added_minutes_plus_added_miles() -> None:
    whole = quote_run(PLAN, TENNESSEE, work()).whole

    assert whole == PayQuote(500, 245, 167, 0, 0, 0, 912)


def test_handling_pays_for_weight_units_and_stairs_above_what_the_base_covers() -> None:
    assert handling_cents(PLAN, Parcel(grams=15_000, units=20)) == 0
    assert handling_cents(PLAN, Parcel(grams=15_001)) == 10
    assert handling_cents(PLAN, Parcel(grams=22_000, units=32, flights=2)) == 70 + 60 + 150


def test_the_ladder_raises_pay_step_by_step_and_stays_at_its_last() -> None:
    assert [raise_cents(PLAN, step) for step in range(6)] == [0, 150, 300, 500, 500, 500]
    assert quote_run(PLAN, TENNESSEE, work(raise_step=2)).whole.total_cents == 912 + 300


def test_a_further_delivery_adds_to_the_base_and_each_share_is_shown() -> None:
    run = quote_run(PLAN, TENNESSEE, work(Parcel(added_seconds=300), Parcel(added_seconds=120, flights=1)))

    assert run.whole.base_cents == 800
    assert [share.detour_time_cents for share in run.shares] == [175, 70]
    assert [share.handling_cents for share in run.shares] == [0, 75]


def test_a_short_run_in_seattle_is_topped_up_to_the_offer_minimum() -> None:
    poor = replace(PLAN, base_cents=200)
    seattle = pack_for("seattle", date(2025, 6, 1))

    whole = quote_run(poor, seattle, Work(60, 100, 300, 1000, (Parcel(),))).whole

    assert whole.total_cents == 520
    assert whole.floor_topup_cents == 520 - 200 - whole.detour_time_cents - whole.detour_distance_cents


def test_an_hour_in_new_york_pays_the_published_minimum() -> None:
    whole = quote_run(PLAN, pack_for("nyc", TODAY), Work(600, 1000, 3600, 9000, (Parcel(),))).whole

    assert whole.total_cents == 2213


@given(WORKS, st.sampled_from(pack_codes()))
def test_no_cent_is_lost_between_a_run_and_its_deliveries(work: Work, code: str) -> None:
    run = quote_run(PLAN, pack_for(code, TODAY), work)

    assert add_up(run.shares) == run.whole
    assert run.whole.total_cents == sum(getattr(run.whole, part) for part in PARTS)


@given(WORKS, st.sampled_from(pack_codes()))
def test_pay_is_never_under_the_floor_and_no_part_is_below_zero(work: Work, code: str) -> None:
    pack = pack_for(code, TODAY)
    whole = quote_run(PLAN, pack, work).whole

    assert whole.total_cents >= pay_floor_cents(pack, work.engaged_seconds, work.engaged_metres)
    assert min(getattr(whole, part) for part in PARTS) >= 0


@given(WORKS, st.integers(0, 1800), st.integers(0, 20_000))
def test_more_detour_never_pays_less(work: Work, seconds: int, metres: int) -> None:
    more = replace(work, added_seconds=work.added_seconds + seconds, added_metres=work.added_metres + metres)

    assert quote_run(PLAN, TENNESSEE, more).whole.total_cents >= quote_run(PLAN, TENNESSEE, work).whole.total_cents


def test_r13_base_pay_is_the_same_whatever_the_tip_over_10_000_random_orders() -> None:
    dice = random.Random(13)
    packs = [pack_for(code, TODAY) for code in pack_codes()]
    for _ in range(10_000):
        pack = dice.choice(packs)
        parcel = Parcel(dice.randrange(60_000), dice.randrange(90), dice.randrange(5), dice.randrange(1800))
        run = Work(
            dice.randrange(3600), dice.randrange(40_000), dice.randrange(5400), dice.randrange(60_000), (parcel,)
        )

        untipped = Shown(quote_run(PLAN, pack, run).whole, 0)
        tipped = Shown(quote_run(PLAN, pack, run).whole, dice.randrange(1, 100_000))

        assert tipped.pay == untipped.pay
        assert tipped.total_cents - untipped.total_cents == tipped.tip_cents


def test_r13_nothing_that_decides_pay_can_hold_a_tip() -> None:
    names = {field.name for shape in (PayPlan, Parcel, Work, PayQuote) for field in fields(shape)}

    assert not [name for name in names if "tip" in name]


def test_a_quote_that_does_not_add_up_cannot_exist() -> None:
    with pytest.raises(ValueError, match="add up"):
        PayQuote(500, 0, 0, 0, 0, 0, 400)


def test_a_run_without_deliveries_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        quote_run(PLAN, TENNESSEE, Work(0, 0, 0, 0, ()))
