"""The fields that every form of ours is made of: what was typed is cleaned, then judged, and refused in plain words.

A field of Django's own would take `1e2` for a hundred, keep what nobody can see in a name, and answer in sentences
that no shop would say. `tests/conventions/test_fields.py` finds a form that is not made of these.
"""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common import cleaning
from common.cleaning import NotUnderstood

T = TypeVar("T")
Said = dict[str, Any]
LONGEST_TYPED = 20_000  # beyond, nobody typed it: refused before a sign of it is looked at
NUMERIC = {"inputmode": "numeric"}
DECIMAL = {"inputmode": "decimal"}
WORDS: Said = {
    "required": _("This is needed."),
    "invalid": _("That cannot be used here. Check what you entered."),
    "max_length": _("That is too long: %(limit_value)s characters at most."),
    "min_length": _("That is too short: %(limit_value)s characters at least."),
    "min_value": _("Enter %(limit_value)s or more."),
    "max_value": _("Enter %(limit_value)s or less."),
    "step_size": _("Enter a multiple of %(limit_value)s."),
    "max_digits": _("That number has too many digits."),
    "max_decimal_places": _("That number has too many digits after the point."),
    "max_whole_digits": _("That number is too large."),
    "invalid_choice": _("Choose one of the list."),
    "invalid_list": _("Choose one of the list."),
    "invalid_pk_value": _("Choose one of the list."),
    "missing": _("Choose a file."),
    "empty": _("That file is empty."),
    "invalid_image": _("That file is no picture we can read."),
    "invalid_extension": _("That kind of file cannot be used here."),
    "null_characters_not_allowed": _("That cannot be used here. Check what you entered."),
}


def reads_comma() -> bool:
    """Whether the reader's language writes a comma before the cents."""
    return (get_language() or "").startswith("es")


class Ours:
    """What every field of ours has: our words for each complaint, and a reader of what was typed."""

    default_error_messages: ClassVar[Said] = WORDS
    error_messages: Any
    empty_values: Any

    def read(self, reader: Callable[[str], T], typed: str) -> T | None:
        """What a reader makes of a text; nothing, where nothing can be seen in it.

        Raises:
            ValidationError: the reader makes nothing of it.
        """
        if len(typed) > LONGEST_TYPED:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if not cleaning.code(typed):
            return None
        try:
            return reader(typed)
        except (NotUnderstood, OverflowError):
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
