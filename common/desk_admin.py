"""What every list and form of the admin shares: calm pages, no full counts, dollars for cents, refusals as messages."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin as DjangoAdmin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Field, Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.paginator import InfinitePaginator
from unfold.widgets import UnfoldAdminTextInputWidget

from common.errors import DomainError
from common.fields.shares import DollarsField, PercentField, percent
from common.fields.texts import Lines, Mail, Phone, RoutingNumber, Slug, Text, Zip
from common.fields.values import (
    Clock,
    Codes,
    Day,
    DayAndClock,
    Degrees,
    Id,
    Number,
    OneOf,
    Picture,
    SomeOf,
    Tick,
    TypedChoice,
    Upload,
    Whole,
)  # fmt: skip
from common.money import dollars
from common.row_forms import RowForm


class OpenAdmin(DjangoAdmin[Any]):
    """Runs forms outside a transaction of the admin's own: the actions they call open theirs, and refuse to nest.

    A refusal becomes a message, and the form is shown again as the row stands.
    """

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        try:
            return self._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[attr-defined]
        except DomainError as refusal:
            return refused(request, refusal)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        try:
            return self._delete_view(request, object_id, extra_context)  # type: ignore[attr-defined]
        except DomainError as refusal:
            return refused(request, refusal)


def asked_as(column: "Field[Any, Any]") -> dict[str, Any]:
    """What a form field takes over from its column; a new row begins with the column's own value."""
    initial = column.get_default() if column.has_default() else None
    return {"required": not column.blank, "help_text": column.help_text, "initial": initial}


def refused(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """Back to the page with the reason."""
    messages.error(request, refusal.message)
    return redirect(request.get_full_path())


# What a column is asked for by; what a column of a certain name is asked for by, whatever its type.
KINDS: Mapping[type[Field[Any, Any]], Mapping[str, type[forms.Field]]] = {
    models.CharField: {"form_class": Text},
    models.EmailField: {"form_class": Mail},
    models.TextField: {"form_class": Lines},
    models.BooleanField: {"form_class": Tick},
    models.IntegerField: {"form_class": Whole},
    models.BigIntegerField: {"form_class": Whole},
    models.PositiveIntegerField: {"form_class": Whole},
    models.PositiveSmallIntegerField: {"form_class": Whole},
    models.SmallIntegerField: {"form_class": Whole},
    models.DecimalField: {"form_class": Number},
    models.FloatField: {"form_class": Degrees},
    models.DateField: {"form_class": Day},
    models.DateTimeField: {"form_class": DayAndClock},
    models.TimeField: {"form_class": Clock},
    models.UUIDField: {"form_class": Id},
    ArrayField: {"form_class": Codes, "widget": UnfoldAdminTextInputWidget},
    models.SlugField: {"form_class": Slug},
    models.FileField: {"form_class": Upload},
    models.ImageField: {"form_class": Picture},
}
KINDS_BY_NAME: Mapping[str, type[forms.Field]] = {
    "zip_code": Zip, "phone": Phone, "bank_routing": RoutingNumber, "lat": Degrees, "lng": Degrees,
}  # fmt: skip


class DeskAdmin(ModelAdmin, OpenAdmin):  # type: ignore[misc]  # unfold ships no types
    """One kind of row in the admin. Without more, head office alone sees it."""

    form = RowForm
    formfield_overrides = KINDS
    list_per_page = 50
    show_full_result_count = False
    paginator = InfinitePaginator
    compressed_fields = True
    list_fullwidth = True
    list_filter_sheet = False
    actions_on_top = True

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Ask for dollars wherever cents are kept, and for percent wherever basis points are."""
        if "cents" in db_field.name.split("_"):
            label = str(db_field.verbose_name).replace("cents", "").strip().capitalize()
            return DollarsField(label=f"{label}, in dollars", **asked_as(db_field))
        if db_field.name.endswith("_bp"):
            label = str(db_field.verbose_name).removesuffix(" bp").capitalize()
            return PercentField(label=f"{label}, in percent", **asked_as(db_field))
        if isinstance(db_field, ArrayField):
            kwargs["empty_value"] = None if db_field.null else []
        kind = KINDS_BY_NAME.get(db_field.name)
        return super().formfield_for_dbfield(db_field, request, **({"form_class": kind} if kind else {}), **kwargs)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_choice_field(db_field, request, **{"choices_form_class": TypedChoice, **kwargs})

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_foreignkey(db_field, request, **{"form_class": OneOf, **kwargs})

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_manytomany(db_field, request, **{"form_class": SomeOf, **kwargs})

    def message_user(
        self, request: HttpRequest, message: Any, level: Any = messages.INFO, *args: Any, **kwargs: Any
    ) -> None:
        """Say that something was saved or deleted as our own pages do, in a word."""
        if level == messages.SUCCESS:
            is_gone = request.resolver_match is not None and str(request.resolver_match.url_name).endswith("_delete")
            message = "Deleted." if is_gone else "Saved."
        super().message_user(request, message, level, *args, **kwargs)

    def get_actions(self, request: HttpRequest) -> Any:
        """No deleting in bulk: rows are kept, or leave one at a time with a question."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


class KeptAdmin(DeskAdmin):
    """Rows that may be added and changed; nobody deletes what others refer to."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyAdmin(KeptAdmin):
    """Rows that actions write and people only read."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


F = TypeVar("F", bound=Callable[..., object])


def labelled(words: str, *, ordering: str, tones: Mapping[Any, str]) -> Callable[[F], F]:
    """A column whose words stand on a coloured ground: words -> info, success, warning or danger."""

    def decorate(column: F) -> F:
        marked: F = display(description=words, ordering=ordering, label=dict(tones))(column)
        return marked

    return decorate


def money(field: str, words: str) -> Any:
    """A column that shows whole cents as dollars."""

    def column(row: Any) -> str:
        cents = getattr(row, field)
        return "" if cents is None else dollars(cents)

    column.short_description = words  # type: ignore[attr-defined]
    column.admin_order_field = field  # type: ignore[attr-defined]
    return column


def share(field: str, words: str) -> Any:
    """A column of an admin class that shows basis points as percent."""

    def column(row: Any) -> str:
        return f"{percent(getattr(row, field))} %"

    column.short_description = words  # type: ignore[attr-defined]
    return staticmethod(column)


def words_of(field: str, attribute: str = "") -> Any:
    """A column of an admin class that names another row, without a link to a page which staff may not open."""

    def column(row: Any) -> str:
        other = getattr(row, field)
        return str(getattr(other, attribute) if attribute else other)

    column.short_description = field  # type: ignore[attr-defined]
    return staticmethod(column)
