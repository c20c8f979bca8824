"""What every edge shares: typed requests, refusals as HTTP, and input no page should ever see."""

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils.http import parse_header_parameters
from drf_standardized_errors.handler import ExceptionHandler, exception_handler
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from common.errors import DomainError
from common.trouble import trouble_of

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from accounts.models import User

GetResponse = Callable[[HttpRequest], HttpResponse]
MAX_JSON_DEPTH = 32
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST"})
CHARSETS = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})


PACKED = ("text/", "application/json", "application/geo+json", "application/xml", "image/svg+xml")


class TextGZipMiddleware(GZipMiddleware):
    """Packs pages and data where no proxy does; pictures and papers are packed already.

    Against BREACH, Django adds a random number of bytes to each answer and masks its CSRF token anew each time.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Pack text, leave the rest."""
        is_text = response.headers.get("Content-Type", "").startswith(PACKED)
        return super().process_response(request, response) if is_text else response


class UserRequest(HttpRequest):
    """A request behind `login_required`: its user is a person with an account."""

    user: "User"
    htmx: "HtmxDetails"


class Refused(APIException):
    """A domain refusal on its way out of the API."""

    def __init__(self, refusal: DomainError) -> None:
        super().__init__(detail=refusal.spoken, code=refusal.code)
        self.status_code = refusal.status
        self.wait = refusal.retry_after or None


class DomainExceptionHandler(ExceptionHandler):
    """Gives domain refusals the same shape as every other error of the API."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        refusal = exc if isinstance(exc, DomainError) else trouble_of(exc)
        if refusal is not None:
            return Refused(refusal)
        return super().convert_known_exceptions(exc)


def api_exception_handler(exc: Exception, context: Any) -> Response | None:
    """The one exception handler of the API."""
    return exception_handler(exc, context)


def depth_of(value: object, limit: int = MAX_JSON_DEPTH) -> int:
    """How deep a parsed JSON value is nested, counting no further than `limit` + 1."""
    level, layer = 0, [value]
    while layer and level <= limit:
        layer = [
            inner
            for outer in layer
            for inner in (outer.values() if isinstance(outer, dict) else outer if isinstance(outer, list) else ())
        ]
        level += 1
    return level


def is_clean(text: str) -> bool:
    """Whether PostgreSQL can store a text: no NUL and no lone surrogate."""
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def texts_in(value: object) -> Iterator[str]:
    """Every text in a parsed JSON value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)


def json_is_clean(body: bytes) -> bool:
    """Whether a JSON body can be parsed and stored: valid, shallow, no NUL, no lone surrogate, no key twice."""

    def no_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("a key stands twice")
        return found

    def no_constant(name: str) -> float:
        raise ValueError(f"{name} is not a number")

    try:
        value = json.loads(body, object_pairs_hook=no_twins, parse_constant=no_constant)
    except (ValueError, RecursionError):
        return False
    if depth_of(value) > MAX_JSON_DEPTH:
        return False
    return all(is_clean(text) for text in texts_in(value))


def is_readable(request: HttpRequest) -> bool:
    """Whether what is sent claims to be in a charset that we read. Python knows many a codec that is none of text."""
    charset = (request.content_params or {}).get("charset", "utf-8")
    return charset.strip("\"' ").lower() in CHARSETS


class PlainRequest(WSGIRequest):
    """A request that reads every query and form as UTF-8, whatever it claims.

    Django would take any codec of Python's as it makes the request, before any part of ours could answer.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except ValueError:  # longer than any
            self.content_type, self.content_params = "", {"charset": "none"}


class HostileInputMiddleware:
    """Refuses, with one plain 400, what no field can hold: NUL, lone surrogates, JSON broken or far too deep.

    So is a charset that nobody sends who means well; a method that no page of ours knows is 405 everywhere.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(sorted(METHODS))
        if not is_readable(request):
            return render(request, "400.html", status=400)
        if self.is_hostile(request):
            return render(request, "400.html", status=400)
        return self.get_response(request)

    def is_hostile(self, request: HttpRequest) -> bool:
        """Look at path, query and body, in the order of what they cost."""
        if not is_clean(request.path) or any(not is_clean(k + v) for k, vs in request.GET.lists() for v in vs):
            return True
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return False
        if request.content_type == "application/json":
            return bool(request.body) and not json_is_clean(request.body)
        return any(not is_clean(k + v) for k, vs in request.POST.lists() for v in map(str, vs))


class AdminPolicyMiddleware:
    """Loosens the content policy under /admin/ alone, where the theme needs it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/admin/"):
            response._csp_update = settings.ADMIN_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]
        return response
