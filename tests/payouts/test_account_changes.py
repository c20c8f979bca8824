"""R25: a stolen session cannot move the payout account."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter as mfa_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.utils.translation import override
from pytest_django.asserts import assertContains

from accounts.actions.credentials import note_credentials_changed
from common.sealing import unseal
from drivers.models import Driver, Firm
from payouts.access import disown_token
from payouts.actions.account_changes import (
    AccountAtRest,
    Asked,
    ChangeOver,
    WrongChangeCode,
    ask_account_change,
    confirm_account_change,
    disown_account_change,
)
from payouts.actions.accounts import AccountFacts
from payouts.actions.bank import NothingToPay, send_settlement
from payouts.actions.settlements import (
    CHANGED_ACCOUNT,
    FROZEN_ACCOUNT,
    NEW_ACCOUNT,
    NO_ACCOUNT,
    NOTHING_DUE,
    approve_settlement,
)
from payouts.holds import spoken_hold
from payouts.models import AccountChange, BankFile, PayoutAccount, Statement
from payouts.tasks import tell_account_change
from providers.bank.base import REASONS
from tests import make
from tests.payouts.test_settlement import FLO, MONDAY, banked, close, earn

pytestmark = pytest.mark.django_db(transaction=True)
EVES = AccountFacts(routing="091000019", number="6666 0000 1111", holder="Eve", is_savings=False)
FORM = {"holder": "Eve", "routing": "091000019", "number": "6666 0000 1111"}
HOUR = timedelta(hours=1)


def ask(driver: Driver, *, now: datetime = MONDAY, facts: AccountFacts = EVES) -> Asked:
    return ask_account_change(driver_id=driver.pk, facts=facts, language="en", now=now)


def change_account(driver: Driver, *, now: datetime = MONDAY) -> AccountChange:
    asked = ask(driver, now=now)
    confirm_account_change(change_id=asked.change.pk, code=asked.code, now=now)
    return asked.change


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def ann_of(firm: Firm) -> Driver:
    ann = banked("Ann", firm)
    make.with_password(ann.user)
    EmailAddress.objects.create(user=ann.user, email=ann.user.email, verified=True, primary=True)
    return ann


def signed_in(driver: Driver) -> Client:
    client = Client()
    client.post("/account/login/", {"login": driver.user.email, "password": "test-password"})
    return client


def told_again(driver: Driver) -> Client:
    client = signed_in(driver)
    client.post("/account/reauthenticate/", {"password": "test-password"})
    return client


def test_asking_for_another_account_changes_nothing_yet() -> None:
    ann = banked("Ann", make.firm())

    asked = ask(ann)

    assert PayoutAccount.objects.get(driver=ann).last4 == "5678"
    assert asked.code not in str(AccountChange.objects.values_list())


def test_the_code_changes_the_account_once() -> None:
    ann = banked("Ann", make.firm())
    asked = ask(ann)

    first = confirm_account_change(change_id=asked.change.pk, code=f" {asked.code} ", now=MONDAY)
    again = confirm_account_change(change_id=asked.change.pk, code="anything", now=MONDAY + HOUR)

    assert (first.pk, again.changed_at) == (again.pk, MONDAY)
    assert unseal(bytes(again.sealed_number)) == "666600001111"
    assert bytes(AccountChange.objects.get().sealed_number) == b""


def test_after_five_wrong_codes_the_right_one_is_not_looked_at() -> None:
    asked = ask(banked("Ann", make.firm()))
    refusals = []
    for _ in range(5):
        with pytest.raises((WrongChangeCode, ChangeOver)) as refused:
            confirm_account_change(change_id=asked.change.pk, code=wrong(asked.code), now=MONDAY)
        refusals.append(refused.value.message)

    with pytest.raises(ChangeOver):
        confirm_account_change(change_id=asked.change.pk, code=asked.code, now=MONDAY)

    assert refusals[:4:3] == ["That is not the right code. 4 more tries.", "That is not the right code. 1 more try."]


def test_a_code_works_for_ten_minutes_and_a_later_wish_ends_it() -> None:
    ann = banked("Ann", make.firm())
    asked = ask(ann)
    with pytest.raises(ChangeOver):
        confirm_account_change(change_id=asked.change.pk, code=asked.code, now=MONDAY + timedelta(minutes=10))

    ask(ann, now=MONDAY + timedelta(minutes=1))

    with pytest.raises(ChangeOver):
        confirm_account_change(change_id=asked.change.pk, code=asked.code, now=MONDAY + timedelta(minutes=2))


def test_an_account_stays_as_it_is_for_three_days_after_a_new_password() -> None:
    ann = banked("Ann", make.firm())
    before = ask(ann)
    note_credentials_changed(user_id=ann.user_id, now=MONDAY)

    with pytest.raises(AccountAtRest) as refused:
        ask(ann, now=MONDAY + 71 * HOUR)
    with pytest.raises(AccountAtRest):
        confirm_account_change(change_id=before.change.pk, code=before.code, now=MONDAY + timedelta(minutes=5))

    assert refused.value.facts == {"hours": 1}
    assert ask(ann, now=MONDAY + 72 * HOUR).change.pk


@pytest.mark.parametrize("hours", [0, 1, 24, 71])
def test_nothing_is_paid_inside_the_hold(hours: int) -> None:
    firm = make.firm()
    ann = banked("Ann", firm)
    earn(ann)
    change_account(ann)
    at = MONDAY + hours * HOUR

    week = close(firm, at)
    approve_settlement(settlement_id=week.pk, by=FLO, now=at)
    with pytest.raises(NothingToPay):
        send_settlement(settlement_id=week.pk, by=FLO, now=at)

    assert Statement.objects.get().hold_reason == NEW_ACCOUNT
    assert not BankFile.objects.exists()


def test_an_account_changed_after_approval_is_not_paid_either() -> None:
    firm = make.firm()
    ann = banked("Ann", firm)
    earn(ann)
    week = close(firm)
    approve_settlement(settlement_id=week.pk, by=FLO, now=MONDAY)
    change_account(ann, now=MONDAY + HOUR)

    with pytest.raises(NothingToPay):
        send_settlement(settlement_id=week.pk, by=FLO, now=MONDAY + 2 * HOUR)


def test_a_disowned_account_is_not_paid_however_long_ago_it_was_changed() -> None:
    firm = make.firm()
    ann = banked("Ann", firm)
    earn(ann)
    change = change_account(ann)

    for _ in range(2):
        disown_account_change(public_id=change.public_id, now=MONDAY + HOUR)

    assert close(firm, MONDAY + 30 * 24 * HOUR).statements.get().hold_reason == FROZEN_ACCOUNT
    with pytest.raises(AccountAtRest):
        ask(ann, now=MONDAY + 72 * HOUR)


def test_after_three_days_the_driver_sets_the_account_anew_and_is_paid_what_was_kept() -> None:
    firm = make.firm()
    ann = banked("Ann", firm)
    earn(ann)
    disown_account_change(public_id=change_account(ann).public_id, now=MONDAY)
    change_account(ann, now=MONDAY + 72 * HOUR)

    statement = close(firm, MONDAY + 144 * HOUR).statements.get()

    assert (statement.hold_reason, statement.total_cents) == ("", 1_400)


def test_a_wish_that_is_disowned_before_its_code_comes_to_nothing() -> None:
    ann = banked("Ann", make.firm())
    asked = ask(ann)

    disown_account_change(public_id=asked.change.public_id, now=MONDAY)

    with pytest.raises(ChangeOver):
        confirm_account_change(change_id=asked.change.pk, code=asked.code, now=MONDAY)
    assert PayoutAccount.objects.get(driver=ann).frozen_at is None


def test_the_page_asks_for_the_password_again_and_keeps_nothing_that_was_sent() -> None:
    client = signed_in(ann_of(make.firm()))

    answers = [client.get("/drive/earnings/account/"), client.post("/drive/earnings/account/", FORM)]

    where = "/account/reauthenticate/?next=%2Fdrive%2Fearnings%2Faccount%2F"
    assert [answer.headers["Location"] for answer in answers] == [where, where]
    assert not AccountChange.objects.exists()
    assert "6666" not in str(dict(client.session.items()))


def test_five_minutes_after_the_password_it_is_asked_again() -> None:
    client = told_again(ann_of(make.firm()))
    assert client.get("/drive/earnings/account/").status_code == 200

    with time_machine.travel(datetime.now().astimezone() + timedelta(minutes=5, seconds=1)):
        assert client.get("/drive/earnings/account/").status_code == 302


def test_by_the_pages_a_code_comes_by_mail_and_then_a_notice_with_a_way_back() -> None:
    ann = ann_of(make.firm())
    client = told_again(ann)

    page = client.post("/drive/earnings/account/", FORM, follow=True)
    code = re.search(r"^\d{6}$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code
    assertContains(page, "We sent a code to")
    assertContains(client.post(page.request["PATH_INFO"], {"code": wrong(code[0])}), "4 more tries", status_code=400)
    client.post(page.request["PATH_INFO"], {"code": code[0]})
    for _ in range(2):
        tell_account_change(change_id=AccountChange.objects.get().pk)

    assert PayoutAccount.objects.get(driver=ann).last4 == "1111"
    assert [one.subject for one in mail.outbox if one.to == [ann.user.email]] == [
        "Your code to change your bank account", "Your bank account was changed",
    ]  # fmt: skip
    link = re.search(r"http\S+", str(mail.outbox[-1].body))
    assert link
    stranger = Client()
    path = link[0].removeprefix("http://localhost:8000")
    assertContains(stranger.get(path), "Was this somebody else?")
    assert PayoutAccount.objects.get(driver=ann).frozen_at is None
    assertContains(stranger.post(path), "Nothing is paid to the account ending in 1111")
    assert PayoutAccount.objects.get(driver=ann).frozen_at is not None
    assert client.get("/drive/earnings/").status_code == 302
    assert not UserSession.objects.exists()


def test_a_link_nobody_signed_opens_nothing() -> None:
    change = ask(banked("Ann", make.firm())).change

    good, forged = disown_token(change), disown_token(AccountChange(public_id=uuid4()))
    answers = [Client().post(f"/drive/earnings/account/not-me/{token}/") for token in (good[:-2] + "xx", "x", forged)]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_an_authenticator_is_asked_where_there_is_one_and_not_one_added_just_now() -> None:
    ann = ann_of(make.firm())
    app = TOTP.activate(ann.user, "JBSWY3DPEHPK3PXP").instance
    Authenticator.objects.update(data={"secret": mfa_adapter().encrypt("JBSWY3DPEHPK3PXP")}, created_at=MONDAY)

    assert ask(ann, now=MONDAY + 71 * HOUR).code != ""
    asked = ask(ann, now=MONDAY + 72 * HOUR)
    right = f"{hotp_value('JBSWY3DPEHPK3PXP', next(iter(yield_hotp_counters_from_time()))):06}"
    with pytest.raises(WrongChangeCode):
        confirm_account_change(change_id=asked.change.pk, code=wrong(right), now=MONDAY + 72 * HOUR)
    confirm_account_change(change_id=asked.change.pk, code=right, now=MONDAY + 72 * HOUR)

    assert (asked.code, app.user_id) == ("", ann.user_id)
    assert PayoutAccount.objects.get(driver=ann).last4 == "1111"


def test_a_new_password_by_mail_another_address_and_another_factor_are_noted() -> None:
    ann = ann_of(make.firm())
    client = Client()
    client.post("/account/password/reset/", {"email": ann.user.email})
    found = re.search(r"/account/password/reset/key/\S+", str(mail.outbox[-1].body))
    assert found
    form = client.get(found[0], follow=True).request["PATH_INFO"]

    client.post(form, {"password1": "test-password", "password2": "test-password"})
    page = told_again(ann).post("/drive/earnings/account/", FORM)

    assertContains(page, "can be changed again in 72 hours", status_code=400)


@pytest.mark.parametrize("reason", [*REASONS.values(), "returned by the bank"])
def test_every_reason_of_the_bank_is_told_in_spanish(reason: str) -> None:
    held = f"The bank sent it back (R03): {reason}."

    assert spoken_hold(held) == held
    with override("es"):
        told = spoken_hold(held)
    assert told.startswith("El banco lo devolvió (R03): ")
    assert reason not in told


@pytest.mark.parametrize("held", [NO_ACCOUNT, NEW_ACCOUNT, CHANGED_ACCOUNT, FROZEN_ACCOUNT, NOTHING_DUE])
def test_a_statement_says_in_spanish_why_it_is_held(held: str) -> None:
    with override("es"):
        assert spoken_hold(held) not in {held, ""}
