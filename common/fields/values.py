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
