"""What every page may show."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Addresses that pages need to reach the live events and the base map."""
    return {"events_url": settings.EVENTS_URL, "basemap_url": settings.BASEMAP_URL, "is_demo": settings.DEBUG}
