"""What we ask beside allauth's own fields."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.fields.texts import Text


class SignupName(forms.Form):
    """The name a new person wants to be called by."""

    name = Text(label=_("Your name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"}))

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keep the name; called by allauth after the account is made."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
