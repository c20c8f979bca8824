"""What browsers keep of our pages, and what they let them use."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]
NOBODY = ("accelerometer", "browsing-topics", "display-capture", "gyroscope", "magnetometer", "microphone", "usb")
PERMISSIONS = ", ".join([*(f"{each}=()" for each in NOBODY), "camera=(self)", "geolocation=(self)", "payment=(self)"])


class PrivatePagesMiddleware:
    """Lets nobody read with the back button what another person was shown on the same device.

    Whatever a browser with a session is shown is kept nowhere, unless the view says otherwise (streets, files).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        has_session = settings.SESSION_COOKIE_NAME in {**request.COOKIES, **response.cookies}
        if has_session and not response.has_header("Cache-Control"):
            response.headers["Cache-Control"] = "private, no-store"
        return response
