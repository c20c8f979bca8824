"""Pages of the house itself: our own refusals in development too, and what crawlers and browsers ask for."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from common.http import GetResponse

TECHNICAL = b"<code>DEBUG = True</code>"  # what Django's own pages for developers say about themselves
OURS = frozenset({400, 403, 404, 500})
CLOSED = ("account", "admin", "api", "basket", "checkout", "drive", "firm", "ops", "orders")


class OwnPagesMiddleware:
    """With DEBUG on, shows our own refusal instead of Django's list of addresses or traceback.

    The traceback is in the log all the same; `DEBUG_PAGES=on` leaves this out for a developer who wants it on the page.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code in OURS and not response.streaming and TECHNICAL in response.content:
            return render(request, f"{response.status_code}.html", status=response.status_code)
        return response


@require_safe
@cache_control(public=True, max_age=86_400)
def robots(_request: HttpRequest) -> HttpResponse:
    """What search engines may read: the shop's shelves, and nothing that belongs to a person."""
    lines = ["User-agent: *", *(f"Disallow: /{part}/" for part in CLOSED)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@require_safe
@cache_control(public=True, max_age=86_400)
def favicon(_request: HttpRequest) -> HttpResponse:
    """The sign of the house, for browsers that ask before they have read any page."""
    return HttpResponsePermanentRedirect(static("img/favicon-32.png"))
