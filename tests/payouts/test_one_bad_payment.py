"""R44: one payment that no bank file can hold is set aside and carried on; all others are paid, no page breaks."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from common.sealing import seal, unseal
from drivers.models import Driver, Firm
from ledger.queries import ledger_sum
from payouts.actions.bank import NOT_READABLE, NOT_WRITABLE, FirmIncomplete, NothingToPay
from payouts.actions.settlements import NAME_FOR_NO_BANK
from payouts.forms import PayoutAccountForm
from payouts.models import PayoutAccount, Settlement
from providers.bank.base import Fault
from tests import make
from tests.payouts.test_settlement import MONDAY, banked, close, earn, pay

pytestmark = pytest.mark.django_db(transaction=True)
NO_BANK_NAMES = ["\u738b\u5c0f\u660e", "\u041c\u0443\u0441\u0430", "\U0001f642", "\u200b", "..."]


def week_with(spoil: dict[str, Any]) -> tuple[Firm, Driver, Driver, Settlement]:
    """A closed week of Ann, who is well, and Bob, whose account is then changed behind everybody's back."""
    firm = make.firm()
    ann, bob = banked("Ann", firm), banked("Bob", firm)
    earn(ann)
    earn(bob)
    closed = close(firm)
    PayoutAccount.objects.filter(driver=bob).update(**spoil)
    return firm, ann, bob, closed


@pytest.mark.parametrize("holder", NO_BANK_NAMES)
def test_a_name_that_no_bank_can_read_is_found_at_closing(holder: str) -> None:
    firm = make.firm()
    ann, bob = banked("Ann", firm), banked("Bob", firm)
    PayoutAccount.objects.filter(driver=bob).update(holder=holder)
    earn(ann)
    earn(bob)

    closed = close(firm)

    assert closed.statements.get(driver=bob).hold_reason == NAME_FOR_NO_BANK
    assert closed.total_cents == 1_400


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        ({"holder": "\u738b\u5c0f\u660e"}, NAME_FOR_NO_BANK),
        ({"routing": "091000018"}, NOT_WRITABLE[Fault.ROUTING]),
        ({"sealed_number": seal("1" * 18)}, NOT_WRITABLE[Fault.ACCOUNT]),
        ({"sealed_number": b"sealed with a key that is gone"}, NOT_READABLE),
    ],
)
def test_at_sending_the_bad_one_is_held_with_its_reason_and_the_other_is_paid(
    spoil: dict[str, Any], reason: str
) -> None:
    _firm, ann, bob, closed = week_with(spoil)

    sent = pay(closed)

    text = unseal(bytes(sent.bank_file.sealed_text))
    assert (sent.bank_file.entry_count, sent.bank_file.total_cents, sent.total_cents) == (1, 1_400, 1_400)
    assert closed.statements.get(driver=ann).hold_reason == ""
    assert closed.statements.get(driver=bob).hold_reason == reason
    assert "ANN   " in text
    assert "BOB" not in text
    assert ledger_sum() == 0


def test_who_was_set_aside_is_paid_with_the_next_week_once_the_name_is_right() -> None:
    firm, _ann, bob, closed = week_with({"holder": "\u738b\u5c0f\u660e"})
    pay(closed)
    PayoutAccount.objects.filter(driver=bob).update(holder="Wang Xiaoming")

    next_week = pay(close(firm, MONDAY + timedelta(days=7)), MONDAY + timedelta(days=7))

    assert next_week.bank_file.total_cents == 1_400
    assert "WANG XIAOMING" in unseal(bytes(next_week.bank_file.sealed_text))


def test_when_nobody_can_be_written_the_week_says_so_and_waits() -> None:
    firm = make.firm()
    earn(banked("Bob", firm))
    closed = close(firm)
    PayoutAccount.objects.update(holder="\u738b\u5c0f\u660e")

    with pytest.raises(NothingToPay):
        pay(closed)

    assert closed.statements.get().hold_reason == NAME_FOR_NO_BANK


@pytest.mark.parametrize("spoil", [{"bank_routing": "123"}, {"company_id": "x"}, {"name": "\u738b\u5c0f\u660e"}])
def test_a_firm_that_no_file_can_name_is_told_what_to_correct(spoil: dict[str, str]) -> None:
    firm, _ann, _bob, closed = week_with({})
    Firm.objects.filter(pk=firm.pk).update(**spoil)

    with pytest.raises(FirmIncomplete):
        pay(closed)

    closed.refresh_from_db()
    assert closed.status == "approved"


def test_the_page_pays_the_others_and_shows_whom_it_set_aside(client: Client) -> None:
    firm, _ann, _bob, closed = week_with({"holder": "\u738b\u5c0f\u660e"})
    client.force_login(make.firm_member(firm))

    client.post(f"/firm/settlements/{closed.public_id}/approve/")
    answer = client.post(f"/firm/settlements/{closed.public_id}/send/", follow=True)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "NACHA file: 1 payments" in page
    assert NAME_FOR_NO_BANK in page


@pytest.mark.parametrize("holder", [*NO_BANK_NAMES, "Ann \u738b"])
def test_the_form_refuses_a_name_that_no_bank_can_read(holder: str) -> None:
    form = PayoutAccountForm({"holder": holder, "routing": "091000019", "number": "12345678"})

    assert not form.is_valid()
    assert set(form.errors) == {"holder"}


@pytest.mark.parametrize("holder", ["\u0141ukasz W\u00f3jcik", "Nguy\u1ec5n Th\u1ecb H\u01b0\u01a1ng", "O\u2019Brien"])
def test_a_name_in_the_letters_of_any_latin_language_is_kept_as_written(holder: str) -> None:
    form = PayoutAccountForm({"holder": holder, "routing": "0910-0001-9", "number": "1234-5678 90"})

    assert form.is_valid()
    assert form.cleaned_data["holder"] == holder
    assert (form.cleaned_data["routing"], form.cleaned_data["number"]) == ("091000019", "1234567890")
