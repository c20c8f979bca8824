"""Fields for what people write, and for codes: names, notes, ZIPs, card and bank numbers, telephones, e-mail."""

import re
from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common import cleaning
from common.fields.base import LONGEST_TYPED, NUMERIC, Ours, Said


class Text(Ours, forms.CharField):
    """One line that a person writes: a name, a street, a reason. Letters of every script are kept."""

    tidy: ClassVar[Callable[[str], str]] = staticmethod(cleaning.text)

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        if not isinstance(typed, str) or typed in self.empty_values or len(typed) > LONGEST_TYPED:
            return typed
        return self.read(type(self).tidy, typed) or self.empty_value


class PlaceText(Text):
    """An address or a part of one."""

    tidy: ClassVar[Callable[[str], str]] = staticmethod(cleaning.place)


class Lines(Text):
    """Several lines that a person writes."""

    widget = forms.Textarea
    tidy: ClassVar[Callable[[str], str]] = staticmethod(cleaning.lines)


class Code(Text):
    """A code: its blanks and dashes mean nothing. A subclass says which signs it has, and how many."""

    tidy: ClassVar[Callable[[str], str]] = staticmethod(cleaning.compact)
    pattern: ClassVar[str] = r"[!-~]*"

    def __init__(self, *, pattern: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._pattern = re.compile(pattern or self.pattern)

    def to_python(self, value: Any) -> Any:
        """The code in one spelling.

        Raises:
            ValidationError: signs that no such code has, or too few or too many of them.
        """
        found = super().to_python(value)
        if found not in self.empty_values and not self._pattern.fullmatch(found):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return found


class Zip(Code):
    """A ZIP code; of ZIP+4 the five digits are kept."""

    widget = forms.TextInput({"autocomplete": "postal-code", **NUMERIC})
    tidy: ClassVar[Callable[[str], str]] = staticmethod(cleaning.zip_code)
    default_error_messages: ClassVar[Said] = {"invalid": _("A ZIP code has five digits.")}


class Slug(Code):
    """A short name in an address: small letters, digits, dashes."""

    tidy: ClassVar[Callable[[str], str]] = staticmethod(cleaning.slug)
    pattern = r"[a-z0-9_]+(?:-[a-z0-9_]+)*"
    default_error_messages: ClassVar[Said] = {"invalid": _("Use small letters, digits and dashes, like east-side.")}

    def __init__(self, *, allow_unicode: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)


class Passcode(Code):
    """The four digits told at a door or on bags."""

    widget = forms.TextInput(NUMERIC)
    pattern = r"[0-9]{4}"
    default_error_messages: ClassVar[Said] = {"invalid": _("A code is four digits.")}


class OneTimeCode(Code):
    """A code that came by mail or from an authenticator."""

    widget = forms.TextInput({"autocomplete": "one-time-code"})


class CardNumber(Code):
    """A card's number; the gateway says whether there is such a card."""

    widget = forms.TextInput({"autocomplete": "cc-number", **NUMERIC})
    pattern = r"[0-9]{1,30}"
    default_error_messages: ClassVar[Said] = {"invalid": _("Check the card number.")}


class CardExpiry(Code):
    """When a card runs out, as MM/YY."""

    widget = forms.TextInput({"autocomplete": "cc-exp", "placeholder": _("MM / YY"), **NUMERIC})
    default_error_messages: ClassVar[Said] = {"invalid": _("Write month and year, such as 04/29.")}

    tidy: ClassVar[Callable[[str], str]] = staticmethod(cleaning.expiry)


class CardCode(Code):
    """The security code of a card."""

    widget = forms.TextInput({"autocomplete": "cc-csc", **NUMERIC})
    pattern = r"[0-9]{3,4}"
    default_error_messages: ClassVar[Said] = {"invalid": _("Three or four digits.")}


class AccountNumber(Code):
    """A bank account's number, as banks print it; leading zeros count."""

    widget = forms.TextInput({"autocomplete": "off", **NUMERIC})
    pattern = r"[0-9]{4,17}"
    default_error_messages: ClassVar[Said] = {"invalid": _("An account number has 4 to 17 digits.")}


class RoutingNumber(Code):
    """A bank's routing number: nine digits, the last of which checks the others."""

    widget = forms.TextInput({"autocomplete": "off", **NUMERIC})
    pattern = r"[0-9]{9}"
    default_error_messages: ClassVar[Said] = {
        "invalid": _(
            "That is not a routing number of a bank. It has nine digits and stands at the bottom left of a check."
        )
    }

    def to_python(self, value: Any) -> Any:
        """Nine digits that agree with their check digit.

        Raises:
            ValidationError: no bank has such a number.
        """
        found = super().to_python(value)
        if found not in self.empty_values and not cleaning.is_routing_number(found):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return found


class Upc(Code):
    """The number under a bar code."""

    widget = forms.TextInput(NUMERIC)
    pattern = r"[0-9]{6,14}"
    default_error_messages: ClassVar[Said] = {"invalid": _("The number under a bar code has 6 to 14 digits.")}


class Phone(Text):
    """A telephone number, kept as +16155550143 x204; shown as Americans write it."""

    widget = forms.TextInput({"type": "tel", "autocomplete": "tel", "inputmode": "tel"})
    tidy: ClassVar[Callable[[str], str]] = staticmethod(cleaning.phone)
    default_error_messages: ClassVar[Said] = {"invalid": _("Enter a phone number with area code, like 615-555-0143.")}

    def prepare_value(self, value: Any) -> Any:
        return cleaning.phone_shown(value) if isinstance(value, str) and value.startswith("+") else value


class Mail(Ours, forms.EmailField):
    """An e-mail address."""

    default_error_messages: ClassVar[Said] = {"invalid": _("Enter an e-mail address, like sam@example.com.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": cleaning.LONGEST_MAIL, **kwargs})

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        return (self.read(cleaning.mail, typed) or "") if isinstance(typed, str) and typed else typed
