"""The run, one step a screen."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from common.errors import DomainError, InvalidInput
from common.http import UserRequest
from common.live import stream_url
from dispatch.access.portal import active_run_of, proof_of, run_of
from dispatch.actions.commands import Answer, obey
from dispatch.actions.run_steps.failing import FailReason
from dispatch.actions.run_steps.giving_up import CHOICES
from dispatch.actions.run_steps.seeing import WhyUnseen
from dispatch.forms import StepForm
from dispatch.models import Run
from dispatch.models.runs import SEEN_METRES
from dispatch.queries.portal import just_ended, offer_cards
from dispatch.queries.run_steps import run_page
from drivers.access import at_the_wheel
from drivers.models import Driver
from drivers.views.pages import portal_page


@require_safe
@login_required
def run(request: UserRequest) -> HttpResponse:
    """What to do now; after the last step, what it earned. What lies on the way alone when the page asks again."""
    driver = at_the_wheel(request.user)
    under_way, now = active_run_of(driver), timezone.now()
    add_ons = offer_cards(driver, under_way, now, get_language() or "en") if under_way else []
    if request.htmx:
        return portal_page(request, driver, "portal/run.html#add_ons", {"add_ons": add_ons}, dock="run")
    if under_way is None:
        ended = just_ended(driver, now)
        return portal_page(request, driver, "portal/run_over.html", {"ended": ended}, dock="run")
    shown = {
        "page": run_page(under_way, now),
        "seen_metres": SEEN_METRES,
        "why_choices": WhyUnseen.choices,
        "add_ons": add_ons,
        "events": stream_url([f"driver:{driver.pk}"]),
        "give_up_reasons": CHOICES,
        "fail_reasons": [choice for choice in FailReason.choices if choice[0] != FailReason.GAVE_UP],
    }
    return portal_page(request, driver, "portal/run.html", shown, dock="run")


@require_POST
@login_required
def step(request: UserRequest, run_id: UUID) -> HttpResponse:
    """Carry out one step; pages get the next screen, the outbox of a phone gets the answer as JSON."""
    driver = at_the_wheel(request.user)
    row = run_of(driver, run_id)
    wants_json = request.accepts("application/json") and not request.accepts("text/html")
    try:
        answer = carry_out(request, driver, row)
    except DomainError as refusal:
        answer = Answer(refusal.status, refusal.code, refusal.spoken)
    if wants_json:
        told = {"code": answer.code, "message": answer.message}
        return JsonResponse(told, status=answer.status)
    if not answer.is_done:
        messages.error(request, answer.message)
    return redirect("portal:run")


def carry_out(request: UserRequest, driver: Driver, row: Run) -> Answer:
    """Read a step from the request and do it."""
    form = StepForm(request.POST, request.FILES)
    if not form.is_valid():
        raise InvalidInput(form.sentence())
    key = form.cleaned_data["key"]
    return obey(driver_id=driver.pk, run_id=row.pk, key=key, order=form.order(), now=timezone.now())


@require_safe
@login_required
def proof(request: UserRequest, proof_id: UUID) -> HttpResponse | FileResponse:
    """A proof's photo, for those it concerns and nobody else; never cached on the way."""
    kept = proof_of(request.user, proof_id)
    if not kept.photo:
        return render(request, "404.html", status=404)
    answer = FileResponse(kept.photo.open("rb"), content_type="image/jpeg")
    answer["Cache-Control"] = "private, no-store"
    answer["Content-Disposition"] = 'inline; filename="proof.jpg"'
    return answer
