"""Where my money goes: asked for with the password told again, told by a code, and disowned by a link."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.guesses import count_guess
from accounts.models import Tries
from accounts.second_look import asked_again
from common.errors import DomainError
from common.http import UserRequest
from payouts.access import account_change_of, disowned_change, driver_of
from payouts.actions.account_changes import ask_account_change, confirm_account_change, disown_account_change
from payouts.actions.accounts import AccountFacts
from payouts.forms import ChangeCodeForm, PayoutAccountForm
from payouts.mails import send_change_code
from payouts.models import PayoutAccount


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
@asked_again
def account(request: UserRequest) -> HttpResponse:
    """Say where my money should go; a code comes next."""
    driver = driver_of(request.user)
    known = PayoutAccount.objects.filter(driver=driver).first()
    form = PayoutAccountForm(request.POST or None, initial={"holder": (request.user.name or "")[:22]})
    if request.method == "POST" and form.is_valid():
        try:
            count_guess(request, Tries.Kind.MAIL, request.user.email)
            asked = ask_account_change(
                driver_id=driver.pk, facts=AccountFacts(**form.cleaned_data), language=get_language() or "en",
                now=timezone.now(),
            )  # fmt: skip
        except (DomainError, ValidationError) as refusal:
            form.add_error(None, refusal.spoken if isinstance(refusal, DomainError) else refusal)
        else:
            if asked.code:
                send_change_code(asked.change, asked.code)
            return redirect("portal:account_code", asked.change.public_id)
    status = 400 if form.errors else 200
    return render(request, "portal/account.html", {"form": form, "known": known, "dock": "earnings"}, status=status)


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def code(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Tell the code; the account is paid from then on, after the hold."""
    change = account_change_of(request.user, public_id)
    form = ChangeCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if not change.code_digest:
                count_guess(request, Tries.Kind.CODE, f"second step of {request.user.pk}")
            kept = confirm_account_change(change_id=change.pk, code=form.cleaned_data["code"], now=timezone.now())
        except (DomainError, ValidationError) as refusal:
            form.add_error("code", refusal.spoken if isinstance(refusal, DomainError) else refusal)
        else:
            told = _("From 72 hours from now on you are paid to the account ending in %(last4)s.")
            messages.success(request, told % {"last4": kept.last4})
            return redirect("portal:earnings")
    page = {"form": form, "change": change, "dock": "earnings"}
    return render(request, "portal/account_code.html", page, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@never_cache
def disown(request: UserRequest, token: str) -> HttpResponse:
    """Say that a change was somebody else's. Asked by a button, for mail readers open links by themselves."""
    change = disowned_change(token)
    if request.method == "POST":
        change = disown_account_change(public_id=change.public_id, now=timezone.now())
    return render(request, "portal/account_disown.html", {"change": change})
