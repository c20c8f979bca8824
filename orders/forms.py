"""What shop pages accept from a browser: ids, counts and words. Never a price."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.models import Wish
from stores.queries.shelf import SORTS

LOOKS = [(name, name) for name in ("tile", "item", "line")]


class AreaForm(forms.Form):
    """Where to deliver: a street address, or just a ZIP code."""

    place = forms.CharField(
        label=_("Address or ZIP code"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "placeholder": _("37206 or 1012 Gallatin Ave")}),
    )


class PutForm(forms.Form):
    """How many of an item the basket should hold; `look` says which part of a page to draw again."""

    item = forms.UUIDField()
    quantity = forms.IntegerField(min_value=0, max_value=99)
    look = forms.ChoiceField(choices=LOOKS, required=False)
    wish = forms.ChoiceField(choices=Wish.choices, required=False)


class WishForm(forms.Form):
    """What to do when an item is out; `instead` names the item wanted in its place."""

    item = forms.UUIDField()
    choice = forms.CharField(max_length=60)


class ChoiceForm(forms.Form):
    """Filters and order of a shelf, from the address bar; what is not understood is left out."""

    kind = forms.CharField(max_length=60, required=False)
    snap = forms.BooleanField(required=False)
    stock = forms.BooleanField(required=False)
    sort = forms.ChoiceField(choices=[(name, name) for name in SORTS], required=False)
    page = forms.IntegerField(min_value=1, max_value=10_000, required=False)
    q = forms.CharField(max_length=200, required=False)


class AddressForm(forms.Form):
    """A place to bring groceries to."""

    line1 = forms.CharField(
        label=_("Street address"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "address-line1"})
    )
    line2 = forms.CharField(
        label=_("Apartment, floor"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-line2"}),
    )
    city = forms.CharField(
        label=_("City"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "address-level2"})
    )
    zip_code = forms.RegexField(
        r"^[0-9]{5}$",
        label=_("ZIP code"),
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "inputmode": "numeric"}),
        error_messages={"invalid": _("A ZIP code has five digits.")},
    )


class ContactForm(forms.Form):
    """Whom to ask for at the door."""

    contact_name = forms.CharField(
        label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.RegexField(
        r"^[0-9()+. -]{7,20}$",
        label=_("Phone"),
        required=False,
        help_text=_("So that your driver can reach you about this order."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
        error_messages={"invalid": _("A phone number has digits only.")},
    )


class NotesForm(forms.Form):
    """What the driver should know, and how to hand over."""

    handover = forms.ChoiceField(
        label=_("At your door"),
        choices=[("hand", _("Hand it to me")), ("leave", _("Leave it at the door"))],
        widget=forms.RadioSelect,
        initial="hand",
    )
    instructions = forms.CharField(
        label=_("Directions for your driver"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    gate_code = forms.CharField(
        label=_("Gate or door code"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    wants_passcode = forms.BooleanField(
        label=_("Ask for a passcode"), required=False,
        help_text=_("You get four digits; your driver hands over only to who knows them."),
    )  # fmt: skip


class TipForm(forms.Form):
    """A tip in dollars, as typed, or in cents, as a button sends it."""

    tip_cents = forms.IntegerField(min_value=0, max_value=50_000, required=False)
    dollars = forms.DecimalField(min_value=0, max_value=500, decimal_places=2, required=False)

    def cents(self) -> int:
        """The tip in whole cents; what was typed counts more than a button."""
        typed = self.cleaned_data.get("dollars")
        return int(typed * 100) if typed is not None else int(self.cleaned_data.get("tip_cents") or 0)


class PayForm(forms.Form):
    """How to pay: a card used before, or a new one, of which every part in `NEW` is needed."""

    NEW: ClassVar[tuple[str, ...]] = ()
    shown_total_cents = forms.IntegerField(min_value=0)
    card = forms.CharField(max_length=40, required=False)

    def clean(self) -> dict[str, object]:
        """A new card needs all of its parts."""
        data = super().clean() or self.cleaned_data
        if data.get("card", "") in ("", "new"):
            for name in self.NEW:
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("This is needed."))
        return data


class NumberForm(PayForm):
    """A new card by its number, which goes to the gateway at once and is kept nowhere."""

    NEW: ClassVar[tuple[str, ...]] = ("number", "expires", "cvc")
    number = forms.CharField(
        label=_("Card number"), max_length=30, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "cc-number", "inputmode": "numeric"}),
    )  # fmt: skip
    expires = forms.RegexField(
        r"^\s*(0[1-9]|1[0-2])\s*/?\s*(20)?[0-9]{2}\s*$", label=_("Expires"), required=False,
        widget=forms.TextInput(attrs={"autocomplete": "cc-exp", "inputmode": "numeric", "placeholder": _("MM / YY")}),
        error_messages={"invalid": _("Write month and year, such as 04/29.")},
    )  # fmt: skip
    cvc = forms.RegexField(
        r"^[0-9]{3,4}$", label=_("Security code"), required=False,
        widget=forms.TextInput(attrs={"autocomplete": "cc-csc", "inputmode": "numeric"}),
        error_messages={"invalid": _("Three or four digits.")},
    )  # fmt: skip

    def month_and_year(self) -> tuple[int, int]:
        """When the card runs out."""
        digits = "".join(c for c in self.cleaned_data["expires"] if c.isdigit())
        return int(digits[:2]), 2000 + int(digits[-2:])


class TokenForm(PayForm):
    """A new card that the gateway's script took in the browser: a token, and what may be shown of it.

    A token that names a customer is none of the browser's: it would charge a card on file.
    """

    NEW: ClassVar[tuple[str, ...]] = ("token",)
    token = forms.RegexField(r"^pm_[A-Za-z0-9_]{1,100}$", required=False)
    brand = forms.RegexField(r"^[a-z_]{1,20}$", required=False)
    last4 = forms.RegexField(r"^[0-9]{4}$", required=False)


class TipChangeForm(TipForm):
    """A new tip after checkout; a lower one needs a reason. The key makes a repeated tap the same change."""

    key = forms.UUIDField()
    reason = forms.CharField(max_length=200, required=False)
    dollars = forms.DecimalField(min_value=0, max_value=500, decimal_places=2)
