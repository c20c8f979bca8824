"""The sign-in library's forms, made of our fields; those that look at a secret or send mail count each guess first."""

from typing import Any

from allauth.account import forms as library
from allauth.core import context
from allauth.mfa.base import forms as second_step
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms

from accounts.guesses import count_guess, guessed_right
from accounts.models import Tries
from common.fields.base import WORDS, Ours
from common.fields.texts import Mail, OneTimeCode


class OurMail(Mail):
    """An address as the library keeps it: in small letters."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value).lower()


KINDS: dict[str, type[forms.Field]] = {"login": OurMail, "email": OurMail, "code": OneTimeCode}


class OurFields:
    """Puts fields of ours in the place of the library's, with its labels and widgets. A password is never cleaned."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            kind = KINDS.get(name)
            if kind:
                self.fields[name] = kind(
                    label=field.label, widget=field.widget, help_text=field.help_text, required=field.required
                )
            elif not isinstance(field, Ours):
                field.error_messages |= {"required": WORDS["required"]}


class SignIn(OurFields, library.LoginForm):  # type: ignore[misc]  # allauth ships no types
    """Sign in with a password."""


class SignUp(OurFields, library.SignupForm):  # type: ignore[misc]
    """A new account."""


class AddMail(OurFields, library.AddEmailForm):  # type: ignore[misc]
    """One more address of an account."""


class NewPassword(OurFields, library.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password for who came by the link in a mail."""


class FirstPassword(OurFields, library.SetPasswordForm):  # type: ignore[misc]
    """A password for an account that has none."""


class PasswordAgain(OurFields, library.ReauthenticateForm):  # type: ignore[misc]
    """The password, asked once more."""


class AskForCode(OurFields, library.RequestLoginCodeForm):  # type: ignore[misc]
    """Ask for a sign-in code by mail: so many a mailbox, whether anybody has it or not."""

    def clean_email(self) -> str:
        count_guess(context.request, Tries.Kind.MAIL, self.cleaned_data["email"])
        return str(super().clean_email())


class AskForNewPassword(OurFields, library.ResetPasswordForm):  # type: ignore[misc]
    """Ask for a link to set a new password: so many a mailbox, whether anybody has it or not."""

    def clean_email(self) -> str:
        count_guess(context.request, Tries.Kind.MAIL, self.cleaned_data["email"])
        return str(super().clean_email())


class TellCode(OurFields, library.ConfirmLoginCodeForm):  # type: ignore[misc]
    """The code that came by mail. Counted by code, so that nobody can lock the code of somebody else."""

    def clean_code(self) -> str:
        issued = self.expected_code or f"none in {context.request.session.session_key}"
        count_guess(context.request, Tries.Kind.CODE, issued)
        code = str(super().clean_code())
        guessed_right(context.request, Tries.Kind.CODE, issued)
        return code


class ChangePassword(OurFields, library.ChangePasswordForm):  # type: ignore[misc]
    """A new password for who knows the old one: a borrowed session guesses no better than a stranger."""

    def clean_oldpassword(self) -> str:
        count_guess(context.request, Tries.Kind.PASSWORD, self.user.email)
        told = str(super().clean_oldpassword())
        guessed_right(context.request, Tries.Kind.PASSWORD, self.user.email)
        return told


class SecondStep(OurFields, second_step.AuthenticateForm):  # type: ignore[misc]
    """The authenticator's code at sign-in."""

    def clean_code(self) -> str:
        count_guess(context.request, Tries.Kind.CODE, f"second step of {self.user.pk}")
        code = str(super().clean_code())
        guessed_right(context.request, Tries.Kind.CODE, f"second step of {self.user.pk}")
        return code


class SecondStepAgain(OurFields, second_step.ReauthenticateForm):  # type: ignore[misc]
    """The authenticator's code, asked once more."""

    def clean_code(self) -> str:
        count_guess(context.request, Tries.Kind.CODE, f"second step of {self.user.pk}")
        code = str(super().clean_code())
        guessed_right(context.request, Tries.Kind.CODE, f"second step of {self.user.pk}")
        return code


class NewAuthenticator(OurFields, ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new authenticator."""
