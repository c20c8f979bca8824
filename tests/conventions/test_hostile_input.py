"""R22: no input gives a 5xx. A corpus of bad values goes to every address, in path, query, form, JSON and headers."""

import json
from collections.abc import Iterator, Mapping
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.conventions.access import PAGES, ROWS, Page
from tests.conventions.addresses import address
from tests.conventions.fields import filled
from tests.make_city import City

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("city")]

VALUES: Mapping[str, str] = {
    "nul": "a\x00b",
    "empty": "",
    "blank": " \t\r\n",
    "huge number": "9" * 400,
    "beyond bigint": "9223372036854775808",
    "beyond int": "2147483648",
    "negative": "-1",
    "negative zero": "-0.00",
    "exponent": "1e999999",
    "arabic digits": "١٢٣",
    "not a number": "NaN",
    "infinite": "Infinity",
    "fraction": "0.0000000000000000001",
    "long": "x" * 1_000_000,
    "many digits": "1" * 5_000,
    "format": "%s%n%x{0}{{}}{{7*7}}",
    "sql": "'; DROP TABLE orders_order; --",
    "html": "<script>alert(1)</script>\"><img src=x onerror=alert(1)>",
    "formula": "=cmd|' /C calc'!A0",
    "path": "../../../../etc/passwd",
    "windows path": "..\\..\\con.txt",
    "bad uuid": "00000000-0000-0000-0000-00000000000g",
    "nil uuid": "00000000-0000-0000-0000-000000000000",
    "no such date": "2026-02-30",
    "year zero": "0000-01-01",
    "last year": "9999-12-31T23:59:59",
    "bad time": "25:61",
    "right to left": "\u202eabc\u2066",
    "astral": "\U0001f9c0" * 300,
    "combining": "e" + "\u0301" * 500,
    "true": "true",
    "null": "null",
    "array": "[]",
    "header": "a\r\nSet-Cookie: x=1",
    "elsewhere": "//evil.example/",
}  # fmt: skip
BODIES: Mapping[str, tuple[bytes, str]] = {
    "deep json": (b"[" * 100_000 + b"]" * 100_000, "application/json"),
    "deep object": (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "application/json"),
    "twice": (b'{"lat": 1, "lat": 2, "kind": "arrive", "kind": "drop"}', "application/json"),
    "nul in json": (b'{"kind": "a\\u0000b", "reason": "\\u0000"}', "application/json"),
    "surrogate": (b'{"kind": "\\ud800", "reason": "\\udfff"}', "application/json"),
    "not a number": (b'{"lat": NaN, "lng": Infinity, "heading": -Infinity}', "application/json"),
    "huge number": (b'{"lat": ' + b"9" * 5_000 + b', "lng": 1e400}', "application/json"),
    "array": (b"[1, 2, 3]", "application/json"),
    "text": (b'"text"', "application/json"),
    "null": (b"null", "application/json"),
    "nothing": (b"", "application/json"),
    "half": (b'{"lat": ', "application/json"),
    "bad utf-8": (b'{"reason": "\xff\xfe\xc0"}', "application/json"),
    "utf-16": ('{"lat": 1}'.encode("utf-16"), "application/json"),
    "nested": (b'{"lat": {}, "lng": [], "kind": {"a": 1}, "key": [[]], "reason": null}', "application/json"),
    "bad form": (b"a=%ff%fe&b=%00&c=%&=&&%zz=1", "application/x-www-form-urlencoded"),
    "unknown type": (b"\x00\x01\x02", "application/x-unknown"),
    "wrong type": (b'{"a": 1}', "text/xml; charset=nonsense"),
    "no boundary": (b"--x\r\n", "multipart/form-data"),
    "cut multipart": (b'--x\r\nContent-Disposition: form-data; name="a"', "multipart/form-data; boundary=x"),
    "nul in multipart": (
        b'--x\r\nContent-Disposition: form-data; name="a"; filename="../../\x00.png"\r\n\r\n\x00\r\n--x--\r\n',
        "multipart/form-data; boundary=x",
    ),
    "meta null": (
        b'--x\r\nContent-Disposition: form-data; name="meta"\r\nContent-Type: application/json\r\n\r\nnull\r\n--x--',
        "multipart/form-data; boundary=x",
    ),
}
OWNERS = ("shopper", "driver", "firm owner", "manager", "superuser", "anonymous")


def opener(page: Page) -> str:
    """Somebody who gets as far into a page as anybody does."""
    return next((role for role in OWNERS if role in page.who), "superuser")


@pytest.fixture
def browsers(city: City) -> dict[str, Client]:
    """A browser for each role that opens pages; a fault of the page is an answer here, not an exception."""
    found = {}
    for role in OWNERS:
        found[role] = Client(raise_request_exception=False)
        person = city.roles[role]
        if person is not None:
            found[role].force_login(person)
    return found


def pages() -> Iterator[tuple[str, Page]]:
    """Every page, save signing out and in: whoever does that loses the session that the others need."""
    return ((name, page) for name, page in PAGES.items() if name not in {"account_logout", "admin:logout"})


def place(name: str, page: Page, city: City) -> str:
    """The address of a page about our side's things."""
    if name == "admin:view_on_site":
        return reverse(name, args=["1", "1"])
    if name == "admin:app_list":
        return reverse(name, args=["orders"])
    return address(name, page, city.ours.things)


