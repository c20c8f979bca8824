"""Asking once more who somebody is, before something that a stolen session must not do."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from common.http import UserRequest

P = ParamSpec("P")


def asked_again(
    view: Callable[Concatenate[UserRequest, P], HttpResponse],
) -> Callable[Concatenate[UserRequest, P], HttpResponse]:
    """Open a page to who told the password again within the last five minutes; others are asked for it first.

    What they sent is not kept meanwhile, as the library would: it would lie in the session unsealed.
    """

    @wraps(view)
    def checked(request: UserRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if did_recently_reauthenticate(request):
            return view(request, *args, **kwargs)
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.path})}")

    return checked
