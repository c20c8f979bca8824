"""The shop's addresses."""

from django.urls import URLPattern

shop: list[URLPattern] = []
