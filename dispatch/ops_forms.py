"""What operations types in."""

from django import forms

from common.fields.texts import Text
from common.fields.values import Id, Whole


class ReasonForm(forms.Form):
    """Why something is stopped."""

    reason = Text(max_length=200, label="Why")


class AssignForm(forms.Form):
    """Which trip gets a delivery, and why."""

    trip = Id()
    reason = Text(max_length=200, label="Why this driver")


class LeverForm(forms.Form):
    """Why operations steps in, and how often pay had been raised on the page that was pressed."""

    reason = Text(max_length=200, label="Why")
    raises = Whole(required=False, min_value=0, max_value=99)
