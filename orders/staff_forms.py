"""What staff type and tap at the shelf and at the staging place."""

from django import forms


class PickForm(forms.Form):
    """Some pieces of a line go into the bag."""

    quantity = forms.IntegerField(min_value=1, max_value=99)
    pounds = forms.DecimalField(min_value=0, max_value=999, max_digits=8, decimal_places=3, required=False)
    scanned = forms.CharField(max_length=20, required=False)


class SubstituteForm(forms.Form):
    """Something else goes into the bag, or the shopper is asked about it."""

    store_item = forms.IntegerField(min_value=1)
    quantity = forms.IntegerField(min_value=1, max_value=99)
    pounds = forms.DecimalField(min_value=0, max_value=999, max_digits=8, decimal_places=3, required=False)
    ask = forms.BooleanField(required=False)


class RefundForm(forms.Form):
    """Money back for a line, with a reason."""

    amount = forms.DecimalField(min_value=0, max_value=9_999, max_digits=8, decimal_places=2)
    reason = forms.CharField(max_length=200)
    key = forms.UUIDField()


class CancelForm(forms.Form):
    """Why an order is cancelled."""

    reason = forms.CharField(max_length=200)
