"""What shop pages accept from a browser: ids, counts and words. Never a price."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from common.fields.texts import CardCode, CardExpiry, CardNumber, Code, Lines, Phone, PlaceText, Text, Zip
from common.fields.values import Choice, Id, Money, Tick, Whole
from orders.models import Wish
from stores.queries.shelf import SORTS

LOOKS = [(name, name) for name in ("tile", "item", "line")]


class AreaForm(forms.Form):
    """Where to deliver: a street address, or just a ZIP code."""

    place = PlaceText(
        label=_("Address or ZIP code"),
        max_length=200,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "data-places": "", "placeholder": _("37206 or 1012 Gallatin Ave")}
        ),
    )


class PutForm(forms.Form):
    """How many of an item the basket should hold; `look` says which part of a page to draw again."""

    item = Id()
    quantity = Whole(min_value=0, max_value=99, required=False)
    typed = Whole(min_value=0, max_value=99, required=False)
    look = Choice(choices=LOOKS, required=False)
    wish = Choice(choices=Wish.choices, required=False)

    def clean(self) -> dict[str, Any]:
        """A button says how many; without one, what was typed beside it does."""
        data = super().clean() or self.cleaned_data
        if data.get("quantity") is None and "quantity" not in self.errors:
            data["quantity"] = data.get("typed")
            if data["quantity"] is None:
                self.add_error("quantity", _("Enter a quantity."))
        return data


class WishForm(forms.Form):
    """What to do when an item is out; `instead` names the item wanted in its place."""

    item = Id()
    choice = Text(max_length=60)


class ChoiceForm(forms.Form):
    """Filters and order of a shelf, from the address bar; what is not understood is left out."""

    kind = Text(max_length=60, required=False)
    snap = Tick(required=False)
    stock = Tick(required=False)
    sort = Choice(choices=[(name, name) for name in SORTS], required=False)
    page = Whole(min_value=1, max_value=10_000, required=False)
    q = Text(max_length=200, required=False)


class AddressForm(forms.Form):
    """A place to bring groceries to."""

    line1 = PlaceText(
        label=_("Street address"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "address-line1", "data-places": ""}),
    )
    line2 = PlaceText(
        label=_("Apartment, suite, floor"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-line2"}),
    )
    city = PlaceText(label=_("City"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "address-level2"}))
    zip_code = Zip(label=_("ZIP code"))


class ContactForm(forms.Form):
    """Whom to ask for at the door."""

    contact_name = Text(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = Phone(label=_("Phone"), required=False, help_text=_("So your driver can reach you about this order."))


class HandoverSelect(forms.RadioSelect):
    """Ways to hand over, of which one may be impossible for this basket."""

    cannot: ClassVar[frozenset[str]] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """A way that cannot be chosen is shown, but disabled."""
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if str(value) in self.cannot:
            option["attrs"]["disabled"] = True
        return option


class NotesForm(forms.Form):
    """What the driver should know, and how to hand over; `must_hand_over` says why it cannot be left at the door."""

    handover = Choice(
        label=_("At your door"),
        choices=[("hand", _("Hand it to me")), ("leave", _("Leave it at the door"))],
        widget=HandoverSelect,
        initial="hand",
    )
    instructions = Lines(
        label=_("Delivery instructions"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    gate_code = Text(
        label=_("Gate or door code"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    wants_passcode = Tick(
        label=_("Ask for a passcode"), required=False,
        help_text=_("You get a four-digit code. Give this code to your driver at the door."),
    )  # fmt: skip

    def __init__(self, *args: Any, must_hand_over: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.must_hand_over = must_hand_over
        if must_hand_over:
            self.fields["handover"].widget.cannot = frozenset({"leave"})
            self.fields["handover"].help_text = must_hand_over
            self.fields["wants_passcode"].disabled = True  # it comes with one in any case
            self.initial = {**self.initial, "handover": "hand", "wants_passcode": True}

    def clean(self) -> dict[str, Any]:
        """What contradicts itself is refused, not settled in silence."""
        data = super().clean() or self.cleaned_data
        if data.get("handover") == "leave" and self.must_hand_over:
            self.add_error("handover", self.must_hand_over)
        elif data.get("handover") == "leave" and data.get("wants_passcode"):
            self.add_error(
                "wants_passcode",
                _("A passcode is given in person. Choose “Hand it to me”, or order without a passcode."),
            )
        return data


ANY_TIP_CENTS = 10_000_000  # what a basket allows is said by its own rule, in words


class TipForm(forms.Form):
    """A tip in dollars, as typed, or in cents, as a button sends it."""

    tip_cents = Whole(min_value=0, max_value=ANY_TIP_CENTS, required=False)
    dollars = Money(min_value=0, max_value=ANY_TIP_CENTS // 100, required=False)

    def cents(self) -> int:
        """The tip in whole cents; what was typed counts more than a button."""
        typed = self.cleaned_data.get("dollars")
        return int(typed * 100) if typed is not None else int(self.cleaned_data.get("tip_cents") or 0)


class PayForm(forms.Form):
    """How to pay: a card used before, or a new one, of which every part in `NEW` is needed."""

    NEW: ClassVar[tuple[str, ...]] = ()
    shown_total_cents = Whole(min_value=0)
    card = Text(max_length=40, required=False)

    def clean(self) -> dict[str, object]:
        """A new card needs all of its parts."""
        data = super().clean() or self.cleaned_data
        if data.get("card", "") in ("", "new"):
            for name in self.NEW:
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("This field is required."))
        return data


class NumberForm(PayForm):
    """A new card by its number, which goes to the gateway at once and is kept nowhere."""

    NEW: ClassVar[tuple[str, ...]] = ("number", "expires", "cvc")
    number = CardNumber(label=_("Card number"), required=False)
    expires = CardExpiry(label=_("Expires"), required=False)
    cvc = CardCode(label=_("Security code"), required=False)

    def month_and_year(self) -> tuple[int, int]:
        """When the card runs out."""
        month, year = self.cleaned_data["expires"].split("/")
        return int(month), 2000 + int(year)


class TokenForm(PayForm):
    """A new card that the gateway's script took in the browser: a token, and what may be shown of it.

    A token that names a customer is none of the browser's: it would charge a card on file.
    """

    NEW: ClassVar[tuple[str, ...]] = ("token",)
    token = Code(pattern=r"pm_[A-Za-z0-9_]{1,100}", required=False)
    brand = Code(pattern=r"[a-z_]{1,20}", required=False)
    last4 = Code(pattern=r"[0-9]{4}", required=False)


class TipChangeForm(TipForm):
    """A new tip after checkout; a lower one needs a reason. The key makes a repeated tap the same change."""

    key = Id()
    reason = Text(max_length=200, required=False)
    dollars = Money(min_value=0, max_value=ANY_TIP_CENTS // 100)
