"""Mails: whose name they carry, and where a demo's can be read."""

import importlib
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from django.urls import include, path

from config.urls import urlpatterns as pages

urlpatterns = [*pages, path("outbox/", include("common.views_outbox"))]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
FILES = "django.core.mail.backends.filebased.EmailBackend"


def test_a_subject_names_the_grocer_and_no_host(client: Client) -> None:
    client.post("/account/password/reset/", {"email": "nobody@example.com"})

    assert [one.subject.startswith("[Homeward] ") for one in mail.outbox] == [True]
    assert "testserver" not in mail.outbox[0].subject


def test_a_demo_shows_its_mails(client: Client, settings: LazySettings, tmp_path: Path) -> None:
    settings.DEBUG, settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = True, FILES, str(tmp_path)
    mail.send_mail("Your code ñ", "Use 123456 at https://shop.example/x", None, ["sam@example.com"])
    mail.send_mail("Second", "Later", None, ["sam@example.com"])

    page = client.get("/outbox/").content.decode()

    assert "Your code ñ" in page
    assert "Second" in page
    assert 'href="https://shop.example/x"' in page


def test_a_real_shop_shows_no_mails(client: Client, settings: LazySettings, tmp_path: Path) -> None:
    settings.EMAIL_FILE_PATH = str(tmp_path)

    assert client.get("/outbox/").status_code == 404


def test_pages_are_packed_and_papers_are_not(client: Client) -> None:
    page = client.get("/account/login/", headers={"Accept-Encoding": "gzip"})

    assert page.headers["Content-Encoding"] == "gzip"
    assert importlib.import_module("common.http").PACKED[0] == "text/"
