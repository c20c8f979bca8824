"""Signing up, signing in and keeping an account safe, on our own pages."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from tests import make

ENTRANCE = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_request_login_code",
]
MANAGE = ["account_email", "account_change_password", "mfa_index", "usersessions_list", "account_logout"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ENTRANCE)
def test_a_stranger_sees_our_page(client: Client, name: str) -> None:
    page = client.get(reverse(name)).content.decode()

    assert "hw-entrance" in page
    assert page.count("<h1") == 1


@pytest.mark.parametrize("name", MANAGE)
def test_a_person_sees_our_page(client: Client, name: str) -> None:
    client.force_login(make.with_password(make.user()))

    page = client.get(reverse(name)).content.decode()

    assert 'class="hw-skip"' in page
    assert page.count("<h1") == 1


def test_a_wrong_password_says_so_and_keeps_the_address(client: Client) -> None:
    sam = make.with_password(make.user(email="sam@example.com"))

    page = client.post(reverse("account_login"), {"login": sam.email, "password": "wrong"}).content.decode()

    assert 'role="alert"' in page
    assert 'value="sam@example.com"' in page


def test_a_code_is_mailed_and_asked_for(client: Client, mailoutbox: list[object]) -> None:
    sam = make.user(email="sam@example.com")

    page = client.post(reverse("account_request_login_code"), {"email": sam.email}, follow=True).content.decode()

    assert "Enter your sign-in code" in page
    assert "sam@example.com" in page
    assert "emails/base" not in page
    assert len(mailoutbox) == 1


def test_the_second_step_is_asked_for_in_our_words(client: Client) -> None:
    sam = make.with_password(make.user(email="sam@example.com"))
    TOTP.activate(sam, generate_totp_secret())

    page = client.post(reverse("account_login"), {"login": sam.email, "password": "test-password"}, follow=True)

    assert "Two-step verification" in page.content.decode()


def test_a_page_that_is_not_there_says_so(client: Client) -> None:
    answer = client.get("/no-such-page/")

    assert answer.status_code == 404
    assert "Page not found" in answer.content.decode()
