"""What managers type."""

from typing import ClassVar

from django import forms
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminTextInputWidget

from stores.models import StoreStaff


class HireForm(forms.ModelForm[StoreStaff]):
    """A new member of staff, by e-mail address."""

    email = forms.EmailField(
        max_length=254,
        label="E-mail",
        widget=UnfoldAdminEmailInputWidget,
        help_text="Who has no account yet sets a password with “Forgot your password?” on the sign-in page.",
    )
    name = forms.CharField(max_length=80, widget=UnfoldAdminTextInputWidget)

    class Meta:
        model = StoreStaff
        fields: ClassVar[list[str]] = ["store", "role"]
