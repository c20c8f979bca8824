"""A firm closes a week, approves it, pays it by the bank, and books what comes back."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from achlens.core import validate
from django.db import transaction

from common.sealing import unseal
from drivers.models import Driver, Firm
from events.actions.move import NotAllowedNow
from ledger import chart
from ledger.queries import balance, ledger_sum, owed
from payouts.actions.accounts import BadAccount, BadRouting, set_payout_account
from payouts.actions.bank import NothingToPay, book_returns, send_settlement, settle_settlement
from payouts.actions.earnings import record_earning
from payouts.actions.settlements import (
    CHANGED_ACCOUNT,
    NEW_ACCOUNT,
    NO_ACCOUNT,
    PeriodNotOver,
    PeriodOverlaps,
    approve_settlement,
    close_settlement,
)
from payouts.models import Earning, Settlement, Statement
from payouts.queries.periods import last_week, week_of
from providers.bank.base import Return
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = datetime(2026, 6, 8, 15, 0, tzinfo=UTC)
FLO = "user:flo"


def earn(driver: Driver, *, pay_cents: int = 1_000, tip_cents: int = 400, at: datetime = make.NOON) -> Earning:
    with transaction.atomic():
        return record_earning(
            driver_id=driver.pk,
            market_id=driver.market_id,
            kind=Earning.Kind.DELIVERY,
            source=str(uuid4()),
            delivery_ref=uuid4(),
            offer_ref=None,
            label="East Nashville to 37206",
            offered_pay_cents=pay_cents,
            offered_tip_cents=tip_cents,
            pay_cents=pay_cents,
            tip_cents=tip_cents,
            engaged_seconds=1_500,
            added_seconds=420,
            added_metres=3_700,
            now=at,
        )


def banked(name: str, of: Firm, *, since: datetime = make.NOON - timedelta(days=30)) -> Driver:
    driver = make.driver(name, of=of)
    set_payout_account(
        driver_id=driver.pk, routing="091000019", number="1234 5678", holder=name, is_savings=False, now=since
    )
    return driver


def close(firm: Firm, now: datetime = MONDAY) -> Settlement:
    starts_at, ends_at = last_week(firm, now)
    return close_settlement(firm_id=firm.pk, starts_at=starts_at, ends_at=ends_at, by=FLO, now=now)


def pay(settlement: Settlement, now: datetime = MONDAY) -> Settlement:
    approve_settlement(settlement_id=settlement.pk, by=FLO, now=now)
    return send_settlement(settlement_id=settlement.pk, by=FLO, now=now)


def test_a_week_becomes_one_statement_a_driver() -> None:
    firm = make.firm()
    ann, bob = banked("Ann", firm), banked("Bob", firm)
    earn(ann)
    earn(ann, pay_cents=800, tip_cents=0)
    earn(bob)

    settlement = close(firm)

    totals = dict(settlement.statements.values_list("driver__first_name", "total_cents"))
    assert totals == {"Ann": 2_200, "Bob": 1_400}
    assert settlement.total_cents == 3_600


def test_closing_twice_makes_one_settlement() -> None:
    firm = make.firm()
    earn(banked("Ann", firm))

    assert close(firm) == close(firm)


def test_a_week_that_is_not_over_cannot_be_closed() -> None:
    firm = make.firm()
    starts_at, ends_at = week_of(firm, MONDAY.date())

    with pytest.raises(PeriodNotOver):
        close_settlement(firm_id=firm.pk, starts_at=starts_at, ends_at=ends_at, by=FLO, now=MONDAY)


def test_a_day_inside_a_closed_week_cannot_be_closed_again() -> None:
    firm = make.firm()
    week = close(firm)
    friday = week.ends_at - timedelta(days=3)

    with pytest.raises(PeriodOverlaps):
        close_settlement(firm_id=firm.pk, starts_at=week.starts_at, ends_at=friday, by=FLO, now=MONDAY)


def test_an_earning_that_came_late_is_paid_with_the_next_week() -> None:
    firm = make.firm()
    ann = banked("Ann", firm)
    close(firm)
    earn(ann, at=make.NOON)

    later = close(firm, MONDAY + timedelta(days=7))

    assert later.statements.get(driver=ann).total_cents == 1_400


def test_the_bank_file_pays_what_the_statements_say_and_a_bank_accepts_it() -> None:
    firm = make.firm()
    earn(banked("Ann", firm))
    earn(banked("Bob", firm), pay_cents=2_345, tip_cents=1)

    sent = pay(close(firm))

    text = unseal(bytes(sent.bank_file.sealed_text))
    assert validate(text).findings == []
    assert sent.bank_file.total_cents == 1_400 + 2_346 == sent.total_cents


def test_sending_moves_what_is_owed_into_transit_and_settling_takes_it_from_the_bank() -> None:
    firm = make.firm()
    ann = banked("Ann", firm)
    earn(ann)

    sent = pay(close(firm))
    assert (owed(chart.driver_payable(ann.public_id)), owed(chart.PAYOUTS_IN_TRANSIT)) == (0, 1_400)

    settle_settlement(settlement_id=sent.pk, by=FLO, now=MONDAY)
    assert (owed(chart.PAYOUTS_IN_TRANSIT), balance(chart.BANK)) == (0, -1_400)
    assert ledger_sum() == 0


def test_sending_twice_pays_once() -> None:
    firm = make.firm()
    ann = banked("Ann", firm)
    earn(ann)
    settlement = close(firm)
    pay(settlement)

    send_settlement(settlement_id=settlement.pk, by=FLO, now=MONDAY)

    assert owed(chart.PAYOUTS_IN_TRANSIT) == 1_400


def test_a_week_nobody_approved_is_not_paid() -> None:
    firm = make.firm()
    earn(banked("Ann", firm))

    with pytest.raises(NotAllowedNow):
        send_settlement(settlement_id=close(firm).pk, by=FLO, now=MONDAY)


def test_a_driver_without_an_account_is_carried_to_the_next_week_and_paid_then() -> None:
    firm = make.firm()
    ann = make.driver("Ann", of=firm)
    earn(ann)
    assert close(firm).statements.get().hold_reason == NO_ACCOUNT
    set_payout_account(
        driver_id=ann.pk, routing="091000019", number="12345678", holder="Ann", is_savings=False, now=MONDAY
    )

    later = close(firm, MONDAY + timedelta(days=7))

    statement = later.statements.get()
    assert (statement.carried_cents, statement.total_cents, statement.hold_reason) == (1_400, 1_400, "")


def test_an_account_changed_yesterday_is_not_paid_today() -> None:
    firm = make.firm()
    earn(banked("Ann", firm, since=MONDAY - timedelta(days=1)))

    assert close(firm).statements.get().hold_reason == NEW_ACCOUNT


def test_an_account_changed_after_closing_is_held_at_sending() -> None:
    firm = make.firm()
    ann, bob = banked("Ann", firm), banked("Bob", firm)
    earn(ann)
    earn(bob)
    settlement = close(firm)
    set_payout_account(
        driver_id=ann.pk, routing="021000021", number="99999", holder="Eve", is_savings=False, now=MONDAY
    )

    sent = pay(settlement)

    assert sent.bank_file.entry_count == 1
    assert sent.statements.get(driver=ann).hold_reason == NEW_ACCOUNT
    assert owed(chart.driver_payable(ann.public_id)) == 1_400


def test_an_account_changed_after_closing_is_held_however_late_the_file_is_sent() -> None:
    firm = make.firm()
    ann = banked("Ann", firm)
    earn(ann)
    settlement = close(firm)
    set_payout_account(
        driver_id=ann.pk,
        routing="021000021",
        number="99999",
        holder="Eve",
        is_savings=False,
        now=MONDAY + timedelta(minutes=1),
    )

    with pytest.raises(NothingToPay):
        pay(settlement, MONDAY + timedelta(days=4))

    assert settlement.statements.get().hold_reason == CHANGED_ACCOUNT
    assert close(firm, MONDAY + timedelta(days=7)).statements.get().carried_cents == 1_400

    firm = make.firm()
    earn(make.driver("Ann", of=firm))
    settlement = close(firm)

    with pytest.raises(NothingToPay):
        pay(settlement)

    settlement.refresh_from_db()
    assert settlement.status == "approved"


def test_what_the_bank_sends_back_is_owed_again_once_and_paid_with_the_next_week() -> None:
    firm = make.firm()
    ann = banked("Ann", firm)
    earn(ann)
    trace = pay(close(firm)).statements.get().trace_number
    back = [Return("R03", trace, 1_400), Return("R03", "099999990000001", 500)]

    book_returns(firm_id=firm.pk, returns=back, now=MONDAY)
    book_returns(firm_id=firm.pk, returns=back, now=MONDAY)

    assert owed(chart.driver_payable(ann.public_id)) == 1_400
    assert close(firm, MONDAY + timedelta(days=7)).statements.get().carried_cents == 1_400


@pytest.mark.parametrize("settled_first", [True, False])
def test_what_comes_back_leaves_bank_and_transit_even(settled_first: bool) -> None:
    firm = make.firm()
    earn(banked("Ann", firm))
    earn(banked("Bob", firm))
    sent = pay(close(firm))
    back = [Return("R03", sent.statements.order_by("pk")[0].trace_number, 1_400)]

    if settled_first:
        settle_settlement(settlement_id=sent.pk, by=FLO, now=MONDAY)
    book_returns(firm_id=firm.pk, returns=back, now=MONDAY)
    settle_settlement(settlement_id=sent.pk, by=FLO, now=MONDAY)

    assert (owed(chart.PAYOUTS_IN_TRANSIT), balance(chart.BANK)) == (0, -1_400)
    assert ledger_sum() == 0


def test_files_of_one_local_day_have_different_names_on_both_sides_of_midnight_in_greenwich() -> None:
    firm = make.firm()
    ann = banked("Ann", firm)
    earn(ann)
    evening = MONDAY.replace(hour=23)
    first = pay(close(firm), evening)
    starts_at = first.starts_at - timedelta(days=7)
    earn(ann, at=starts_at)  # it came late
    older = close_settlement(firm_id=firm.pk, starts_at=starts_at, ends_at=first.starts_at, by=FLO, now=evening)

    second = pay(older, evening + timedelta(hours=2))

    assert (first.bank_file.file_id, second.bank_file.file_id) == ("A", "B")


def test_who_is_owed_nothing_is_not_carried_on_for_ever() -> None:
    firm = make.firm()
    earn(banked("Ann", firm), pay_cents=0, tip_cents=0)
    close(firm)

    assert not close(firm, MONDAY + timedelta(days=7)).statements.exists()


def test_no_trace_is_used_twice_over_two_weeks() -> None:
    firm = make.firm()
    ann = banked("Ann", firm)
    earn(ann)
    pay(close(firm))
    earn(ann, at=MONDAY)
    pay(close(firm, MONDAY + timedelta(days=7)), MONDAY + timedelta(days=7))

    traces = list(Statement.objects.values_list("trace_number", flat=True))
    assert len(set(traces)) == len(traces) == 2


def test_a_week_with_a_clock_change_ends_at_midnight() -> None:
    firm = make.firm()

    starts_at, ends_at = week_of(firm, datetime(2026, 3, 8, tzinfo=UTC).date())

    assert (starts_at.hour, ends_at.hour) == (0, 0)
    assert ends_at.astimezone(UTC) - starts_at.astimezone(UTC) == timedelta(hours=167)


@pytest.mark.parametrize("number", ["123", "12a4567", "1" * 18, "١٢٣٤٥"])
def test_an_impossible_account_number_is_refused(number: str) -> None:
    ann = make.driver("Ann")

    with pytest.raises(BadAccount):
        set_payout_account(
            driver_id=ann.pk, routing="091000019", number=number, holder="Ann", is_savings=False, now=MONDAY
        )


def test_a_routing_number_with_a_wrong_check_digit_is_refused() -> None:
    ann = make.driver("Ann")

    with pytest.raises(BadRouting):
        set_payout_account(
            driver_id=ann.pk, routing="091000018", number="12345678", holder="Ann", is_savings=False, now=MONDAY
        )
