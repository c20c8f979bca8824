"""What staff type when bags change hands."""

from django import forms

from common.fields.texts import Code
from common.fields.values import Tick, Whole


class HandOverForm(forms.Form):
    """The code on the bags, and how many bags there are."""

    code = Code(max_length=8)
    bags = Whole(min_value=1, max_value=99)


class TakeVanForm(forms.Form):
    """What the person who takes a van out says of themselves."""

    may_check_ages = Tick(required=False)


class TakeBackForm(forms.Form):
    """The code on bags that come back."""

    code = Code(max_length=8)
