"""A database that is busy or away, told to people as what it is: not their fault, nothing done, try again (R8, R22).

A lock that could not be had in time, a deadlock or a statement that took too long is 409; a database that is gone, is
coming up or has no connection left is 503. Both say when to come again, on every page and in the API alike.
"""

import json
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

import structlog
from django.contrib.auth.models import AnonymousUser
from django.core.signals import got_request_exception
from django.db import DatabaseError, InterfaceError, connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from psycopg2 import errors

from common.errors import Busy, DatabaseAway, DomainError

GetResponse = Callable[[HttpRequest], HttpResponse]
BUSY = (errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure, errors.QueryCanceled)
AWAY = "08", "53", "57", "58"  # classes of PostgreSQL's codes: connection, resources, operator, system
SIGNS_OF_LIFE = {"/healthz", "/readyz"}
log = structlog.get_logger(__name__)


def trouble_of(error: BaseException | None) -> DomainError | None:
    """What a database's error means to a person; None for one that is our own mistake, or not the database's."""
    seen = 0
    while error is not None and seen < 10:
        if isinstance(error, Busy | DatabaseAway):
            return error
        if isinstance(error, DatabaseError | InterfaceError):
            return _meaning(error)
        error, seen = error.__cause__ or error.__context__, seen + 1
    return None


def _meaning(error: Exception) -> DomainError | None:
    cause = error.__cause__
    if isinstance(cause, BUSY):
        return Busy()
    code = str(getattr(cause, "pgcode", None) or "")
    is_lost = type(error).__name__ in {"OperationalError", "InterfaceError"} and not code
    return DatabaseAway() if is_lost or code[:2] in AWAY else None


class DatabaseTroubleMiddleware:
    """Answers for the database where it cannot, outermost of all that asks it anything."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        trouble = getattr(request, "database_trouble", None)
        if trouble is not None and response.status_code == 500:
            return say_so(request, trouble)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """What a view could not do; whatever else is wrong is an error like any other."""
        trouble = trouble_of(error)
        return say_so(request, trouble) if trouble else None


class WhoIsThereMiddleware:
    """Reads the session and its person once, before anything else asks for them, and says it where they cannot be read.

    Signs of life ask for nobody: they answer whatever becomes of the database.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in SIGNS_OF_LIFE:
            request.user = AnonymousUser()
            return self.get_response(request)
        try:
            _ = request.user.is_authenticated
        except DatabaseError as error:
            trouble = trouble_of(error)
            if trouble is None:
                raise
            return say_so(request, trouble)
        return self.get_response(request)


def note_trouble(request: HttpRequest | None = None, **_: object) -> None:
    """Remember why a request failed where no view had begun or had ended: in a session, say."""
    if request is not None:
        request.database_trouble = trouble_of(sys.exc_info()[1])  # type: ignore[attr-defined]


got_request_exception.connect(note_trouble, dispatch_uid="common.trouble")


def say_so(request: HttpRequest, trouble: DomainError) -> HttpResponse:
    """The answer, made without the database: as JSON to programs, as a toast to a part of a page, else as a page."""
    log.warning("database_trouble", code=trouble.code, path=request.path, method=request.method)
    for connection in connections.all(initialized_only=True):
        connection.close_if_unusable_or_obsolete()
    answer = _spoken(request, trouble)
    answer.headers["Retry-After"] = str(trouble.retry_after)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _spoken(request: HttpRequest, trouble: DomainError) -> HttpResponse:
    if request.path.startswith(("/api/", "/webhooks/")) or request.headers.get("Accept", "").startswith(
        "application/json"
    ):
        kind = "server_error" if trouble.status >= 500 else "client_error"
        errors_told = [{"code": trouble.code, "detail": trouble.spoken, "attr": None}]
        return JsonResponse({"type": kind, "errors": errors_told}, status=trouble.status)
    if request.headers.get("HX-Request"):
        answer = JsonResponse({}, status=trouble.status)
        answer.headers["HX-Reswap"] = "none"
        answer.headers["HX-Trigger"] = toast(trouble.spoken)
        return answer
    facts = {"sentence": trouble.spoken, "back": _back(request), "is_away": trouble.status >= 500}
    return HttpResponse(render_to_string("busy.html", facts), status=trouble.status)


def toast(sentence: str) -> str:
    """A toast for `static/js/toast.js`, as a header can carry it."""
    return json.dumps({"toast": {"text": sentence, "tone": "refuse"}})


def _back(request: HttpRequest) -> str:
    """The page that was open, when it is ours; else the one asked for, if asking for it again does nothing."""
    before = urlsplit(request.headers.get("Referer", ""))
    if before.netloc == request.get_host() and before.path:
        return before.path + (f"?{before.query}" if before.query else "")
    return request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
