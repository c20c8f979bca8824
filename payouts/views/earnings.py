"""A driver's own money: what was offered, what was paid, what is owed."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from common.http import UserRequest
from payouts.access import driver_of, statement_of_driver
from payouts.papers import Paper, paper_of, statement_csv
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


def pdf_answer(paper: Paper, *, is_own: bool = True) -> HttpResponse:
    """A statement as a file to print, for its driver or for the firm."""
    from payouts.statement_pdf import statement_pdf  # noqa: PLC0415  # drawing takes long to load, and few pages draw

    return attachment(statement_pdf(paper, is_own=is_own), "application/pdf", f"{file_name(paper)}.pdf")


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
