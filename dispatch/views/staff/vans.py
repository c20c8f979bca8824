"""The store's vans: who is out with which, taking one out and bringing it back."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from common.clock import shown
from common.http import UserRequest
from dispatch.access.staff import van_at_desk
from dispatch.queries.vans import vans_of
from dispatch.staff_forms import TakeVanForm
from drivers.actions.vans import bring_van_back, take_van
from stores.desk_pages import attempt, desk_context, store_asked_for


@require_safe
def vans(request: UserRequest) -> HttpResponse:
    """The vans of one store, each with what can be done with it now."""
    store, stores = store_asked_for(request)
    context = {"vans": vans_of(store.pk, request.user.pk), "store": store}
    return render(request, "staff/vans.html", desk_context(request, "vans", store, stores) | context)


@require_POST
def out(request: UserRequest, van_id: UUID) -> HttpResponse:
    """Take a van out; what no driver takes comes along from now on."""
    van, form = van_at_desk(request.user, van_id), TakeVanForm(request.POST)
    may_check_ages = form.is_valid() and form.cleaned_data["may_check_ages"]
    take = partial(take_van, van_id=van.pk, user_id=request.user.pk, may_check_ages=may_check_ages, now=timezone.now())
    if attempt(request, take) is not None:
        messages.success(request, f"You are out with the {van.name} until {shown(van.closes)}.")
    return redirect("admin:vans")


@require_POST
def back(request: UserRequest, van_id: UUID) -> HttpResponse:
    """Bring a van back; refused while something is in it."""
    van = van_at_desk(request.user, van_id)
    bring = partial(bring_van_back, van_id=van.pk, user_id=request.user.pk, now=timezone.now())
    if attempt(request, bring) is not None:
        messages.success(request, f"The {van.name} is back.")
    return redirect("admin:vans")
