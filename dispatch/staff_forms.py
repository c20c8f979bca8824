"""What staff type when bags change hands."""

from django import forms


class HandOverForm(forms.Form):
    """The code on the bags, and how many bags there are."""

    code = forms.CharField(max_length=8)
    bags = forms.IntegerField(min_value=1, max_value=99)


class TakeVanForm(forms.Form):
    """What the person who takes a van out says of themselves."""

    may_check_ages = forms.BooleanField(required=False)


class TakeBackForm(forms.Form):
    """The code on bags that come back."""

    code = forms.CharField(max_length=8)
