"""A simulated order climbs as a real one does, and a policy's ladder is the market's save where it has its own."""

from dispatch.models import Ladder
from dispatch.simulator.compare.policy import POLICIES, Rungs
from dispatch.simulator.compare.waiting import Step, Waiting

RUNGS = Rungs.of(Ladder())


def test_what_one_driver_has_to_answer_for_does_not_climb_and_its_time_goes_on() -> None:
    one = Waiting(Step.BOARD, since=0, is_reserved=True)

    during = one.next_step(RUNGS, 200, 0)
    one.is_reserved = False

    assert during is None
    assert one.next_step(RUNGS, 200, 0) == Step.RAISED
    assert one.next_step(RUNGS, 200, RUNGS.max_raises) == Step.OPERATIONS


def test_time_on_the_first_step_has_not_begun_before_it_presses() -> None:
    assert Waiting(Step.NEW).next_step(RUNGS, 90_000, 0) is None
    assert Waiting(Step.NEW, since=0).next_step(RUNGS, RUNGS.reserve_s, 0) == Step.BOARD


def test_what_was_shown_lately_is_still_being_read() -> None:
    one = Waiting(Step.BOARD, since=0, shown_s=100, asked=1)

    assert one.on_route(150, 90).is_being_read
    assert not one.on_route(190, 90).is_being_read
    assert one.on_route(190, 90).asked == 1


def test_a_policy_climbs_the_market_s_ladder_save_where_it_has_its_own() -> None:
    ladder = Ladder(max_reserves=2, ahead_seconds=600)

    apart, homeward = POLICIES["homeward-apart"].rungs(ladder), POLICIES["homeward"].rungs(ladder)

    assert (homeward.max_reserves, homeward.ahead_s) == (2, 600)
    assert (apart.max_reserves, apart.ahead_s) == (0, 600)
