"""The real addresses and, beside them, the style page that only DEBUG has."""

from django.urls import include, path

from config.urls import urlpatterns as real

urlpatterns = [
    *[entry for entry in real if "look/" not in str(entry.pattern)],
    path("look/", include("common.views_look")),
]
