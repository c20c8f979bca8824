"""Where somebody lands who asks to see an address that only takes forms: by reloading, or in another language."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve

GetResponse = Callable[[HttpRequest], HttpResponse]


class ParentPageMiddleware:
    """Shows a person the page above instead of a browser's own "405"; nothing is sent again."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_visit = request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"
        return redirect(parent_of(request.path)) if response.status_code == 405 and is_visit else response


def parent_of(path: str) -> str:
    """The nearest address above a path that leads anywhere: /checkout/address/ -> /checkout/."""
    parts = path.strip("/").split("/")
    while parts := parts[:-1]:
        above = f"/{'/'.join(parts)}/"
        try:
            resolve(above)
        except Resolver404:
            continue
        return above
    return "/"
