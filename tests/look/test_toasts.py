"""What a page says after something was done."""

import pytest
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client
from django.urls import path

from config.context import roles_of
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def refuse(request: HttpRequest) -> HttpResponse:
    messages.error(request, "<b>Sold out</b>")
    return render(request, "shop.html")


def done(request: HttpRequest) -> HttpResponse:
    messages.success(request, "Added to your basket.")
    return render(request, "shop.html", {"basket_badge": 3})


urlpatterns = [path("refuse/", refuse), path("done/", done)]


def test_a_refusal_is_said_in_red_and_escaped(client: Client) -> None:
    page = client.get("/refuse/").content.decode()

    assert "hw-said-refuse" in page
    assert "&lt;b&gt;Sold out" in page


def test_what_was_done_is_said_politely(client: Client) -> None:
    page = client.get("/done/").content.decode()

    assert 'class="hw-said" role="status"' in page
    assert "Added to your basket." in page
    assert "hw-said-refuse" not in page


def test_a_layout_stands_when_no_other_page_is_there(client: Client) -> None:
    client.force_login(make.user("Sam Shopper"))

    page = client.get("/done/").content.decode()

    assert "Sam Shopper" in page
    assert 'action="/search/"' in page


def test_a_driver_and_the_firm_see_their_own_way(client: Client) -> None:
    ann, flo, sam = make.driver().user, make.firm_member(make.firm()), make.user()

    assert [roles_of(person.pk) for person in (ann, flo, sam)] == [{"driver"}, {"firm"}, set()]
    assert roles_of(None) == set()
