"""Addresses of offers and runs, of a shopper's order page, of operations, and of the API."""

from django.urls import URLPattern

portal: list[URLPattern] = []
track: list[URLPattern] = []
ops: list[URLPattern] = []
api: list[URLPattern] = []
