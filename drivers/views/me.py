"""A driver's own page, limits, and the worker that keeps the portal usable without signal."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import DomainError
from common.http import UserRequest
from drivers.access import driver_of
from drivers.actions.limits import set_limits
from drivers.forms import LimitsForm, limits_initial
from drivers.models import Limits
from drivers.queries.papers import papers_of
from drivers.views.pages import portal_page

WORKER = "js/portal-worker.js"


@require_safe
@login_required
def me(request: UserRequest) -> HttpResponse:
    """Car, papers, limits, language, sign out."""
    driver = driver_of(request.user)
    today = timezone.now().astimezone(driver.market.zone).date()
    shown = {"papers": papers_of(driver, today), "may_drive": driver.may_drive(today)}
    return portal_page(request, driver, "portal/me.html", shown, dock="me")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def limits(request: UserRequest) -> HttpResponse:
    """Say what one never does; it is never scored."""
    driver = driver_of(request.user)
    kept = Limits.objects.filter(driver=driver).first()
    form = LimitsForm(request.POST or None, initial=limits_initial(kept), driver=driver)
    if request.method == "POST" and form.is_valid():
        try:
            set_limits(driver_id=driver.pk, limits=form.limits())
        except DomainError as refusal:
            form.add_error(None, refusal.spoken)
        else:
            messages.success(request, _("Your limits are kept. They hold from the next offer on."))
            return redirect("portal:me")
    status = 400 if form.is_bound else 200
    return portal_page(request, driver, "portal/limits.html", {"form": form}, dock="me", status=status)


@require_safe
def worker(request: UserRequest) -> FileResponse:
    """The portal's service worker: served under /drive/, for a worker rules only what lies beneath its own address."""
    path = finders.find(WORKER)
    answer = FileResponse(open(str(path), "rb"), content_type="text/javascript")  # noqa: PTH123, SIM115  # closed by the response
    answer["Cache-Control"] = "no-cache"
    return answer
