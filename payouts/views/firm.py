"""The contractor firm's desk: close a week, approve it, send it to the bank, book what comes back."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import DomainError
from common.http import UserRequest
from common.sealing import unseal
from payouts.access import (
    Seat,
    bookkeeper_seat,
    payable_settlement_of,
    seat_of,
    settlement_of,
    statement_of_firm,
)
from payouts.actions.bank import book_returns, send_settlement, settle_settlement
from payouts.actions.settlements import approve_settlement, close_settlement
from payouts.forms import ReturnsForm, WeekForm
from payouts.models import Settlement
from payouts.papers import paper_of
from payouts.queries.firm_desk import firm_desk, statements_of
from payouts.queries.hands import hands_of
from payouts.queries.periods import week_of
from payouts.views.earnings import attachment, csv_answer, pdf_answer
from providers.bank.base import BadReturns
from providers.bank.returns import read_returns

Step = Callable[..., Settlement]
CHOSEN = "firm"


def desk(seat: Seat, here: str) -> dict[str, object]:
    """What every page of the desk shows."""
    links = [("firm:home", "Settlements", "banknotes")]
    if seat.member.keeps_books:
        links.append(("firm:returns", "Bank returns", "arrow-uturn-left"))
    if len(seat.members) > 1:
        links.append(("firm:choose", "Your firms", "building-office"))
    return {
        "seat": seat,
        "desk_home": reverse("firm:home"),
        "desk_links": [{"url": reverse(u), "label": label, "icon": i, "current": u == here} for u, label, i in links],
    }


@require_GET
@login_required
def home(request: UserRequest) -> HttpResponse:
    """What waits: weeks to close, settlements on their way, papers that run out, accounts missing."""
    seat = seat_of(request.user, chosen(request))
    page = {"firm": seat.firm, "page": firm_desk(seat.firm, now=timezone.now()), **desk(seat, "firm:home")}
    return render(request, "firm/home.html", page)


@require_http_methods(["GET", "POST"])
@login_required
def choose(request: UserRequest) -> HttpResponse:
    """At which firm's desk I sit: for who works for several."""
    seat = seat_of(request.user, request.POST.get("firm", chosen(request)))
    if request.method == "POST":
        request.session[CHOSEN] = str(seat.firm.public_id)
        return redirect("firm:home")
    return render(request, "firm/choose.html", desk(seat, "firm:choose"))


def chosen(request: UserRequest) -> str:
    """The firm that somebody chose last, by its public id; which firms may be chosen is decided by who works there."""
    return str(request.session.get(CHOSEN, ""))


@require_POST
@login_required
def close(request: UserRequest) -> HttpResponse:
    """Close the week that a day lies in."""
    firm = bookkeeper_seat(request.user, chosen(request)).firm
    form = WeekForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a week to close.")
        return redirect("firm:home")
    try:
        starts_at, ends_at = week_of(firm, form.cleaned_data["starts_on"])
        closed = close_settlement(
            firm_id=firm.pk, starts_at=starts_at, ends_at=ends_at, by=request.user.actor, now=timezone.now()
        )
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("firm:home")
    return redirect("firm:settlement", closed.public_id)


@require_GET
@login_required
def settlement(request: UserRequest, public_id: UUID) -> HttpResponse:
    """One settlement: its next step, its statements, its file."""
    found, seat = settlement_of(request.user, public_id)
    statements = statements_of(found)
    page = {
        "settlement": found,
        "statements": statements,
        "held": [one for one in statements if one.hold_reason],
        "bank_file": getattr(found, "bank_file", None),
        "hands": hands_of(found, seat.member),
        **desk(seat, "firm:home"),
    }
    return render(request, "firm/settlement.html", page)


@require_POST
@login_required
def approve(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Approve a closed settlement."""
    return step(request, public_id, approve_settlement, "Approved. It can be sent to the bank now.")


@require_POST
@login_required
def send(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Write the bank file of an approved settlement."""
    return step(request, public_id, send_settlement, "The bank file is written. Download it and send it to the bank.")


@require_POST
@login_required
def settle(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Note that the bank has paid it out."""
    return step(request, public_id, settle_settlement, "Settled: the bank has paid it out.")


def step(request: UserRequest, public_id: UUID, take: Step, done: str) -> HttpResponse:
    """Take one step of a settlement and say so, or say why not."""
    found = payable_settlement_of(request.user, public_id)
    now: datetime = timezone.now()
    try:
        take(settlement_id=found.pk, by=request.user.actor, now=now)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    return redirect("firm:settlement", public_id)


@require_GET
@never_cache
@login_required
def bank_file(request: UserRequest, public_id: UUID) -> HttpResponse:
    """The NACHA file, unsealed for the one who sends it."""
    found = payable_settlement_of(request.user, public_id)
    kept = getattr(found, "bank_file", None)
    if kept is None:
        messages.error(request, "There is no bank file yet: approve the settlement and send it first.")
        return redirect("firm:settlement", public_id)
    name = f"nacha-{kept.effective_on:%Y%m%d}-{kept.file_id}.ach"
    return attachment(unseal(bytes(kept.sealed_text)).encode(), "text/plain; charset=us-ascii", name)


@require_GET
@login_required
def statement(request: UserRequest, public_id: UUID) -> HttpResponse:
    """One driver's statement as the firm sees it."""
    found, seat = statement_of_firm(request.user, public_id)
    return render(request, "firm/statement.html", {"paper": paper_of(found), **desk(seat, "firm:home")})


@require_GET
@login_required
def statement_as_csv(request: UserRequest, public_id: UUID) -> HttpResponse:
    """One driver's statement as a spreadsheet."""
    return csv_answer(paper_of(statement_of_firm(request.user, public_id)[0]))


@require_GET
@login_required
def statement_as_pdf(request: UserRequest, public_id: UUID) -> HttpResponse:
    """One driver's statement, printed."""
    return pdf_answer(paper_of(statement_of_firm(request.user, public_id)[0]), is_own=False)


@require_http_methods(["GET", "POST"])
@login_required
def returns(request: UserRequest) -> HttpResponse:
    """Book a file of returns: what came back is owed again and paid with the next week."""
    seat = bookkeeper_seat(request.user, chosen(request))
    form = ReturnsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            told = read_returns(form.cleaned_data["returns"].read().decode("ascii", errors="strict"))
        except (BadReturns, UnicodeDecodeError):
            form.add_error("returns", "This is not a file of returns that can be read. Nothing was booked.")
        else:
            back = book_returns(firm_id=seat.firm.pk, returns=told.returns, now=timezone.now())
            unknown = len(told.returns) - len(back)
            messages.success(request, f"{len(back)} payments booked as returned; {unknown} known before or not ours.")
            return redirect("firm:home")
    status = 400 if form.errors else 200
    return render(request, "firm/returns.html", {"form": form, **desk(seat, "firm:returns")}, status=status)
