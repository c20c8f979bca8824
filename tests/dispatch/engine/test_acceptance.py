"""How likely an offer is to be taken, and how it is made."""

from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from dispatch.engine.acceptance import BAND_CENTS, Acceptance, Outcome

OUTCOMES = st.lists(st.builds(Outcome, st.floats(0, 30_000), st.booleans()), max_size=200)


def test_more_pay_is_believed_to_be_more_welcome() -> None:
    prior = Acceptance.prior()

    chances = [prior.probability(pay_cents=cents, added_s=3_600) for cents in BAND_CENTS]

    assert chances == sorted(chances)
    assert chances[0] < 0.15
    assert chances[-1] > 0.9


@given(outcomes=OUTCOMES, added=st.integers(-10, 7_200), pay=st.integers(0, 10_000))
def test_belief_stays_a_chance_that_rises_with_pay(outcomes: list[Outcome], added: int, pay: int) -> None:
    belief = Acceptance.prior().after(outcomes)

    less = belief.probability(pay_cents=pay, added_s=added)
    more = belief.probability(pay_cents=pay + 500, added_s=added)

    assert 0 < less <= more < 1


def test_outcomes_change_the_belief() -> None:
    refused = Acceptance.prior().after([Outcome(5_000, accepted=False)] * 200)

    assert refused.probability(pay_cents=5_000, added_s=3_600) < 0.2


def test_a_good_offer_is_reserved_and_a_poor_one_is_made_to_several() -> None:
    prior = Acceptance.prior()

    good = prior.advise(pay_cents=1_200, added_s=420, fitting=9)
    poor = prior.advise(pay_cents=300, added_s=900, fitting=9)
    alone = prior.advise(pay_cents=300, added_s=900, fitting=1)

    assert (good.reserve, good.parallel) == (True, 1)
    assert not poor.reserve
    assert poor.parallel == 4
    assert alone.reserve


def test_nothing_in_it_knows_a_driver() -> None:
    names = {field.name for field in (*fields(Acceptance), *fields(Outcome))}

    assert names == {"taken", "made", "cents_an_hour", "accepted"}
