"""Rendering the portal's pages on the clock of the driver's market."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from drivers.models import Driver


def portal_page(
    request: HttpRequest, driver: Driver, template: str, shown: Mapping[str, Any], *, dock: str, status: int = 200
) -> HttpResponse:
    """Render a page of the portal; every moment on it is local to the market."""
    with timezone.override(driver.market.zone):
        return render(request, template, {"driver": driver, "dock": dock, **shown}, status=status)
