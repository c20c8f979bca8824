"""What a stranger meets at the edges of the house: our own refusals with DEBUG on too, robots.txt and the icon."""

import pytest
from django.conf import LazySettings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

import config.urls
from config.settings import OWN_PAGES

pytestmark = pytest.mark.django_db


def broken(_request: HttpRequest) -> HttpResponse:
    """A page with a fault."""
    raise ZeroDivisionError("a fault of ours")


urlpatterns = [*config.urls.urlpatterns, path("broken/", broken)]


@pytest.fixture
def in_debug(settings: LazySettings) -> Client:
    """A browser of a house that runs with DEBUG on."""
    settings.DEBUG = True
    settings.ROOT_URLCONF = __name__
    if OWN_PAGES not in settings.MIDDLEWARE:
        settings.MIDDLEWARE = [*settings.MIDDLEWARE[:5], OWN_PAGES, *settings.MIDDLEWARE[5:]]
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("where", "status", "words"),
    [("/no/such/page/", 404, "Page not found"), ("/broken/", 500, "Something broke on our side")],
)
def test_a_refusal_is_ours_with_debug_on(in_debug: Client, where: str, status: int, words: str) -> None:
    answer = in_debug.get(where)

    assert answer.status_code == status
    assert words in answer.content.decode()
    assert "DEBUG" not in answer.content.decode()


def test_a_page_without_its_last_slash_is_still_found(in_debug: Client) -> None:
    assert in_debug.get("/basket").headers["Location"] == "/basket/"


def test_crawlers_are_kept_from_what_belongs_to_people(client: Client) -> None:
    told = client.get("/robots.txt")

    assert told.headers["Content-Type"] == "text/plain"
    assert b"Disallow: /orders/\n" in told.content


def test_a_browser_finds_the_icon_where_it_looks_first(client: Client) -> None:
    assert client.get("/favicon.ico").headers["Location"].endswith("favicon-32.png")
