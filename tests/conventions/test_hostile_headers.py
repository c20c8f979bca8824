"""R22, beside the bodies: no header, no length and no method gives a 5xx, on any page."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from common.http import METHODS, PlainRequest, is_readable
from config.wsgi import handler
from tests import make
from tests.conventions.access import PAGES
from tests.conventions.test_hostile_input import OWNERS, fell_over, opener, pages, place
from tests.make_city import City

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("city")]
FORM = "application/x-www-form-urlencoded"
# Codecs that Python finds by name, though they are none of text, and such that no browser sends.
CHARSETS = (
    "rot13", "base64", "hex", "quopri", "uu", "zip", "bz2", "undefined", "idna", "punycode", "utf-16", "utf-7",
    "unicode_escape", "nonsense", "", "mbcs", "a" * 500, "a" * 20_000,
)  # fmt: skip
HEADERS: Mapping[str, tuple[str, ...]] = {
    "Accept-Language": ("", "x" * 5_000, "es-\u00f1,*;q=2", "en;q=nonsense,,;", "../../etc"),
    "Accept": ("", "x", "*/*;q=a", "application/" + "x" * 5_000),
    "Cookie": ("sessionid=\u00ff", "=;;=", "django_language=../../x", "csrftoken=" + "x" * 5_000),
    "Referer": ("http://[", "\u00ff", "javascript:alert(1)"),
    "Origin": ("null", "http://["),
    "HX-Request": ("true", "\u00ff"),
    "HX-Target": ("nowhere", "x" * 5_000, "#"),
    "HX-Current-URL": ("http://[", "%ff"),
    "If-Modified-Since": ("never", "Thu, 01 Jan 0000 00:00:00 GMT"),
    "If-None-Match": ("x", '"' * 2_000),
    "Range": ("bytes=9-1", "bytes=" + "9" * 400),
    "Idempotency-Key": ("", "x", "\u00ff"),
    "X-Forwarded-For": ("nobody", "::1%eth0, ,", "9" * 400),
    "X-Requested-With": ("XMLHttpRequest",),
    "Last-Event-ID": ("x", "9" * 400),
    "User-Agent": ("", "\u00ff" * 400),
    "Content-Length": ("0",),
}


@pytest.fixture
def browsers(city: City) -> dict[str, Client]:
    """A browser for each role that opens pages; a fault of the page is an answer here, not an exception."""
    found = {role: Client(raise_request_exception=False) for role in OWNERS}
    for role, browser in found.items():
        if person := city.roles[role]:
            browser.force_login(person)
    return found


def sent(method: str, path: str, query: str, kind: str, body: bytes = b"") -> PlainRequest:
    """A request as the web process makes it: Django's test client makes them in a way of its own."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body), "HTTP_HOST": "testserver",
        "REMOTE_ADDR": "127.0.0.1",
    }  # fmt: skip
    setup_testing_defaults(environ)
    assert handler.request_class is PlainRequest
    return PlainRequest(environ)


@pytest.mark.parametrize("charset", CHARSETS)
def test_a_charset_nobody_reads_is_a_plain_refusal(charset: str) -> None:
    for kind in ("text/plain", FORM, "multipart/form-data; boundary=x"):
        sent_as = f"{kind}; charset={charset}"
        answers = [
            handler.get_response(sent("GET", "/", "a=1&next=/%ff", sent_as)),
            handler.get_response(sent("POST", "/area/", "a=1", sent_as, b"place=37206")),
        ]
        assert [answer.status_code for answer in answers] == [400, 400], kind


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "us-ascii"])
def test_charsets_that_browsers_send_are_read(charset: str) -> None:
    request = sent("GET", "/", "a=ma%C3%B1ana", f"{FORM}; charset={charset}")

    assert is_readable(request)
    assert request.GET["a"] == "ma\u00f1ana"


@pytest.mark.parametrize("header", sorted(HEADERS))
def test_no_header_is_too_odd(city: City, browsers: dict[str, Client], header: str) -> None:
    """Each value of a header goes to every page in turn, and one value to each page."""

    def answers() -> Iterator[tuple[str, int]]:
        for at, (name, page) in enumerate(pages()):
            value = HEADERS[header][at % len(HEADERS[header])]
            browser = browsers["anonymous"] if header == "Cookie" else browsers[opener(page)]
            yield f"{name} {value[:30]!r}", browser.get(place(name, page, city), headers={header: value}).status_code

    assert fell_over(answers()) == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "X" * 300])
def test_a_method_that_no_page_knows_is_refused_on_every_page(
    city: City, browsers: dict[str, Client], method: str
) -> None:
    assert method not in METHODS
    answered = {
        name: browsers[opener(page)].generic(method, place(name, page, city), b"x=1", content_type=FORM).status_code
        for name, page in pages()
    }

    assert {name: status for name, status in answered.items() if status != 405} == {}


def test_a_page_that_only_shows_takes_no_post(city: City, browsers: dict[str, Client]) -> None:
    """The pages of the admin and of the sign-in library guard themselves, each in its own way."""
    own = [(name, page) for name, page in pages() if ":" in name and not name.startswith("admin:")]
    answered = {
        f"{name} {method}": browsers[opener(page)].generic(method, place(name, page, city), b"").status_code
        for name, page in own
        for method in ({"GET", "POST"} - set(page.methods))
    }

    assert len(answered) > 30
    assert {what: status for what, status in answered.items() if status != 405} == {}


@pytest.mark.parametrize("length", [243, 254, 255, 320, 400, 5_000, 100_000])
def test_an_address_longer_than_any_is_refused_in_words(client: Client, length: int) -> None:
    address = "b" * (length - len("@example.com")) + "@example.com"
    answer = client.post("/account/signup/", {"email": address, "name": "Sam", "password1": "tall-wooden-door-77"})

    is_too_long = length > 254
    assert answer.status_code == (200 if is_too_long else 302)
    assert User.objects.filter(email=address).exists() is not is_too_long
    if is_too_long:
        assert "Enter an e-mail address, like sam@example.com." in answer.content.decode()


def test_a_second_address_longer_than_any_is_refused_in_words(client: Client) -> None:
    client.force_login(make.user("Sam"))

    answer = client.post("/account/email/", {"email": f"{'b' * 245}@example.com", "action_add": "1"})

    assert "Enter an e-mail address, like sam@example.com." in answer.content.decode()


@pytest.mark.parametrize("typed", ["sam@example.org\u200b", "\u202asam@example.org", " sam@example.org\u00a0"])
def test_signs_nobody_sees_make_no_second_account(client: Client, typed: str) -> None:
    make.user("Sam", email="sam@example.org")
    before = User.objects.count()

    client.post("/account/signup/", {"email": typed, "name": "Eve", "password1": "tall-wooden-door-77"})

    assert User.objects.count() == before


def test_a_name_is_kept_without_what_nobody_sees(client: Client) -> None:
    client.post(
        "/account/signup/", {"email": "eve@example.com", "name": "\u202eEve\u200b", "password1": "tall-wooden-door-77"}
    )

    assert User.objects.get(email="eve@example.com").name == "Eve"


def test_an_address_that_looks_like_anothers_asks_for_no_password_of_hers(client: Client) -> None:
    make.user("Nina", email="nina@example.org")

    answer = client.post("/account/password/reset/", {"email": "n\u0131na@example.org"})

    assert "Enter an e-mail address" in answer.content.decode()
    assert mail.outbox == []


def test_every_page_stands_in_the_table_with_its_methods() -> None:
    assert {method for page in PAGES.values() for method in page.methods} <= METHODS
