"""Every form, serializer and admin page of the project, found by walking, so that the next one is looked at too."""

import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.contrib.admin import site
from django.test import RequestFactory
from rest_framework import serializers

from accounts.sign_in_forms import OurFields
from tests import make

ROOMS = ("accounts", "common", "dispatch", "drivers", "orders", "payouts", "stores")


def modules() -> Iterator[Any]:
    """Every module of the project's apps that may hold a form."""
    for room in ROOMS:
        package = importlib.import_module(room)
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{room}."):
            if ".migrations" not in found.name and ".management" not in found.name:
                yield importlib.import_module(found.name)


def classes_of(base: type) -> Sequence[Any]:
    """Subclasses that stand in the project, each once."""
    found = {
        kind
        for module in modules()
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, base) and kind.__module__.split(".")[0] in ROOMS
    }
    return sorted(found, key=lambda kind: (kind.__module__, kind.__name__))


def form_fields() -> Iterator[tuple[str, forms.Field]]:
    """Each field that a form of ours declares.

    Forms of the sign-in library get our fields as they are made, by `OurFields`; fields that a form of the admin has
    from its model are made by the admin, and found there.
    """
    for kind in classes_of(forms.BaseForm):
        if not issubclass(kind, OurFields):
            yield from ((f"{kind.__name__}.{name}", field) for name, field in kind.declared_fields.items())


def serializer_fields() -> Iterator[tuple[str, Any]]:
    """Each field of each serializer that takes something in."""
    for kind in classes_of(serializers.Serializer):
        for name, field in kind().fields.items():
            if not isinstance(field, serializers.BaseSerializer):
                yield f"{kind.__name__}.{name}", field


def admin_fields() -> Iterator[tuple[str, forms.Field]]:
    """Each field that head office can fill in, in the admin: of a new row and of a known one."""
    request = RequestFactory().get("/admin/")
    request.user = make.user("Root", is_staff=True, is_superuser=True)
    for model, admin in site._registry.items():
        for row, may in ((None, admin.has_add_permission(request)), (model(), admin.has_change_permission(request))):
            if may:
                form = admin.get_form(request, row, change=row is not None)
                yield from ((f"{model._meta.label}.{name}", field) for name, field in form.base_fields.items())
