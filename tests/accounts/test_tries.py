"""Signing in: a few guesses, then a wait that is told plainly and is the same for every address (R23)."""

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter as mfa_adapter
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.test import Client, RequestFactory
from pytest_django import Settings

from accounts.actions.tries import Subject, TooManyTries, forget_tries, give_back_try, network, subject, take_try
from accounts.guesses import came_from
from accounts.models import Tries, User
from tests import make

pytestmark = pytest.mark.django_db
SAM = subject(Tries.Kind.PASSWORD, "sam@example.com")
HOME = network("203.0.113.9")


def guess(times: int, *, at: Subject = SAM, now: datetime = make.NOON) -> None:
    for _ in range(times):
        take_try(subjects=[at, HOME], now=now)


def person(email: str = "sam@example.com") -> User:
    made = make.with_password(make.user(email=email))
    EmailAddress.objects.create(user=made, email=email, verified=True, primary=True)
    return made


def sign_in(client: Client, password: str, email: str = "sam@example.com", **extra: str) -> Any:
    return client.post("/account/login/", {"login": email, "password": password}, headers=extra or None)


def errors(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def test_the_sixth_try_is_refused_and_told_how_long_to_wait() -> None:
    guess(5)

    with pytest.raises(TooManyTries) as refused:
        guess(1, now=make.NOON + timedelta(minutes=5, seconds=30))

    assert refused.value.message == "That was tried too often. Wait 10 minutes, then try again."


def test_after_the_wait_there_are_five_tries_again() -> None:
    guess(5)

    guess(5, now=make.NOON + timedelta(minutes=15))

    assert Tries.objects.get(kind="password").count == 5


def test_a_refused_try_does_not_make_the_wait_longer() -> None:
    guess(5)
    with pytest.raises(TooManyTries):
        guess(1)

    assert Tries.objects.get(kind="address").count == 5


def test_the_right_secret_clears_its_own_count_and_gives_the_network_one_back() -> None:
    guess(3)
    guess(2, at=subject(Tries.Kind.PASSWORD, "kim@example.com"))

    give_back_try(right=SAM, via=HOME, now=make.NOON)

    assert Tries.objects.get(kind="password", digest=SAM.digest).count == 0
    assert Tries.objects.get(kind="address").count == 4


def test_one_network_address_may_guess_at_sixty_things_and_no_more() -> None:
    for number in range(60):
        guess(1, at=subject(Tries.Kind.PASSWORD, f"person{number}@example.com"))

    with pytest.raises(TooManyTries):
        guess(1, at=subject(Tries.Kind.PASSWORD, "one-more@example.com"))


def test_addresses_of_one_household_are_one() -> None:
    assert network("2001:db8::1") == network("2001:db8::ffff")
    assert network("2001:db8::1") != network("2001:db8:0:1::1")
    assert subject(Tries.Kind.PASSWORD, " Sam@Example.com") == SAM


def test_a_row_does_not_tell_whose_it_is() -> None:
    guess(1)

    assert "sam" not in str(Tries.objects.values_list())


def test_counts_are_forgotten_after_a_day() -> None:
    guess(1)

    assert forget_tries(now=make.NOON + timedelta(hours=23)) == 0
    assert forget_tries(now=make.NOON + timedelta(hours=25)) == 2


def test_after_five_wrong_passwords_even_the_right_one_waits(client: Client) -> None:
    person()
    told = [errors(sign_in(client, f"wrong {number}")) for number in range(5)]

    answer = sign_in(client, "test-password")

    assert "Wait 15 minutes" not in " ".join(told)
    assert "That was tried too often. Wait 15 minutes, then try again." in errors(answer)
    assert "_auth_user_id" not in client.session


def test_an_address_without_an_account_is_refused_alike(client: Client) -> None:
    person()
    known = [errors(sign_in(client, "wrong")).replace("sam@", "who@") for _ in range(7)]
    unknown = [errors(sign_in(client, "wrong", "eve@example.com")).replace("eve@", "who@") for _ in range(7)]

    assert known == unknown


def test_claiming_other_addresses_gains_nothing(client: Client) -> None:
    person()
    for number in range(5):
        sign_in(client, "wrong", **{"X-Forwarded-For": f"198.51.100.{number}"})

    assert "Wait 15 minutes" in errors(sign_in(client, "wrong", **{"X-Forwarded-For": "192.0.2.77"}))
    assert Tries.objects.filter(kind="address").count() == 1


def test_behind_a_proxy_only_its_own_word_counts(settings: Settings) -> None:
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.9"})

    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    assert came_from(request) == HOME


def test_the_right_password_clears_the_count(client: Client) -> None:
    person()
    for _ in range(4):
        sign_in(client, "wrong")

    sign_in(client, "test-password")

    assert Tries.objects.get(kind="password").count == 0
    assert Tries.objects.get(kind="address").count == 4


def test_a_new_password_by_mail_opens_a_locked_account(client: Client) -> None:
    person()
    for _ in range(5):
        sign_in(client, "wrong")
    client.post("/account/password/reset/", {"email": "sam@example.com"})
    found = re.search(r"/account/password/reset/key/\S+", str(mail.outbox[-1].body))
    assert found
    form = client.get(found[0].rstrip("."), follow=True).request["PATH_INFO"]

    client.post(form, {"password1": "fresh basil soup", "password2": "fresh basil soup"})
    sign_in(client, "fresh basil soup")

    assert "_auth_user_id" in client.session


def test_the_old_password_cannot_be_guessed_from_a_borrowed_session(client: Client) -> None:
    sam = person()
    client.force_login(sam)
    new = {"password1": "fresh basil soup", "password2": "fresh basil soup"}
    for number in range(5):
        client.post("/account/password/change/", {"oldpassword": f"wrong {number}", **new})

    client.post("/account/password/change/", {"oldpassword": "test-password", **new})
    sam.refresh_from_db()

    assert sam.check_password("test-password")


def test_being_asked_again_counts_with_signing_in(client: Client) -> None:
    client.force_login(person())
    for _ in range(5):
        client.post("/account/reauthenticate/", {"password": "wrong"})

    assert "Wait 15 minutes" in errors(sign_in(Client(), "test-password"))


def test_a_sixth_mail_to_one_address_is_not_sent_whether_it_has_an_account_or_not(client: Client) -> None:
    person()
    for email in ("sam@example.com", "nobody@example.com"):
        answers = [client.post("/account/password/reset/", {"email": email}).status_code for _ in range(6)]

        assert answers == [302] * 5 + [200]
        assert len([one for one in mail.outbox if one.to == [email]]) == 5


def test_five_wrong_sign_in_codes_end_that_code_even_where_each_guess_sees_a_fresh_session(client: Client) -> None:
    person()
    client.post("/account/login/code/", {"email": "sam@example.com"})
    fresh = dict(client.session.items())
    found = re.search(r'"code": "([^"]+)"', json.dumps(fresh))
    assert found
    told = []
    for guessed in ["WRONGX"] * 5 + [found[1]]:
        session = client.session
        session.update(fresh)
        session.save()
        told.append(errors(client.post("/account/login/code/confirm/", {"code": guessed})))

    assert "Wait" not in " ".join(told[:5])
    assert "Wait 15 minutes" in told[5]
    assert "_auth_user_id" not in client.session


def test_six_wrong_codes_of_an_authenticator_lock_the_second_step(client: Client) -> None:
    sam = person()
    TOTP.activate(sam, mfa_adapter().encrypt("JBSWY3DPEHPK3PXP"))
    sign_in(client, "test-password")
    told = [errors(client.post("/account/2fa/authenticate/", {"code": "000000"})) for _ in range(6)]

    assert "Wait 15 minutes" not in " ".join(told[:5])
    assert "Wait 15 minutes" in told[5]
