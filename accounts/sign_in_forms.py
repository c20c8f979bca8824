"""The sign-in library's forms that look at a secret or send mail, each guess counted first."""

from allauth.account.forms import ChangePasswordForm, ConfirmLoginCodeForm, RequestLoginCodeForm, ResetPasswordForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm

from accounts.guesses import count_guess, guessed_right
from accounts.models import Tries


class AskForCode(RequestLoginCodeForm):  # type: ignore[misc]  # allauth ships no types
    """Ask for a sign-in code by mail: so many a mailbox, whether anybody has it or not."""

    def clean_email(self) -> str:
        count_guess(context.request, Tries.Kind.MAIL, self.cleaned_data["email"])
        return str(super().clean_email())


class AskForNewPassword(ResetPasswordForm):  # type: ignore[misc]
    """Ask for a link to set a new password: so many a mailbox, whether anybody has it or not."""

    def clean_email(self) -> str:
        count_guess(context.request, Tries.Kind.MAIL, self.cleaned_data["email"])
        return str(super().clean_email())


class TellCode(ConfirmLoginCodeForm):  # type: ignore[misc]
    """The code that came by mail. Counted by code, so that nobody can lock the code of somebody else."""

    def clean_code(self) -> str:
        issued = self.expected_code or f"none in {context.request.session.session_key}"
        count_guess(context.request, Tries.Kind.CODE, issued)
        code = str(super().clean_code())
        guessed_right(context.request, Tries.Kind.CODE, issued)
        return code


class ChangePassword(ChangePasswordForm):  # type: ignore[misc]
    """A new password for who knows the old one: a borrowed session guesses no better than a stranger."""

    def clean_oldpassword(self) -> str:
        count_guess(context.request, Tries.Kind.PASSWORD, self.user.email)
        told = str(super().clean_oldpassword())
        guessed_right(context.request, Tries.Kind.PASSWORD, self.user.email)
        return told


class SecondStep(AuthenticateForm):  # type: ignore[misc]
    """The authenticator's code at sign-in."""

    def clean_code(self) -> str:
        count_guess(context.request, Tries.Kind.CODE, f"second step of {self.user.pk}")
        code = str(super().clean_code())
        guessed_right(context.request, Tries.Kind.CODE, f"second step of {self.user.pk}")
        return code


class SecondStepAgain(ReauthenticateForm):  # type: ignore[misc]
    """The authenticator's code, asked once more."""

    def clean_code(self) -> str:
        count_guess(context.request, Tries.Kind.CODE, f"second step of {self.user.pk}")
        code = str(super().clean_code())
        guessed_right(context.request, Tries.Kind.CODE, f"second step of {self.user.pk}")
        return code