def fell_over(answers: Iterator[tuple[str, int]]) -> list[str]:
    """What answered with a fault of ours."""
    return [f"{what}: {status}" for what, status in answers if status >= 500 and what != "ready"]


def sent_to(name: str, city: City, value: str) -> dict[str, str]:
    """The form of a page with one field bad: each value takes its turn at the fields, and one at all of them."""
    good = filled(name, city.ours.things)
    turn = (sorted(VALUES).index(value) + sum(name.encode())) % (len(good) + 1)
    return {**good, **{field: VALUES[value] for at, field in enumerate(sorted(good)) if turn in {at, len(good)}}}


@pytest.mark.parametrize("value", sorted(VALUES))
def test_no_form_and_no_query_is_too_bad(city: City, browsers: dict[str, Client], value: str) -> None:
    def answers() -> Iterator[tuple[str, int]]:
        for name, page in pages():
            client, where, sent = browsers[opener(page)], place(name, page, city), sent_to(name, city, value)
            if "POST" in page.methods:
                yield f"POST {name} {sorted(sent)}", client.post(where, sent).status_code
            elif len(VALUES[value]) < 100_000:
                yield f"GET {name} {sorted(sent)}", client.get(where, sent).status_code

    assert fell_over(answers()) == []


@pytest.mark.parametrize("body", sorted(BODIES))
def test_no_body_is_too_bad(city: City, browsers: dict[str, Client], body: str) -> None:
    content, kind = BODIES[body]

    def answers() -> Iterator[tuple[str, int]]:
        for name, page in pages():
            if "POST" in page.methods:
                headers = {"Idempotency-Key": str(uuid4())}
                answer = browsers[opener(page)].generic(
                    "POST", place(name, page, city), content, content_type=kind, headers=headers
                )
                yield f"POST {name}", answer.status_code

    assert fell_over(answers()) == []


@pytest.mark.parametrize("value", sorted(VALUES))
def test_no_field_of_the_api_is_too_bad(city: City, browsers: dict[str, Client], value: str) -> None:
    def answers() -> Iterator[tuple[str, int]]:
        for name, page in pages():
            if name.startswith("api:") and "POST" in page.methods:
                good = filled(name, city.ours.things)
                for field in good:
                    told, headers = json.dumps({**good, field: VALUES[value]}), {"Idempotency-Key": str(uuid4())}
                    answer = browsers["driver"].generic(
                        "POST", place(name, page, city), told, content_type="application/json", headers=headers
                    )
                    yield f"{name} {field}", answer.status_code

    assert fell_over(answers()) == []


def test_no_upload_is_too_bad(city: City, browsers: dict[str, Client]) -> None:
    files = [
        ("../../../etc/cron.d/x.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, "image/png"),
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/svg+xml"),
        ("a" * 3_000 + ".jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 40, "image/jpeg"),
        ("empty.png", b"", "image/png"),
        ("zip.jpg", b"PK\x03\x04" * 100, "image/jpeg"),
        ("nul.csv", b"\x00" * 2_000, "text/csv"),
        ("latin.txt", "6\xff\xfe\n".encode("latin-1") * 200, "text/plain"),
        ("long.ach", b"1" * 94 + b"\n" + b"6" * 94 + b"\n" + b"9" * 94, "text/plain"),
    ]

    def answers() -> Iterator[tuple[str, int]]:
        for name, page in pages():
            if "POST" in page.methods:
                for file_name, content, kind in files:
                    files_sent = {
                        field: SimpleUploadedFile(file_name, content, kind) for field in ("photo", "returns", "file")
                    }
                    sent = {**filled(name, city.ours.things), **files_sent}
                    answer = browsers[opener(page)].post(place(name, page, city), sent)
                    yield f"{name} {file_name[:20]}", answer.status_code

    assert fell_over(answers()) == []


@pytest.mark.parametrize("bad", ["%00", "%ed%a0%80", "%ff", "..%2f..", "'", "%0d%0aX:1", "9" * 300, "%F0%9F%A7%80"])
def test_no_path_is_too_bad(city: City, browsers: dict[str, Client], bad: str) -> None:
    def answers() -> Iterator[tuple[str, int]]:
        for name, page in pages():
            if page.ids:
                where = place(name, page, city)
                for thing in page.ids.values():
                    mangled = where.replace(city.ours.things.get(thing, thing.replace(" ", "-")), bad)
                    yield f"{name} {mangled}", browsers[opener(page)].get(mangled).status_code
        for label in ROWS:
            app, model = label.split(".")
            for page_of_row in ("change", "history", "delete"):
                where = reverse(f"admin:{app}_{model}_{page_of_row}", args=["ROW"]).replace("ROW", bad)
                yield where, browsers["superuser"].get(where).status_code

    assert fell_over(answers()) == []


@pytest.mark.parametrize("value", [name for name, bad in sorted(VALUES.items()) if len(bad) < 5_000])
def test_no_search_or_filter_of_the_admin_is_too_bad(city: City, browsers: dict[str, Client], value: str) -> None:
    def answers() -> Iterator[tuple[str, int]]:
        for at, label in enumerate(ROWS):
            app, model = label.split(".")
            where = reverse(f"admin:{app}_{model}_changelist")
            name = FILTERS[(at + sorted(VALUES).index(value)) % len(FILTERS)]
            yield f"{label}?{name}", browsers["superuser"].get(where, {name: VALUES[value]}).status_code

    assert fell_over(answers()) == []


FILTERS = ("q", "p", "o", "e", "all", "status__exact", "store__id__exact")
