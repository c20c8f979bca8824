"""The portal's addresses about a driver's own trips and limits."""

from django.urls import URLPattern

portal: list[URLPattern] = []
