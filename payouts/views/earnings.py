"""A driver's own money: what was offered, what was paid, what is owed."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from common.errors import DomainError
from common.http import UserRequest
from payouts.access import driver_of, statement_of_driver
from payouts.actions.accounts import set_payout_account
from payouts.forms import PayoutAccountForm
from payouts.models import PayoutAccount
from payouts.papers import Paper, paper_of, statement_csv, statement_pdf
from payouts.queries.earnings import earnings_page


@require_GET
@login_required
def earnings(request: UserRequest) -> HttpResponse:
    """This week large, days as bars, every delivery with offered and paid side by side."""
    driver = driver_of(request.user)
    try:
        day = parse_date(request.GET.get("week", ""))
    except ValueError:
        day = None
    page = earnings_page(driver, now=timezone.now(), day=day)
    return render(request, "portal/earnings.html", {"page": page, "driver": driver, "dock": "earnings"})


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def account(request: UserRequest) -> HttpResponse:
    """Where my money goes."""
    driver = driver_of(request.user)
    known = PayoutAccount.objects.filter(driver=driver).first()
    form = PayoutAccountForm(request.POST or None, initial={"holder": (request.user.name or "")[:22]})
    if request.method == "POST" and form.is_valid():
        try:
            kept = set_payout_account(driver_id=driver.pk, now=timezone.now(), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, refusal.spoken)
        else:
            messages.success(
                request, _("You are paid to the account ending in %(last4)s from now on.") % {"last4": kept.last4}
            )
            return redirect("portal:earnings")
    status = 400 if form.errors else 200
    return render(request, "portal/account.html", {"form": form, "known": known, "dock": "earnings"}, status=status)


@require_GET
@login_required
def statement(request: UserRequest, public_id: UUID) -> HttpResponse:
    """One of my statements."""
    paper = paper_of(statement_of_driver(request.user, public_id))
    return render(request, "portal/statement.html", {"paper": paper, "dock": "earnings"})


@require_GET
@login_required
def statement_as_csv(request: UserRequest, public_id: UUID) -> HttpResponse:
    """One of my statements as a spreadsheet."""
    return csv_answer(paper_of(statement_of_driver(request.user, public_id)))


@require_GET
@login_required
def statement_as_pdf(request: UserRequest, public_id: UUID) -> HttpResponse:
    """One of my statements, printed."""
    return pdf_answer(paper_of(statement_of_driver(request.user, public_id)))


def csv_answer(paper: Paper) -> HttpResponse:
    """A statement as a file to open in a spreadsheet."""
    return attachment(statement_csv(paper).encode(), "text/csv; charset=utf-8", f"{file_name(paper)}.csv")


def pdf_answer(paper: Paper) -> HttpResponse:
    """A statement as a file to print."""
    return attachment(statement_pdf(paper), "application/pdf", f"{file_name(paper)}.pdf")


def file_name(paper: Paper) -> str:
    """A name that sorts by week and tells drivers apart."""
    starts_on = paper.statement.settlement.starts_at.astimezone(paper.zone).date()
    return f"statement-{starts_on}-{paper.statement.driver.public_id.hex[:8]}"


def attachment(body: bytes, kind: str, name: str) -> HttpResponse:
    """A download nobody keeps a copy of on the way."""
    answer = HttpResponse(body, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
