"""What staff type and tap at the shelf and at the staging place."""

from django import forms

from common.fields.texts import Code, Text
from common.fields.values import Choice, Id, Money, Pounds, Tick, Whole
from orders.models import ShortReason


class PickForm(forms.Form):
    """Some pieces of a line go into the bag."""

    quantity = Whole(min_value=1, max_value=99)
    pounds = Pounds(min_value=0, max_value=999, required=False)
    scanned = Code(max_length=20, required=False)


class ScanForm(forms.Form):
    """One piece was read by its code; `before` is how many were counted on the page that read it."""

    scanned = Code(max_length=20)
    before = Whole(min_value=0, max_value=99)


class ShortForm(forms.Form):
    """Why a line cannot be filled."""

    reason = Choice(choices=ShortReason.choices, required=False)


class SubstituteForm(forms.Form):
    """Something else goes into the bag, or the shopper is asked about it."""

    store_item = Whole(min_value=1)
    quantity = Whole(min_value=1, max_value=99)
    pounds = Pounds(min_value=0, max_value=999, required=False)
    ask = Tick(required=False)


class RefundForm(forms.Form):
    """Money back for a line, with a reason."""

    amount = Money(min_value=0, max_value=9_999)
    reason = Text(max_length=200)
    key = Id()


class CancelForm(forms.Form):
    """Why an order is cancelled."""

    reason = Text(max_length=200)
