"""Fields for numbers, money, weights, times, choices, ids and files."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common import cleaning
from common.fields.base import DECIMAL, NUMERIC, Ours, Said, reads_comma


class Whole(Ours, forms.IntegerField):
    """A whole number."""

    widget = forms.TextInput(NUMERIC)
    default_error_messages: ClassVar[Said] = {"invalid": _("Enter a whole number, like 12.")}

    def to_python(self, value: Any) -> Any:
        return super().to_python(self.read(cleaning.whole, value) if isinstance(value, str) else value)


class Number(Ours, forms.DecimalField):
    """A number with a point, or with a comma where people write one; never below zero."""

    widget = forms.TextInput(DECIMAL)
    default_error_messages: ClassVar[Said] = {"invalid": _("Enter a number, like 1.5.")}

    def to_python(self, value: Any) -> Any:
        return super().to_python(self.read(self.meant, value) if isinstance(value, str) else value)

    def meant(self, typed: str) -> Decimal:
        return cleaning.number(typed, comma=reads_comma())


class Money(Number):
    """Dollars and cents."""

    default_error_messages: ClassVar[Said] = {"invalid": _("Enter dollars and cents, like 6.50.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"decimal_places": 2, **kwargs})

    def meant(self, typed: str) -> Decimal:
        return cleaning.money(typed, comma=reads_comma())


class Pounds(Number):
    """A weight in pounds, three places."""

    default_error_messages: ClassVar[Said] = {"invalid": _("Enter the weight in pounds with a point, like 1.235.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"decimal_places": 3, **kwargs})

    def meant(self, typed: str) -> Decimal:
        return cleaning.pounds(typed, comma=reads_comma())


class Degrees(Ours, forms.FloatField):
    """One coordinate of a position."""

    widget = forms.TextInput(DECIMAL)
    default_error_messages: ClassVar[Said] = {"invalid": _("That is not a position on the map.")}

    def to_python(self, value: Any) -> Any:
        return super().to_python(self.read(cleaning.position, value) if isinstance(value, str) else value)


class Id(Ours, forms.UUIDField):
    """Which row, or which press of a button."""

    default_error_messages: ClassVar[Said] = {"invalid": _("That is no longer here. Reload the page and try again.")}

    def to_python(self, value: Any) -> Any:
        return super().to_python(self.read(cleaning.plain, value) if isinstance(value, str) else value)


class Day(Ours, forms.DateField):
    """A day."""

    default_error_messages: ClassVar[Said] = {"invalid": _("Enter a day, like 2026-06-05.")}

    def to_python(self, value: Any) -> Any:
        return super().to_python(self.read(cleaning.plain, value) if isinstance(value, str) else value)


class Moment(Ours, forms.DateTimeField):
    """A day and a time."""

    default_error_messages: ClassVar[Said] = {"invalid": _("Enter a day and a time.")}

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(self.read(cleaning.plain, value) if isinstance(value, str) else value)
        except OverflowError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class DayAndClock(Ours, forms.SplitDateTimeField):
    """A day and a time in two boxes, as the admin asks."""

    default_error_messages: ClassVar[Said] = {
        "invalid": _("Enter a day and a time."),
        "invalid_date": _("Enter a day, like 2026-06-05."),
        "invalid_time": _("Enter a time, like 5:30 pm or 17:30."),
    }


class Clock(Ours, forms.TimeField):
    """A time of day."""

    default_error_messages: ClassVar[Said] = {"invalid": _("Enter a time, like 5:30 pm or 17:30.")}

    def to_python(self, value: Any) -> Any:
        return super().to_python(self.read(cleaning.plain, value) if isinstance(value, str) else value)


class Tick(Ours, forms.BooleanField):
    """Yes or no."""


class Choice(Ours, forms.ChoiceField):
    """One of a few codes."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(cleaning.code(value) if isinstance(value, str) else value)


class TypedChoice(Ours, forms.TypedChoiceField):
    """One of a few values."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(cleaning.code(value) if isinstance(value, str) else value)


class TypedChoices(Ours, forms.TypedMultipleChoiceField):
    """Some of a few values."""


class Codes(Ours, forms.Field):
    """Some of a few codes, typed with commas between, by their code or by their name.

    Where nothing stated differs from nothing at all (`empty_value` None), the word "none" states it.
    """

    widget = forms.TextInput
    default_error_messages: ClassVar[Said] = {"unknown": _("Not known: %(unknown)s. Choose from: %(known)s.")}

    def __init__(
        self, *, base_field: Any, max_length: int | None = None, empty_value: list[str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        del max_length  # every code at most once
        self.empty_value = empty_value
        self.known = {str(code): str(name) for code, name in base_field.choices if code}

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return ", ".join(self.known.get(str(code), str(code)) for code in value) or (
            "none" if self.empty_value is None else ""
        )

    def to_python(self, value: Any) -> list[str] | None:
        """The codes, each once, in the order of the list.

        Raises:
            ValidationError: a word that names none of them.
        """
        typed = [word for part in cleaning.code(str(value or "")).split(",") if (word := _plainly(part))]
        if typed == ["none"] or not typed:
            return [] if typed else self.empty_value
        meant = {_plainly(word): code for code, name in self.known.items() for word in (name, code)}
        unknown = [word for word in typed if word not in meant]
        if unknown:
            told = {"unknown": ", ".join(unknown)[:80], "known": ", ".join(self.known.values())}
            raise ValidationError(self.error_messages["unknown"], code="unknown", params=told)
        named = {meant[word] for word in typed}
        return [code for code in self.known if code in named]

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (initial if initial is None else list(initial)))
        except ValidationError:
            return True


def _plainly(word: str) -> str:
    return word.strip().lower().replace("-", " ").replace("_", " ")


class OneOf(Ours, forms.ModelChoiceField[Any]):
    """One row of those that may be chosen."""


class SomeOf(Ours, forms.ModelMultipleChoiceField[Any]):
    """Some rows of those that may be chosen."""


class Upload(Ours, forms.FileField):
    """A file."""

    default_error_messages: ClassVar[Said] = {"invalid": _("Choose a file.")}


class Picture(Ours, forms.ImageField):
    """A picture."""

    default_error_messages: ClassVar[Said] = {"invalid": _("Choose a file.")}
