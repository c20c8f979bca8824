"""What a driver earned is owed to them in the books, whole and once."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from ledger import chart
from ledger.queries import balance, ledger_sum, owed
from payouts.actions.earnings import record_earning
from payouts.models import Earning
from tests import make


def record(driver: Any, **changed: Any) -> Earning:
    named = {
        "driver_id": driver.pk,
        "market_id": driver.market_id,
        "kind": Earning.Kind.DELIVERY,
        "source": "delivery:1",
        "delivery_ref": uuid4(),
        "offer_ref": uuid4(),
        "label": "East Nashville to 37206",
        "offered_pay_cents": 1_020,
        "offered_tip_cents": 400,
        "pay_cents": 1_020,
        "tip_cents": 400,
        "engaged_seconds": 1_500,
        "added_seconds": 420,
        "added_metres": 3_700,
        "now": make.NOON,
    }
    return record_earning(**{**named, **changed})


@pytest.mark.django_db
def test_pay_and_the_whole_tip_are_owed_to_the_driver() -> None:
    ann = make.driver("Ann")

    record(ann)

    assert owed(chart.driver_payable(ann.public_id)) == 1_420
    assert balance(chart.TIPS_PAYABLE) == 400
    assert ledger_sum() == 0


@pytest.mark.django_db
def test_the_same_delivery_is_earned_once() -> None:
    ann = make.driver("Ann")

    first, second = record(ann), record(ann)

    assert first == second
    assert owed(chart.driver_payable(ann.public_id)) == 1_420


@pytest.mark.django_db
def test_pay_short_of_the_offer_is_topped_up_by_itself() -> None:
    ann = make.driver("Ann")

    earning = record(ann, pay_cents=900)

    assert earning.topup_cents == 120
    assert balance(chart.HOUSE_TOPUP) == 120
    assert owed(chart.driver_payable(ann.public_id)) == 1_420


@pytest.mark.django_db
def test_a_tip_taken_back_is_made_good_by_the_house() -> None:
    ann = make.driver("Ann")

    record(ann, tip_cents=0)

    assert balance(chart.TIPS_MADE_GOOD) == 400
    assert owed(chart.driver_payable(ann.public_id)) == 1_420


@pytest.mark.django_db
def test_a_generous_tip_does_not_fill_a_hole_in_the_pay() -> None:
    ann = make.driver("Ann")

    earning = record(ann, pay_cents=900, tip_cents=2_000)

    assert earning.topup_cents == 120
    assert earning.total_cents == 3_020


@pytest.mark.django_db
def test_the_firm_is_paid_on_top_and_never_from_the_tip() -> None:
    ann = make.driver("Ann")

    record(ann, tip_cents=5_000)

    assert owed(chart.firm_payable(ann.engaged_by.public_id)) == 61  # 6 % of 10.20, half up


class NeverLessThanOffered(TestCase):
    """Whatever is paid in, the driver is owed at least what the offer said, and the books balance."""

    @settings(max_examples=30)
    @given(
        offered=st.integers(0, 20_000),
        tip=st.integers(0, 20_000),
        pay=st.integers(0, 20_000),
        given_tip=st.integers(0, 20_000),
    )
    def test_the_driver_is_never_owed_less_than_offered(self, offered: int, tip: int, pay: int, given_tip: int) -> None:
        ann = make.driver("Ann")

        earning = record(
            ann,
            source=str(uuid4()),
            offered_pay_cents=offered,
            offered_tip_cents=tip,
            pay_cents=pay,
            tip_cents=given_tip,
        )

        assert earning.total_cents == max(offered, pay) + max(tip, given_tip)
        assert ledger_sum() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "ref"), [("guarantee", uuid4()), ("delivery", None)])
def test_the_database_refuses_a_guarantee_of_a_delivery_and_a_delivery_of_none(kind: str, ref: object) -> None:
    ann = make.driver("Ann")

    with pytest.raises(IntegrityError, match="earned_by_delivery_or_block"), transaction.atomic():
        record(ann, kind=kind, delivery_ref=ref)
