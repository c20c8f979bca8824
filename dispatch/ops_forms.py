"""What operations types in."""

from django import forms


class ReasonForm(forms.Form):
    """Why something is stopped."""

    reason = forms.CharField(max_length=200, label="Why")


class AssignForm(forms.Form):
    """Which trip gets a delivery, and why."""

    trip = forms.UUIDField()
    reason = forms.CharField(max_length=200, label="Why this driver")
