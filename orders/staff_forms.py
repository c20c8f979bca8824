"""What staff type and tap at the shelf and at the staging place."""

from collections.abc import Mapping

from django import forms

from common.fields.texts import Code, Text
from common.fields.values import Choice, Id, Money, Pounds, Tick, Whole
from orders.models import Refund, ShortReason


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


REASONS: Mapping[str, str] = {
    "damaged": "Damaged",
    "missing": "Missing",
    "wrong": "Wrong item",
    "quality": "Poor quality",
    "late": "Delivered late",
    "price": "Wrong price",
    "goodwill": "Goodwill",
}


class WholeRefundForm(forms.Form):
    """Why money goes back: one of the usual reasons, words of one's own, or both."""

    why = Choice(choices=list(REASONS.items()), required=False)
    reason = Text(max_length=160, required=False)
    key = Id()

    def clean(self) -> dict[str, object]:
        """Join the two; without either nothing is said."""
        data = super().clean() or self.cleaned_data
        said = [REASONS.get(str(data.get("why")), ""), str(data.get("reason") or "").strip()]
        if not any(said):
            self.add_error("reason", "Say why.")
        return {**data, "reason": ": ".join(word for word in said if word)}


class RefundForm(WholeRefundForm):
    """Money back for a line, with a reason."""

    amount = Money(min_value=0, max_value=9_999)


class FeeRefundForm(RefundForm):
    """Money back for a fee, with a reason."""

    fee = Choice(choices=Refund.Fee.choices)


class CancelForm(forms.Form):
    """Why an order is cancelled."""

    reason = Text(max_length=200)
