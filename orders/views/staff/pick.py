"""Picking an order line by line, on a phone or a tablet."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from common.http import UserRequest
from orders.access.staff import line_at_desk, order_at_desk
from orders.actions.picking import pick_line, scan_piece, short_line, undo_line
from orders.actions.substitution import propose_substitute, substitute_line
from orders.models import Line, ShortReason
from orders.queries.picklist import candidates, pick_line_of, pick_list
from orders.queries.queue import risk_of, short_name, window_title
from orders.staff_forms import PickForm, ScanForm, ShortForm, SubstituteForm
from orders.states import LineStatus, OrderStatus
from stores.desk_pages import attempt


@require_safe
def pick(request: UserRequest, order_id: UUID) -> HttpResponse:
    """The next thing to fetch, large; what follows and what is done beneath."""
    order = order_at_desk(request.user, order_id)
    if order.status != OrderStatus.PICKING:
        return redirect("admin:order", order_id)
    found, now = pick_list(order, uuid_or_none(request.GET.get("line", ""))), timezone.now()
    just_done = uuid_or_none(request.GET.get("done", ""))
    context = {
        "order": order,
        "store": order.store,
        "list": found,
        "line": found.now,
        "shopper": short_name(order.contact_name),
        "risk": risk_of(order, found.total - found.decided, now),
        "window": window_title(order.window.starts_at, order.window.ends_at, order.store.market.zone, now),
        "just_done": next((line for line in [*found.done, *found.waiting] if line.public_id == just_done), None),
        "is_mine": order.picker_id == request.user.pk,
    }
    return render(request, "staff/pick.html", context)


@require_POST
def picked(request: UserRequest, line_id: UUID) -> HttpResponse:
    """Put a line in the bag, or one piece of it by its code; what cannot be right is refused and nothing changes."""
    line = line_at_desk(request.user, line_id)
    if "one" in request.POST or ("enter" in request.POST and request.POST.get("scanned", "").strip()):
        return one_scanned(request, line)
    form = PickForm(request.POST)
    if not form.is_valid():
        return refuse(request, line, "Enter how many pieces, and the weight as numbers.")
    do = partial(
        pick_line,
        line_id=line.pk,
        quantity=form.cleaned_data["quantity"],
        pounds=form.cleaned_data["pounds"],
        scanned=form.cleaned_data["scanned"].strip(),
        picker_id=request.user.pk,
        now=timezone.now(),
    )
    return onward(line, done=attempt(request, do) is not None)


def one_scanned(request: UserRequest, line: Line) -> HttpResponse:
    """Count one piece; the line goes on until all are counted."""
    form = ScanForm(request.POST)
    if not form.is_valid():
        return refuse(request, line, "Scan the code, or type the number under the bars.")
    said = form.cleaned_data
    do = partial(
        scan_piece,
        line_id=line.pk,
        scanned=said["scanned"],
        before=said["before"],
        picker_id=request.user.pk,
        now=timezone.now(),
    )
    found = attempt(request, do)
    return onward(line, done=found is not None and found.status != LineStatus.TO_PICK)


@require_POST
def short(request: UserRequest, line_id: UUID) -> HttpResponse:
    """Note that a line cannot be filled, and why."""
    line = line_at_desk(request.user, line_id)
    form = ShortForm(request.POST)
    if not form.is_valid():
        return refuse(request, line, "Say why: not on the shelf, or damaged.")
    reason = ShortReason(form.cleaned_data["reason"] or ShortReason.NOT_ON_SHELF)
    do = partial(short_line, line_id=line.pk, picker_id=request.user.pk, now=timezone.now(), reason=reason)
    return onward(line, done=attempt(request, do) is not None)


@require_POST
def undo(request: UserRequest, line_id: UUID) -> HttpResponse:
    """Put a line back on the list."""
    line = line_at_desk(request.user, line_id)
    attempt(request, partial(undo_line, line_id=line.pk, now=timezone.now()))
    return redirect(f"{reverse('admin:pick', args=[line.order.public_id])}?line={line.public_id}")


def substitute(request: UserRequest, line_id: UUID) -> HttpResponse:
    """Choose what goes in the bag instead, or ask the shopper."""
    line = line_at_desk(request.user, line_id)
    if line.order.status != OrderStatus.PICKING:
        return redirect("admin:order", line.order.public_id)
    if request.method == "POST":
        return put_substitute(request, line)
    text = request.GET.get("q", "")[:80]
    context = {
        "order": line.order,
        "store": line.order.store,
        "line": pick_line_of(line),
        "row": line,
        "text": text,
        "candidates": candidates(line, text),
        "is_decided": line.status != LineStatus.TO_PICK,
    }
    return render(request, "staff/substitute.html", context)


def put_substitute(request: UserRequest, line: Line) -> HttpResponse:
    """Take a substitute, or send the question to the shopper."""
    form = SubstituteForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Enter how many pieces, and the weight as numbers.")
        return redirect("admin:substitute", line.public_id)
    said = form.cleaned_data
    what = {"line_id": line.pk, "store_item_id": said["store_item"], "quantity": said["quantity"]}
    what |= {"pounds": said["pounds"], "now": timezone.now()}
    act = (
        partial(propose_substitute, **what)
        if said["ask"]
        else partial(substitute_line, picker_id=request.user.pk, **what)
    )
    if attempt(request, act) is None:
        return redirect("admin:substitute", line.public_id)
    return onward(line, done=True)


def onward(line: Line, *, done: bool) -> HttpResponse:
    """To the next line with an undo of this one, or back to this one."""
    page = reverse("admin:pick", args=[line.order.public_id])
    return redirect(f"{page}?{'done' if done else 'line'}={line.public_id}")


def refuse(request: UserRequest, line: Line, words: str) -> HttpResponse:
    """Back to the line with what was wrong."""
    messages.error(request, words)
    return onward(line, done=False)


def uuid_or_none(text: str) -> UUID | None:
    """A public id out of an address, if it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None
