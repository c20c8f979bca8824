"""Where a person goes after signing in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from common.http import UserRequest


@require_safe
@login_required
def landing(request: UserRequest) -> HttpResponse:
    """Send each person to the page of their work; shoppers to the shop."""
    user = request.user
    if user.is_operator:
        return redirect("ops:board")
    if user.is_staff:
        return redirect("admin:index")
    if hasattr(user, "driver"):
        return redirect("portal:home")
    if user.firm_memberships.exists():
        return redirect("firm:home")
    return redirect("shop:home")
