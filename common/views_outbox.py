"""Mails of a demo, as their receivers would read them. A demo writes them to files and sends nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

NEWEST = 50
RULE = b"-" * 79  # Django's file backend draws one under each mail


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail that was not sent."""

    to: str
    subject: str
    text: str
    at: datetime


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """The newest mails of the demo, newest first."""
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    if not settings.DEBUG or not folder:
        raise Http404
    mails = sorted(_mails(Path(folder)), key=lambda mail: mail.at, reverse=True)
    return render(request, "outbox.html", {"mails": mails[:NEWEST]})


def _mails(folder: Path) -> Iterator[Mail]:
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime)[-NEWEST:]
    for file in files:
        for part in file.read_bytes().split(RULE):
            if part.strip():
                yield _mail(part.lstrip(), datetime.fromtimestamp(file.stat().st_mtime, UTC))


def _mail(raw: bytes, at: datetime) -> Mail:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain", "html"))
    sent = message["Date"].datetime if message["Date"] else at
    return Mail(message["To"] or "", message["Subject"] or "", body.get_content() if body else "", sent)


urlpatterns = [path("", outbox, name="outbox")]
