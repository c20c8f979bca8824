"""Where sign-in meets the counting of guesses: reads the clock and the address, and speaks as a form does."""

from allauth.account.adapter import get_adapter
from django import forms
from django.http import HttpRequest
from django.utils import timezone

from accounts.actions.tries import Subject, TooManyTries, give_back_try, network, subject, take_try
from accounts.models import Tries


def count_guess(request: HttpRequest, kind: Tries.Kind, at: str) -> None:
    """Count a guess before it is looked at; none left is a plain error of the form, the same for every account."""
    try:
        take_try(subjects=[subject(kind, at), came_from(request)], now=timezone.now())
    except TooManyTries as refusal:
        raise forms.ValidationError(refusal.spoken, code=refusal.code) from refusal


def guessed_right(request: HttpRequest, kind: Tries.Kind, at: str) -> None:
    """Give the guess back: it was right."""
    give_back_try(right=subject(kind, at), via=came_from(request), now=timezone.now())


def came_from(request: HttpRequest) -> Subject:
    """The network address a request came from, as the proxy we trust tells it; what a client claims is not read."""
    return network(get_adapter().get_client_ip(request))
