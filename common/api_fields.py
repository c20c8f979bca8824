"""The fields that every serializer of ours is made of: cleaned and judged like those of forms, in the same words.

JSON has numbers of its own, which stay; a number that comes as a text (from a form, or from a careless client) is read
by the same rules as one that a person typed.
"""

import re
from collections.abc import Callable
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from common import cleaning
from common.cleaning import NotUnderstood
from common.fields.base import LONGEST_TYPED, WORDS

Said = dict[str, Any]


class Ours:
    """What every field of the API has: our words, and readers of what came as a text."""

    default_error_messages: ClassVar[Said] = {
        "required": WORDS["required"],
        "null": WORDS["required"],
        "blank": WORDS["required"],
        "invalid": WORDS["invalid"],
        "max_length": _("That is too long: {max_length} characters at most."),
        "min_length": _("That is too short: {min_length} characters at least."),
        "min_value": _("Enter {min_value} or more."),
        "max_value": _("Enter {max_value} or less."),
        "max_string_length": WORDS["max_whole_digits"],
        "overflow": WORDS["max_whole_digits"],
        "invalid_choice": WORDS["invalid_choice"],
        "not_a_list": WORDS["invalid"],
        "no_name": WORDS["missing"],
        "date": _("Enter a day and a time."),
        "make_aware": _("Enter a day and a time."),
    }
    fail: Any

    def read(self, reader: Callable[[str], Any], sent: Any) -> Any:
        """What a reader makes of a text; a value that is none passes through.

        Raises:
            ValidationError: the reader makes nothing of it.
        """
        if not isinstance(sent, str):
            return sent
        if len(sent) > LONGEST_TYPED:
            self.fail("invalid")
        try:
            return reader(sent)
        except NotUnderstood:
            return self.fail("invalid")


class Text(Ours, serializers.CharField):
    """One line that a person writes."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(self.read(cleaning.text, data))


class Code(Ours, serializers.CharField):
    """A code of certain signs; blanks and dashes mean nothing."""

    def __init__(self, *, pattern: str = r"[!-~]*", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._pattern = re.compile(pattern)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(self.read(cleaning.compact, data))

    def to_internal_value(self, data: Any) -> Any:
        found = super().to_internal_value(data)
        if not self._pattern.fullmatch(found):
            self.fail("invalid")
        return found


class Passcode(Code):
    """The four digits told at a door or on bags."""

    default_error_messages: ClassVar[Said] = {"invalid": _("A code is four digits.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"pattern": r"[0-9]{4}", **kwargs})


class Whole(Ours, serializers.IntegerField):
    """A whole number."""

    default_error_messages: ClassVar[Said] = {"invalid": _("Enter a whole number, like 12.")}

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value(self.read(cleaning.whole, data))


class Degrees(Ours, serializers.FloatField):
    """One coordinate, or a heading."""

    default_error_messages: ClassVar[Said] = {"invalid": _("That is not a position on the map.")}

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value(self.read(cleaning.position, data))


class Id(Ours, serializers.UUIDField):
    """Which row."""

    default_error_messages: ClassVar[Said] = {"invalid": _("That is no longer here. Reload the page and try again.")}

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value(self.read(cleaning.plain, data))


class Moment(Ours, serializers.DateTimeField):
    """A day and a time, as ISO 8601 writes them."""

    default_error_messages: ClassVar[Said] = {"invalid": _("Enter a day and a time.")}

    def to_internal_value(self, value: Any) -> Any:
        return super().to_internal_value(self.read(cleaning.plain, value))


class Choice(Ours, serializers.ChoiceField):
    """One of a few codes."""

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value(self.read(cleaning.code, data))


class Tick(Ours, serializers.BooleanField):
    """Yes or no."""

    default_error_messages: ClassVar[Said] = {"invalid": _("Answer yes or no.")}


class Upload(Ours, serializers.FileField):
    """A file."""

    default_error_messages: ClassVar[Said] = {
        "required": _("Choose a file."),
        "invalid": _("Choose a file."),
        "empty": WORDS["empty"],
        "max_length": _("That file has too long a name."),
    }
