"""Addresses of money: the driver's earnings and the firm's desk."""

from django.urls import URLPattern

portal: list[URLPattern] = []
firm: list[URLPattern] = []
