"""R23: two hundred wrong passwords at once, through two processes, from changing addresses: five are looked at."""

import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from threading import Barrier
from unittest.mock import patch
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions import tries
from accounts.actions.tries import Subject, TooManyTries, network, subject, take_try
from accounts.models import Tries, User
from payouts.actions import account_changes
from payouts.actions.account_changes import (
    Asked,
    ChangeOver,
    WrongChangeCode,
    ask_account_change,
    confirm_account_change,
)
from payouts.actions.accounts import AccountFacts
from payouts.models import AccountChange
from tests import make
from tests.concurrency.at_once import at_once
from tests.concurrency.web_process import PATIENCE_SECONDS, TOKEN, web_process

GUESSES, THREADS = 200, 48
EMAIL = "sam@example.com"

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(port: int, number: int, together: Barrier) -> str:
    """One guess at the sign-in page, from an address it makes up; returns what the page says."""
    line = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={TOKEN}", "X-CSRFToken": TOKEN,
        "X-Forwarded-For": f"198.51.{number // 250}.{number % 250}",
    }  # fmt: skip
    together.wait(timeout=60)
    line.request("POST", "/account/login/", urlencode({"login": EMAIL, "password": f"guess {number}"}), headers)
    answer = line.getresponse()
    text = answer.read().decode()
    line.close()
    return text if answer.status == 200 else f"status {answer.status}"


def test_of_two_hundred_guesses_at_once_five_are_looked_at(tmp_path: Path) -> None:
    make.with_password(make.user(email=EMAIL))
    together = Barrier(GUESSES)

    with web_process(tmp_path) as port, ThreadPoolExecutor(GUESSES) as pool:
        told = list(pool.map(lambda number: sign_in(port, number, together), range(GUESSES)))

    looked_at = [text for text in told if "are not correct" in text]
    refused = [text for text in told if "That was tried too often" in text]
    assert 1 <= len(looked_at) <= 5  # a busy house sends some away before they are counted
    assert 1 <= len(refused) <= GUESSES - len(looked_at)
    assert Tries.objects.get(kind="password").count <= 5
    assert "_auth_user_id" not in right_password_afterwards()


def right_password_afterwards() -> dict[str, object]:
    """The session after the right password is typed while the account waits."""
    client = Client()
    client.post("/account/login/", {"login": EMAIL, "password": "test-password"})
    return dict(client.session.items())


def guess(_: int) -> str:
    """Count one guess, and look at it if it may be."""
    take_try(subjects=[subject(Tries.Kind.PASSWORD, EMAIL), network("203.0.113.9")], now=timezone.now())
    return "looked at"


def test_without_the_lock_more_would_be() -> None:
    def unlocked(of: Subject, *, now: object) -> Tries:
        found = Tries.objects.filter(kind=of.kind, digest=of.digest).first()
        time.sleep(0.05)
        return found or Tries.objects.create(kind=of.kind, digest=of.digest, began_at=timezone.now())

    for _ in range(3):
        guess(0)
    with patch.object(tries, "lock_tries", unlocked):
        careless = at_once(guess, range(THREADS))
    Tries.objects.update(count=3)
    careful = at_once(guess, range(THREADS))

    assert careless.count("looked at") > 2
    assert careful.count("looked at") == 2
    assert {type(one) for one in careful} == {str, TooManyTries}


def test_guesses_at_many_accounts_at_once_do_not_wait_for_each_other_for_ever() -> None:
    people: list[User] = [make.user() for _ in range(THREADS)]

    def guess_at(one: User) -> str:
        for _ in range(2):
            take_try(subjects=[network("203.0.113.9"), subject(Tries.Kind.PASSWORD, one.email)], now=timezone.now())
        return "looked at"

    answers = at_once(guess_at, people)

    assert {type(one) for one in answers} <= {str, TooManyTries}
    assert Tries.objects.get(kind="address").count == Tries.MOST["address"]


def change_waiting() -> Asked:
    """A wish for another bank account whose code is not told yet."""
    facts = AccountFacts(routing="091000019", number="12345678", holder="Eve", is_savings=False)
    return ask_account_change(driver_id=make.driver().pk, facts=facts, language="en", now=timezone.now())


def tell_wrong_codes(asked: Asked) -> list[object]:
    """Many wrong codes at once for one change; returns what each came to."""

    def tell(number: int) -> object:
        return confirm_account_change(change_id=asked.change.pk, code=f"x{number}", now=timezone.now())

    return list(at_once(tell, range(THREADS)))


def test_of_many_wrong_codes_for_a_bank_account_at_once_five_are_looked_at() -> None:
    asked = change_waiting()

    with patch.object(account_changes, "is_right", return_value=False) as looked:
        answers = tell_wrong_codes(asked)

    assert looked.call_count == 5
    assert {type(one) for one in answers} == {WrongChangeCode, ChangeOver}
    assert AccountChange.objects.get().wrong_codes == 5


def test_without_the_drivers_lock_more_codes_would_be_looked_at() -> None:
    asked = change_waiting()

    def unlocked(change_id: int) -> AccountChange:
        found = AccountChange.objects.select_related("driver__user").get(pk=change_id)
        time.sleep(0.2)
        return found

    with (
        patch.object(account_changes, "lock_change", unlocked),
        patch.object(account_changes, "is_right", return_value=False) as looked,
    ):
        tell_wrong_codes(asked)

    assert looked.call_count > 5
