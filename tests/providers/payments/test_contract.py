"""One contract over both gateways: the built-in one, and Stripe's client against a stand-in of its API."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from providers.payments.base import ActionRequired, Card, Declined, Payments, Refused
from providers.payments.builtin import BuiltinPayments
from providers.payments.stripe import StripePayments
from tests.providers.payments.localstripe_server import API_KEY, PUBLIC_KEY, localstripe, pass_challenge


@dataclass(frozen=True)
class Desk:
    """A gateway, and how the cardholder answers its challenges."""

    gateway: Payments
    answer: Callable[[ActionRequired, bool], None]

    def card(self, number: str = "4242424242424242") -> Card:
        return self.gateway.tokenise(number=number, exp_month=12, exp_year=2040, cvc="123")

    def hold(self, number: str = "4242424242424242", cents: int = 5_000) -> str:
        return self.gateway.authorise(
            amount_cents=cents, card_token=self.card(number).token, key=new_key(), metadata={"order": "1"}
        ).id


def new_key() -> str:
    """A key never used before."""
    return uuid4().hex


@pytest.fixture(scope="module")
def stripe_base() -> Iterator[str]:
    with localstripe() as base:
        yield base


@pytest.fixture(params=["builtin", "stripe"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    if request.param == "builtin":
        builtin = BuiltinPayments(state_dir=tmp_path, slow_seconds=0)
        return Desk(builtin, lambda needed, passed: builtin.answer(challenge_id=needed.challenge_id, passed=passed))
    base: str = request.getfixturevalue("stripe_base")
    stripe = StripePayments(api_key=API_KEY, publishable_key=PUBLIC_KEY, api_base=base, network_retries=0)
    return Desk(stripe, lambda needed, passed: pass_challenge(base, needed.challenge_id, needed.client_secret, passed))


def test_a_hold_is_placed_captured_for_less_and_partly_refunded(desk: Desk) -> None:
    hold_id = desk.hold(cents=5_000)

    receipt = desk.gateway.capture(hold_id=hold_id, amount_cents=4_321, key=new_key())
    refund = desk.gateway.refund(receipt_id=receipt.id, amount_cents=321, key=new_key())

    assert (receipt.amount_cents, receipt.currency) == (4_321, "USD")
    assert (refund.receipt_id, refund.amount_cents) == (receipt.id, 321)


def test_a_hold_carries_a_card_that_can_be_charged_again_later(desk: Desk) -> None:
    first = desk.gateway.authorise(amount_cents=5_000, card_token=desk.card().token, key=new_key(), metadata={})

    tip = desk.gateway.charge(amount_cents=300, card_token=first.card.token, key=new_key(), metadata={"order": "1"})
    again = desk.gateway.authorise(amount_cents=900, card_token=first.card.token, key=new_key(), metadata={})

    assert (first.card.last4, first.card.brand, first.amount_cents) == ("4242", "visa", 5_000)
    assert tip.amount_cents == 300
    assert again.id != first.id


@pytest.mark.parametrize("number", ["4000000000000002", "4000000000009995", "4000000000000341", "4000000000000069"])
def test_a_bad_card_is_declined(desk: Desk, number: str) -> None:
    with pytest.raises(Declined) as refusal:
        desk.hold(number)

    assert refusal.value.message


def test_a_challenge_that_is_met_gives_the_hold(desk: Desk) -> None:
    with pytest.raises(ActionRequired) as needed:
        desk.hold("4000002760003184")
    with pytest.raises(ActionRequired):
        desk.gateway.confirm(challenge_id=needed.value.challenge_id)

    desk.answer(needed.value, True)
    hold = desk.gateway.confirm(challenge_id=needed.value.challenge_id)

    assert desk.gateway.capture(hold_id=hold.id, amount_cents=5_000, key=new_key()).amount_cents == 5_000


@pytest.mark.parametrize(("number", "passed"), [("4000002760003184", False), ("4000008260003178", True)])
def test_a_challenge_that_fails_or_finds_no_money_is_declined(desk: Desk, number: str, passed: bool) -> None:
    with pytest.raises(ActionRequired) as needed:
        desk.hold(number)

    desk.answer(needed.value, passed)

    with pytest.raises(Declined):
        desk.gateway.confirm(challenge_id=needed.value.challenge_id)


def test_a_tip_on_a_card_that_wants_a_challenge_is_declined(desk: Desk) -> None:
    with pytest.raises(Declined) as refusal:
        desk.gateway.charge(
            amount_cents=300, card_token=desk.card("4000002760003184").token, key=new_key(), metadata={}
        )

    assert refusal.value.code == "authentication_required"


def test_never_more_is_captured_than_is_held(desk: Desk) -> None:
    hold_id = desk.hold(cents=5_000)

    with pytest.raises(Refused):
        desk.gateway.capture(hold_id=hold_id, amount_cents=5_001, key=new_key())
    assert desk.gateway.capture(hold_id=hold_id, amount_cents=5_000, key=new_key()).amount_cents == 5_000


def test_a_void_hold_stays_void_and_cannot_be_captured(desk: Desk) -> None:
    hold_id = desk.hold()

    desk.gateway.void(hold_id=hold_id, key=new_key())
    desk.gateway.void(hold_id=hold_id, key=new_key())

    with pytest.raises(Refused):
        desk.gateway.confirm(challenge_id=hold_id)


def test_a_captured_hold_cannot_be_voided(desk: Desk) -> None:
    hold_id = desk.hold()
    desk.gateway.capture(hold_id=hold_id, amount_cents=100, key=new_key())

    with pytest.raises(Refused):
        desk.gateway.void(hold_id=hold_id, key=new_key())


def test_an_unknown_card_or_hold_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused):
        desk.gateway.authorise(amount_cents=100, card_token="pm_nobody", key=new_key(), metadata={})
    with pytest.raises(Refused):
        desk.gateway.capture(hold_id="pi_nothing", amount_cents=100, key=new_key())


def test_an_amount_of_nothing_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused):
        desk.hold(cents=0)
