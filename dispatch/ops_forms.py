"""What operations types in."""

from django import forms

from common.fields.texts import Text
from common.fields.values import Id


class ReasonForm(forms.Form):
    """Why something is stopped."""

    reason = Text(max_length=200, label="Why")


class AssignForm(forms.Form):
    """Which trip gets a delivery, and why."""

    trip = Id()
    reason = Text(max_length=200, label="Why this driver")
