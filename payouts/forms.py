"""What drivers and firms type."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from payouts.actions.accounts import BadAccount, BadRouting
from providers.bank.nacha import is_routing_number


class PayoutAccountForm(forms.Form):
    """The bank account a driver is paid to."""

    holder = forms.CharField(
        label=_("Name on the account"), max_length=22, widget=forms.TextInput({"autocomplete": "name"})
    )
    routing = forms.CharField(
        label=_("Routing number"),
        min_length=9,
        max_length=9,
        help_text=_("Nine digits, at the bottom left of a cheque."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    number = forms.CharField(
        label=_("Account number"),
        max_length=23,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    is_savings = forms.BooleanField(label=_("This is a savings account"), required=False)

    def clean_routing(self) -> str:
        """Nine digits whose last one checks the rest."""
        routing: str = self.cleaned_data["routing"].strip()
        if not is_routing_number(routing):
            raise forms.ValidationError(BadRouting().spoken)
        return routing

    def clean_number(self) -> str:
        """Digits only, as a bank prints them."""
        number = "".join(str(self.cleaned_data["number"]).split())
        if not (number.isascii() and number.isdigit() and 4 <= len(number) <= 17):
            raise forms.ValidationError(BadAccount().spoken)
        return number


class ChangeCodeForm(forms.Form):
    """The code that lets another account be paid."""

    code = forms.CharField(
        label=_("Code"),
        max_length=12,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class WeekForm(forms.Form):
    """Which week to close: any day in it."""

    starts_on = forms.DateField()


class ReturnsForm(forms.Form):
    """The file in which the bank tells what came back."""

    returns = forms.FileField(
        label=_("File of returns from the bank"), help_text=_("The NACHA file with R-codes and corrections.")
    )

    def clean_returns(self) -> Any:
        """Not larger than any real file of returns."""
        sent = self.cleaned_data["returns"]
        if sent.size > 5_000_000:
            raise forms.ValidationError(_("That file is larger than 5 MB, which no file of returns is."))
        return sent
