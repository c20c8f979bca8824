"""What every operations page shares: who may come in, and the side menu."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.urls import reverse

from common.http import UserRequest
from dispatch.queries.board import open_alarms
from stores.models import Market

View = TypeVar("View", bound=Callable[..., HttpResponse])


def operators_only(view: View) -> View:
    """Let operators in; to everybody else who is signed in there is no such page."""

    @login_required
    @wraps(view)
    def guarded(request: UserRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_operator:
            raise Http404
        return view(request, *args, **kwargs)

    return cast("View", guarded)


def desk(current: str) -> dict[str, Any]:
    """Context of the desk layout."""
    alarms = open_alarms().count()
    links = (
        ("board", "Live board", "map"),
        ("alarms", f"Alarms ({alarms})" if alarms else "Alarms", "bell"),
        ("fairness", "Fairness", "scale"),
        ("places", "Markets and stores", "building-storefront"),
    )
    return {
        "desk_home": reverse("ops:board"),
        "desk_links": [
            {"url": reverse(f"ops:{name}"), "label": label, "icon": icon, "current": name == current}
            for name, label, icon in links
        ],
    }


def markets() -> list[Market]:
    """Every market, by name."""
    return list(Market.objects.order_by("name", "pk"))
