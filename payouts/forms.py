"""What drivers and firms type."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.fields.texts import AccountNumber, OneTimeCode, RoutingNumber, Text
from common.fields.values import Day, Tick, Upload
from common.latin import is_latin
from payouts.actions.accounts import BadHolder


class AccountHolder(Text):
    """The name on a bank account: one that a bank file can carry, in Latin letters of any language."""

    def to_python(self, value: Any) -> Any:
        """The name.

        Raises:
            ValidationError: a letter of it has no spelling in Latin letters.
        """
        found = super().to_python(value)
        if isinstance(found, str) and found and not is_latin(found):
            raise forms.ValidationError(BadHolder().spoken, code="invalid")
        return found


class PayoutAccountForm(forms.Form):
    """The bank account a driver is paid to."""

    holder = AccountHolder(
        label=_("Name on the account"), max_length=22, widget=forms.TextInput({"autocomplete": "name"})
    )
    routing = RoutingNumber(label=_("Routing number"), help_text=_("Nine digits, at the bottom left of a check."))
    number = AccountNumber(label=_("Account number"))
    is_savings = Tick(label=_("This is a savings account"), required=False)


class ChangeCodeForm(forms.Form):
    """The code that lets another account be paid."""

    code = OneTimeCode(
        label=_("Code"),
        max_length=12,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class WeekForm(forms.Form):
    """Which week to close: any day in it."""

    starts_on = Day()


class ReturnsForm(forms.Form):
    """The file in which the bank tells what came back."""

    returns = Upload(
        label=_("File of returns from the bank"), help_text=_("The NACHA file with R-codes and corrections.")
    )

    def clean_returns(self) -> Any:
        """Not larger than any real file of returns."""
        sent = self.cleaned_data["returns"]
        if sent.size > 5_000_000:
            raise forms.ValidationError(_("That file is larger than 5 MB, which no file of returns is."))
        return sent
